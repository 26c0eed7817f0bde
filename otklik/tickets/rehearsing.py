"""What deeds would do to a ticket: told by doing them, each by itself, and taking all of it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.lib.ruling import Action, Subject
from otklik.staff.models import Member

from .deeds import REFUSALS, check, in_words, why_held
from .errors import TicketMerged
from .models import Message, Ticket

WRITES = {"message.sent", "message.noted"}


@dataclass(frozen=True)
class Foreseen:
    """What one step would do.

    `lines` are what the history would say. `text` is what would be written, on an answer for the `readers`. `held` says
    for whose leave a state would wait, `refused` why the step cannot be done.
    """

    step: dict[str, str]
    lines: tuple[str, ...] = ()
    text: str = ""
    readers: tuple[str, ...] = ()
    held: str = ""
    refused: str = ""
    is_change: bool = False


def rehearse(
    steps: list[dict[str, str]], ticket: Ticket, *, by: Member, at: datetime, known: dict[str, Action]
) -> list[Foreseen]:
    """What each step would do, in order, in the language that is spoken. Nothing of it stays."""
    if ticket.merged_into_id:
        merged = in_words(TicketMerged(ticket=ticket, into=ticket.survivor()))
        return [Foreseen(step, refused=merged) for step in steps]
    with transaction.atomic():
        actor = Ticket.objects.with_people().get(pk=ticket.pk)  # in its place: a row in memory is not rolled back
        foreseen = list(_each(steps, Subject(actor, None, at), by, known))
        transaction.set_rollback(True)
    return foreseen


def _each(steps: list[dict[str, str]], subject: Subject, by: Member, known: dict[str, Action]) -> Iterator[Foreseen]:
    for step in steps:
        try:
            with transaction.atomic():
                foreseen = _one(step, check(step, known), subject, by)
        except REFUSALS as refusal:
            foreseen = Foreseen(step, refused=in_words(refusal))
            subject.ticket.refresh_from_db()
        yield foreseen


def _one(step: dict[str, str], action: Action, subject: Subject, by: Member) -> Foreseen:
    ticket = subject.ticket
    journal = Event.objects.about(ticket)
    before = journal.aggregate(last=Max("pk"))["last"] or 0
    is_change = action.do(subject, step, by, subject.at)
    events = list(journal.filter(pk__gt=before).order_by("pk"))
    told = narrate(event for event in events if event.kind not in WRITES)
    number = next((event.facts["message"] for event in events if event.kind in WRITES), None)
    written = Message.objects.filter(pk=number).first() if number else None
    return Foreseen(
        step,
        tuple(line.sentence for line in told),
        text=written.text if written else "",
        readers=_readers(written) if written else (),
        held=why_held(ticket, step["value"]) if step["do"] == "state" and step["value"] != ticket.state else "",
        is_change=is_change,
    )


def _readers(message: Message) -> tuple[str, ...]:
    sent = message.deliveries.select_related("person").order_by("pk")
    return tuple(f"{each.person.name} <{each.address}>" if each.person else each.address for each in sent)
