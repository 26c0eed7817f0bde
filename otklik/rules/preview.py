"""The dry run: what a rule would have touched, if it had been there. It only ever reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from otklik.journal.models import Event
from otklik.lib.judging import first_failing
from otklik.lib.rulebook import Book
from otklik.lib.ruling import Subject
from otklik.tickets.models import Ticket

from .models import Rule

DAYS = 30
LOOKED_AT = 2000  # tickets; older ones are not looked at
BATCH = 200
EXAMPLES = 10


@dataclass(frozen=True)
class Preview:
    """Tickets looked at, those of them that the rule fits as they stand today, the newest of those."""

    looked_at: int
    fitting: int
    examples: list[Ticket]
    days: int


def preview(rule: Rule, book: Book, *, days: int = DAYS, at: datetime | None = None) -> Preview:
    """Look at the tickets on which one of the rule's events happened in the last days. Raises UnknownPart, WrongValue.

    They are judged as they are now, for nobody knows any more how each of them stood then.
    """
    at = at or now()
    fitting, looked_at = 0, 0
    examples: list[Ticket] = []
    for ticket in _tickets(rule, at - timedelta(days=days)):
        looked_at += 1
        if first_failing(rule.conditions, Subject(ticket, None, at), book) is None:
            fitting += 1
            examples += [ticket] if len(examples) < EXAMPLES else []
    return Preview(looked_at, fitting, examples, days)


def _tickets(rule: Rule, since: datetime) -> Iterator[Ticket]:
    """The newest of them, in batches."""
    happened = Event.objects.filter(about="ticket", about_id=OuterRef("pk"), at__gte=since, kind__in=rule.kinds)
    tickets = Ticket.objects.filter(Exists(happened), merged_into=None).order_by("-pk")
    whole = tickets.with_people().prefetch_related("tags", "client__addresses")
    return whole[:LOOKED_AT].iterator(chunk_size=BATCH)
