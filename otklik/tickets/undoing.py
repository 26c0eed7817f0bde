"""Taking an answer back before anybody has begun to send it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from otklik.journal.models import Event
from otklik.journal.record import record
from otklik.staff.models import Member

from .addressing import Recipient, Wishes, recipients_of, wishes_behind
from .drafting import keep_wishes, put_before, wish
from .files import Kept, kept_of
from .models import Aside, Delivery, Message, Ticket
from .opening import excerpt


def undo(message: Message, *, by: Member, at: datetime | None = None) -> bool:
    """Take an answer back: text and files are the author's draft again, and the ticket stands as it stood before.

    False if it is not theirs, or a worker has begun to send it.
    """
    if message.member_id != by.pk or message.corrects_id:
        return False
    at = at or now()
    with transaction.atomic():
        if not _stop(message):
            transaction.set_rollback(True)
            return False
        ticket = Ticket.objects.select_for_update().get(pk=message.ticket_id)
        files = tuple(kept_of(file) for file in message.attachments.all())
        number, aside = message.pk, message.aside
        if aside:
            _draft_letter(message, aside, files)
        else:
            put_before(ticket, by, is_note=False, text=message.text, html=message.html, files=files)
            wish(ticket, by, wishes_of(message, ticket))
        message.deliveries.all().delete()
        message.delete()
        _step_back(ticket, number, by, sent="aside.sent" if aside else "message.sent", at=at)
        record("aside.taken_back" if aside else "message.taken_back", ticket, by=by, at=at, message=number)
        if aside and not aside.messages.exists():
            aside.delete()
    return True


def _draft_letter(message: Message, aside: Aside, files: tuple[Kept, ...]) -> None:
    """The letter is a draft again, with what it said besides its words; the first one begins its conversation anew."""
    ticket, by = message.ticket, message.member
    place = aside.place if aside.messages.exclude(pk=message.pk).exists() else Aside.NEW
    assert by  # noqa: S101 asked by the caller
    put_before(ticket, by, is_note=True, text=message.text, html=message.html, files=files, place=place)
    told = {"to": ", ".join(aside.addresses), "subject": aside.subject, "channel": aside.channel_id}
    keep_wishes(ticket, by, told | {"wakes": aside.wakes}, is_note=True, place=place)


def wishes_of(message: Message, ticket: Ticket) -> Wishes:
    """Whom its writer wanted to get it, other than usual."""
    sent = message.deliveries.select_related("person").order_by("pk")
    actual = [Recipient(each.person, each.address, is_hidden=each.is_hidden) for each in sent]
    return wishes_behind(recipients_of(ticket), actual)


def _stop(message: Message) -> bool:
    """Take all its deliveries from the workers; False if one of them was faster.

    The UPDATE asks again what a worker's claim asks, so of the two one finds nothing left to do.
    """
    mine = Delivery.objects.filter(message=message)
    stopped = mine.filter(pk__in=mine.untouched().values("pk"), tries=0).update(due_at=None)
    return 0 < stopped == mine.count()


def _step_back(ticket: Ticket, number: int, by: Member, *, sent: str, at: datetime) -> None:
    """Undo what the answer did to the ticket, unless somebody has changed that since."""
    told = Event.objects.about(ticket).filter(kind=sent, facts__message=number).first()
    if told:  # none if tickets were merged since
        if _before(ticket, "ticket.assigned", told) == [None]:
            ticket.assign_to(None, by=by, at=at)
        for state in _before(ticket, "ticket.state_changed", told):
            ticket.move_state(state, by=by, at=at)
    last = ticket.messages.public().order_by("-at", "-pk").first()
    if last:
        Ticket.objects.filter(pk=ticket.pk).update(active_at=last.at, excerpt=excerpt(last.text))


def _before(ticket: Ticket, kind: str, sent: Event) -> list[Any]:
    """What stood there before the answer changed it; [] if it did not, or somebody has changed it since."""
    changes = list(Event.objects.about(ticket).filter(kind=kind, id__gt=sent.pk))
    is_untouched = bool(changes) and all(change.at == sent.at for change in changes)
    return [changes[0].facts.get("before")] if is_untouched else []
