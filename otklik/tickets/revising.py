"""Changing what a message says, within half an hour of writing it; what it said before is kept.

Where the message has not arrived yet it simply arrives as it is now. Whoever has it already gets a correction: a
message of its own, which a channel that can change its messages may turn into such a change.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import now

from otklik.clients.models import Person
from otklik.journal.record import record
from otklik.lib.html import clean, text_of
from otklik.staff.models import Member

from .errors import EmptyMessage, NotYoursToRevise, TooLateToRevise
from .files import Kept, attach, kept_of
from .mentioning import mention
from .models import Delivery, Message, MessageVersion, Ticket
from .models.seen import look_again
from .opening import excerpt
from .replying import new_name

WINDOW = timedelta(minutes=30)


def revise(message: Message, *, by: Member | Person, text: str, html: str = "", at: datetime | None = None) -> bool:
    """Let a message say something else; False if it says so already.

    `html` may show the message's own files by ``cid:``. Raises EmptyMessage, NotYoursToRevise, TooLateToRevise.
    """
    at = at or now()
    html = clean(html)
    text = text.strip() or text_of(html)
    if not text and not message.attachments.exists():
        raise EmptyMessage
    with transaction.atomic():
        # The ticket is locked as by whoever writes on it, so that its events stand in the order of their commits.
        ticket = Ticket.objects.select_for_update().get(messages=message)
        before = Message.objects.select_for_update().get(pk=message.pk)
        _check(before, by, at)
        if (before.text, before.html) == (text, html):
            return False
        _keep_version(before, by, at)
        Message.objects.filter(pk=message.pk).update(text=text, html=html, revised_at=at)
        if not before.is_note:
            Ticket.objects.filter(pk=ticket.pk, excerpt=excerpt(before.text)).update(excerpt=excerpt(text))
        message.refresh_from_db()
        _correct(message, ticket, at=at)
        record("message.revised", ticket, by=by, at=at, message=message.pk)
        if isinstance(by, Person):
            look_again(message)
        if message.is_note and isinstance(by, Member):
            mention(message, ticket, before=before.text, by=by, at=at)
    return True


def can_revise(message: Message, by: Member | Person, *, at: datetime) -> bool:
    """Whether `revise` would let them."""
    return _may(message, by) and message.at + WINDOW > at


def _may(message: Message, by: Member | Person) -> bool:
    if message.is_automatic or message.corrects_id or message.aside_id:
        return False
    if isinstance(by, Person):
        return message.person_id == by.pk and not message.is_note
    leads = by.role in (Member.Role.SUPERVISOR, Member.Role.ADMINISTRATOR)
    return by.can_answer and message.member_id is not None and (message.member_id == by.pk or leads)


def _check(message: Message, by: Member | Person, at: datetime) -> None:
    if not _may(message, by):
        raise NotYoursToRevise
    if not can_revise(message, by, at=at):
        raise TooLateToRevise(minutes=WINDOW // timedelta(minutes=1))


def _keep_version(before: Message, by: Member | Person, at: datetime) -> None:
    who = {"member": by} if isinstance(by, Member) else {"person": by}
    MessageVersion.objects.create(message=before, text=before.text, html=before.html, at=at, **who)


def _correct(message: Message, ticket: Ticket, *, at: datetime) -> None:
    """Bring the change to whoever has the message; what lies in the outbox is made anew.

    The rows are locked first: a worker that comes meanwhile waits, and then sends what the message says now.
    """
    deliveries = list(message.deliveries.select_for_update().order_by("pk"))
    for delivery in deliveries:
        if delivery.status == "held":
            delivery.send_again()
    late = [delivery for delivery in deliveries if delivery.may_have_left]
    if not late:
        return
    correction = Message.objects.create(
        ticket=ticket,
        member=message.member,
        text=message.text,
        html=message.html,
        via=message.via,
        external_id=new_name(ticket),
        at=at,
        corrects=message,
    )
    attach(correction, _shown_inside(message))
    Delivery.objects.bulk_create(
        Delivery(
            message=correction,
            channel=row.channel,
            person=row.person,
            address=row.address,
            is_hidden=row.is_hidden,
            due_at=at,
        )
        for row in late
    )


def _shown_inside(message: Message) -> tuple[Kept, ...]:
    """The files that the text shows; the others have arrived."""
    files = message.attachments.exclude(content_id="")
    return tuple(kept_of(file) for file in files if f"cid:{file.content_id}" in message.html)
