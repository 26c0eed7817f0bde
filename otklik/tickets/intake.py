"""The door in: one inbound message becomes a message on one ticket, new or old, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from otklik.clients.models import Address, Person, identify, recognise
from otklik.journal.record import record
from otklik.lib.html import clean, text_of
from otklik.lib.inbound import Dropped, Inbound
from otklik.staff.models import Company

from .files import Kept, attach
from .models import Channel, Message, RawMessage, Ticket
from .models.conversation import add_participant, takes_part
from .opening import Wish, excerpt, open_ticket

COPIED_MAX = 50  # a mail copied to more people than this is a mailing, not a conversation


@dataclass(frozen=True)
class Received:
    message: Message
    opened: bool


def receive(
    inbound: Inbound,
    *,
    channel: Channel,
    files: tuple[Kept, ...] = (),
    raw: RawMessage | None = None,
    at: datetime | None = None,
) -> Received | Dropped:
    """File one inbound message, in one transaction with the note on its raw message that it was.

    `files` are its attachments, stored already. Safe to call again with the same message, and for two workers at
    once: the constraint `message_once` undoes the later one, whose answer is Dropped("duplicate").
    """
    html = clean(inbound.html)
    inbound = replace(inbound, html=html, text=inbound.text or text_of(html))
    try:
        with transaction.atomic():
            received = _file(inbound, channel, files, at=at or now())
            if raw:
                raw.settle(RawMessage.Outcome.RECEIVED, message=received.message, reason="")
    except IntegrityError:
        if Message.objects.filter(via=channel.kind, external_id=inbound.external_id).exists():
            return Dropped("duplicate")
        raise
    return received


def _file(inbound: Inbound, channel: Channel, files: tuple[Kept, ...], *, at: datetime) -> Received:
    sender = inbound.sender
    address = recognise(sender.kind, sender.value, name=sender.name, language=inbound.language)
    earlier = _earlier_ticket(inbound, channel)
    opened = earlier is None or not _takes_answers(earlier, at)
    ticket = _open(inbound, address, channel, at=at) if earlier is None or opened else earlier
    if earlier and opened:
        ticket.link(earlier, "related", by=None, at=at)
    message = _add(inbound, ticket, address.person, channel, at=at)
    if files:
        attach(message, files)
    _welcome_copied(inbound, ticket, address.person, at=at)
    facts = {"message": message.pk, "channel": channel.pk, "via": channel.kind}
    record("message.received", ticket, by=address.person, at=at, **facts)
    if not opened:
        _move_up(ticket, inbound, address.person, at=at)
    return Received(message, opened)


def _earlier_ticket(inbound: Inbound, channel: Channel) -> Ticket | None:
    """The ticket that a message answers: by the messages it names, nearest first, then by its signed address."""
    if inbound.replies_to:
        named = Message.objects.select_related("ticket").filter(via=channel.kind, external_id__in=inbound.replies_to)
        by_name = {message.external_id: message.ticket for message in named}
        for name in inbound.replies_to:
            if name in by_name:
                return by_name[name].survivor()
    if inbound.ticket_number:
        ticket = Ticket.objects.filter(pk=inbound.ticket_number).first()
        return ticket.survivor() if ticket else None
    return None


def _takes_answers(ticket: Ticket, at: datetime) -> bool:
    """Whether an answer still belongs here; a ticket closed long ago is left in peace."""
    if ticket.state != Ticket.State.CLOSED:
        return True
    return ticket.state_at >= at - timedelta(days=Company.current().reopen_days)


def _open(inbound: Inbound, address: Address, channel: Channel, *, at: datetime) -> Ticket:
    wish = Wish(
        client=address.person,
        team=channel.team,
        subject=inbound.subject,
        type=inbound.type,
        channel=channel,
        address=address,
        tags=inbound.tags,
        fields=inbound.fields,
        excerpt=excerpt(inbound.text),
    )
    return open_ticket(wish, by=address.person, at=at)


def _add(inbound: Inbound, ticket: Ticket, person: Person, channel: Channel, *, at: datetime) -> Message:
    return Message.objects.create(
        ticket=ticket,
        person=person,
        text=inbound.text,
        rest=inbound.rest,
        html=inbound.html,
        subject=inbound.subject[:250],
        is_automatic=inbound.automatic,
        via=channel.kind,
        external_id=inbound.external_id,
        at=at,
    )


def _welcome_copied(inbound: Inbound, ticket: Ticket, person: Person, *, at: datetime) -> None:
    """Let whom the sender copied take part, if the sender does: a stranger brings nobody in, nor themselves."""
    if len(inbound.copied) > COPIED_MAX or not inbound.copied or not takes_part(ticket, person):
        return
    for copied in inbound.copied:
        add_participant(ticket, identify(copied.kind, copied.value, name=copied.name), by=person, at=at)


def _move_up(ticket: Ticket, inbound: Inbound, person: Person, *, at: datetime) -> None:
    """An answer came. If a person wrote it, what waited for them or was over is ours to do again."""
    Ticket.objects.filter(pk=ticket.pk).update(active_at=at, excerpt=excerpt(inbound.text))
    if inbound.automatic:
        return
    if ticket.state == Ticket.State.WAITING_CLIENT:
        ticket.set_state(Ticket.State.OPEN, by=person, at=at)
    else:
        ticket.reopen(by=person, at=at)
