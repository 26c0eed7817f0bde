"""The door out, and notes: what staff write on a ticket, and how an answer sets out to everybody who takes part."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from otklik.journal.record import record
from otklik.lib.html import clean, text_of
from otklik.staff.models import Member

from .addressing import AS_USUAL, Recipient, Wishes, outgoing_channel, recipients_of
from .errors import EmptyMessage, FilesTooLarge, NobodyToAnswer, TicketMerged
from .files import Kept, attach
from .guarding import check_seen
from .mentioning import mention
from .models import Channel, Delivery, Message, Ticket
from .opening import excerpt

UNDO = timedelta(seconds=15)  # how long an answer written at the desk waits for second thoughts


def second_thoughts(ticket: Ticket) -> timedelta:
    """How long an answer can be taken back: not at all where somebody waits for it at the other end of a talk."""
    channel = outgoing_channel(ticket)
    return timedelta() if channel and channel.is_live else UNDO


def reply(  # noqa: PLR0913 each is something that its writer chooses
    ticket: Ticket,
    *,
    by: Member,
    text: str,
    html: str = "",
    files: tuple[Kept, ...] = (),
    then: str = Ticket.State.WAITING_CLIENT,
    send_at: datetime | None = None,
    wishes: Wishes = AS_USUAL,
    seen: int | None = None,
    at: datetime | None = None,
) -> Message:
    """Answer the client and all participants by the channel the ticket came by; at `send_at`, by default at once.

    `wishes` change who gets this answer. The message, a Delivery for each recipient and the change of state (`then`)
    are one transaction. A ticket of nobody becomes its answerer's. Raises EmptyMessage, NobodyToAnswer, TicketMerged;
    SomethingNew if others did anything after the event `seen`.
    """
    at = at or now()
    leaves_at = max(send_at or at, at)
    _check(ticket, text or html, files)
    recipients = wishes.among(recipients_of(ticket))
    if not recipients:
        raise NobodyToAnswer(ticket=ticket)
    with transaction.atomic():
        message = _write(ticket, by, text, html=html, files=files, is_note=False, at=leaves_at)
        check_seen(ticket, seen, by=by)  # behind the lock on the ticket
        Ticket.objects.filter(pk=ticket.pk).update(active_at=at, excerpt=excerpt(message.text))
        _set_out(message, recipients, channel=outgoing_channel(ticket), at=leaves_at)
        record("message.sent", ticket, by=by, at=at, message=message.pk)
        if ticket.assignee_id is None and Member.objects.answering(ticket.team).filter(pk=by.pk).exists():
            ticket.assign_to(by, by=by, at=at)
        ticket.set_state(then, by=by, at=at)
    return message


def note(
    ticket: Ticket,
    *,
    by: Member,
    text: str,
    html: str = "",
    files: tuple[Kept, ...] = (),
    at: datetime | None = None,
) -> Message:
    """Write what only staff read. Raises EmptyMessage, TicketMerged."""
    at = at or now()
    _check(ticket, text or html, files)
    with transaction.atomic():
        message = _write(ticket, by, text, html=html, files=files, is_note=True, at=at)
        record("message.noted", ticket, by=by, at=at, message=message.pk)
        mention(message, ticket, by=by, at=at)
    return message


def _set_out(message: Message, recipients: list[Recipient], *, channel: Channel | None, at: datetime) -> None:
    Delivery.objects.bulk_create(
        Delivery(
            message=message,
            channel=channel,
            person=each.person,
            address=each.address,
            is_hidden=each.is_hidden,
            due_at=at,
        )
        for each in recipients
    )


def check_said(text: str, files: tuple[Kept, ...]) -> None:
    """Raises EmptyMessage, FilesTooLarge."""
    if not text.strip() and not files:
        raise EmptyMessage
    if sum(file.size_bytes for file in files) > settings.MESSAGE_MAX_BYTES:
        raise FilesTooLarge(limit=settings.MESSAGE_MAX_BYTES // 2**20)


def _check(ticket: Ticket, text: str, files: tuple[Kept, ...]) -> None:
    check_said(text, files)
    if ticket.merged_into_id:
        raise TicketMerged(ticket=ticket, into=ticket.survivor())


def _write(
    ticket: Ticket, by: Member, text: str, *, html: str, files: tuple[Kept, ...], is_note: bool, at: datetime
) -> Message:
    if (survivor := ticket.held()) != ticket:  # merged since it was looked at
        raise TicketMerged(ticket=ticket, into=survivor)
    html = clean(html)
    text = text.strip() or text_of(html)
    channel = None if is_note else outgoing_channel(ticket)
    message = Message.objects.create(
        ticket=ticket,
        member=by,
        text=text,
        html=html,
        is_note=is_note,
        via=channel.kind if channel else "",
        external_id=new_name(ticket) if channel else None,
        at=at,
    )
    attach(message, files)
    return message


def new_name(ticket: Ticket) -> str:
    """The Message-ID of an answer: made once, so that every try of every delivery carries the same."""
    return f"<{ticket.pk}.{secrets.token_hex(12)}@{settings.SITE_HOST}>"
