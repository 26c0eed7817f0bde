"""Keeping the index true: a journal reader for what is new, and a duty for tickets that have to be read whole."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet

from otklik.clients.models import Person
from otklik.journal.models import Event
from otklik.tickets.models import Message, Participant, Ticket, Unindexed

from . import documents, store

log = logging.getLogger(__name__)

BATCH = 50  # tickets that the duty reads at once
PART = 1000
TRIES = 3
MARK_ALL = (
    "INSERT INTO tickets_unindexed (ticket_id, tries) SELECT id, 0 FROM tickets_ticket WHERE true"
    " ON CONFLICT (ticket_id) DO UPDATE SET tries = 0"
)
OPENED = "ticket.opened"
WRITTEN = {
    *("message.received", "message.sent", "message.sent_by_rule", "message.noted", "message.revised"),
    *("aside.sent", "aside.received"),
}
TAKEN_BACK = {"message.taken_back", "aside.taken_back"}
# After these, all documents of the ticket say something else, or there may be none.
CHANGED = {
    *("ticket.renamed", "ticket.handed_over", "ticket.field_changed", "ticket.merged", "ticket.absorbed"),
    *("ticket.separated", "ticket.released"),
    *("ticket.split", "client.changed", "participant.added", "participant.removed"),
    *TAKEN_BACK,
}
OF_PEOPLE = {"person.renamed", "person.merged"}


class Index:
    """The reader that keeps the index true."""

    kinds = frozenset({OPENED, *WRITTEN, *CHANGED, *OF_PEOPLE})

    def react(self, events: list[Event]) -> None:
        store.hold()
        store.forget(event.facts["message"] for event in events if event.kind in TAKEN_BACK)
        opened = {event.about_id for event in events if event.kind == OPENED}
        index(opened)
        written = [event for event in events if event.kind in WRITTEN and event.about_id not in opened]
        index_messages({event.facts["message"] for event in written})
        # What was opened just now has been read as it is after all these events.
        mark({event.about_id for event in events if event.kind in CHANGED} - opened)
        mark_people({event.about_id for event in events if event.kind in OF_PEOPLE})


def index_messages(keys: Iterable[int]) -> None:
    """Make the index say what these messages say now."""
    for some in _parts(keys):
        store.remember(documents.of_messages(some))
        numbers = Message.objects.filter(pk__in=some).order_by().values_list("ticket", flat=True)
        store.forget(-number for number in set(numbers))


def index(numbers: Iterable[int]) -> None:
    """Make the index say what these tickets and all their messages say now."""
    for some in _parts(set(numbers)):
        index_messages(Message.objects.filter(ticket__in=some).order_by("pk").values_list("pk", flat=True))
        bare = Ticket.objects.filter(pk__in=some, messages=None).values_list("pk", flat=True)
        store.remember(documents.of_tickets(list(bare)))


def _parts(keys: Iterable[int]) -> Iterator[list[int]]:
    """Not all at once: a store takes only so many in one question."""
    every = list(keys)
    for begin in range(0, len(every), PART):
        yield every[begin : begin + PART]


def mark(numbers: Iterable[int]) -> None:
    """Let the duty read these tickets anew, soon. Whoever removes messages or texts must call it."""
    rows = [Unindexed(ticket_id=number) for number in set(numbers)]
    known: dict[str, Any] = {"update_conflicts": True, "unique_fields": ["ticket"], "update_fields": ["tries"]}
    Unindexed.objects.bulk_create(rows, batch_size=500, **known)


def mark_all() -> int:
    """Let the duty read every ticket anew; answers how many."""
    with connection.cursor() as cursor:
        cursor.execute(MARK_ALL)
    return unread()


def mark_people(people: Collection[int] | QuerySet[Person]) -> None:
    """Let the duty read anew the tickets where these people are clients or take part."""
    if isinstance(people, QuerySet) or people:
        mark(Ticket.objects.filter(client__in=people).values_list("pk", flat=True))
        mark(Participant.objects.filter(person__in=people).values_list("ticket", flat=True))


def unread() -> int:
    """How many tickets are marked; what is said there may not be found yet."""
    return Unindexed.objects.count()


def index_due() -> bool:
    """Read some of the marked tickets, the newest first; False if there were none.

    One that cannot be read keeps its mark, and is left alone after TRIES.
    """
    due = Unindexed.objects.filter(tries__lt=TRIES).order_by("tries", "-pk")
    numbers = list(due.values_list("pk", flat=True)[:BATCH])
    if numbers and not _index_marked(numbers):
        for number in numbers:
            if not _index_marked([number]):
                Unindexed.objects.filter(pk=number).update(tries=F("tries") + 1)
    return bool(numbers)


def _index_marked(numbers: list[int]) -> bool:
    """All of them, or those that no other worker has at hand; False if it failed."""
    try:
        with transaction.atomic():
            marked = Unindexed.objects.select_for_update(skip_locked=True).filter(pk__in=numbers)
            taken = list(marked.values_list("pk", flat=True))
            # The marks go first: whoever marks a ticket again waits for us, and the new mark stays.
            Unindexed.objects.filter(pk__in=taken).delete()
            store.hold()
            index(taken)
    except Exception:
        log.exception("The search could not read %s.", ", ".join(f"#{number}" for number in numbers))
        return False
    return True
