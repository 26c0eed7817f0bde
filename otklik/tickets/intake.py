"""The door in: one inbound message becomes a message on one ticket, new or old, in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import now

from otklik.clients.models import Address, Person, identify, normalise
from otklik.journal.record import record
from otklik.lib.html import clean, text_of
from otklik.lib.inbound import Dropped, Inbound
from otklik.staff.models import Company

from .files import Kept, attach
from .models import Channel, Message, Ticket
from .models.conversation import add_participant, takes_part
from .opening import Wish, open_ticket

EXCERPT_LENGTH = 200
COPIED_MAX = 50  # a mail copied to more people than this is a mailing, not a conversation


@dataclass(frozen=True)
class Received:
    message: Message
    opened: bool


@transaction.atomic
def receive(
    inbound: Inbound, *, channel: Channel, files: tuple[Kept, ...] = (), at: datetime | None = None
) -> Received | Dropped:
    """File one inbound message. `files` are its attachments, stored already.

    Safe to call again with the same message: the answer is Dropped("duplicate"). Two workers racing with it: the
    constraint `message_once` stops the slower one with IntegrityError, whose retry is then a duplicate too.
    """
    at = at or now()
    if Message.objects.filter(via=channel.kind, external_id=inbound.external_id).exists():
        return Dropped("duplicate")
    sender = inbound.sender
    person = identify(sender.kind, sender.value, name=sender.name, language=inbound.language)
    earlier = _earlier_ticket(inbound, channel)
    ticket = earlier if earlier and _takes_answers(earlier, at) else None
    opened = ticket is None
    if ticket is None:
        ticket = _open(inbound, person, channel, at=at)
        if earlier:
            ticket.link(earlier, "related", by=None, at=at)
    message = _add(inbound, ticket, person, channel, at=at)
    attach(message, files)
    _welcome_copied(inbound, ticket, person, at=at)
    record("message.received", ticket, by=person, at=at, message=message.pk, channel=channel.pk)
    if not opened and not inbound.automatic:
        _wake(ticket, person, at=at)
    return Received(message, opened)


def _earlier_ticket(inbound: Inbound, channel: Channel) -> Ticket | None:
    """The ticket that a message answers: by the messages it names, nearest first, then by its signed address."""
    if inbound.replies_to:
        named = Message.objects.select_related("ticket").filter(
            via=channel.kind, external_id__in=inbound.replies_to
        )
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


def _open(inbound: Inbound, person: Person, channel: Channel, *, at: datetime) -> Ticket:
    sender = inbound.sender
    address = Address.objects.filter(kind=sender.kind, value=normalise(sender.kind, sender.value)).first()
    wish = Wish(
        client=person,
        team=channel.team,
        subject=inbound.subject,
        type=inbound.type,
        channel=channel,
        address=address,
        tags=inbound.tags,
        fields=inbound.fields,
    )
    return open_ticket(wish, by=person, at=at)


def _add(inbound: Inbound, ticket: Ticket, person: Person, channel: Channel, *, at: datetime) -> Message:
    html = clean(inbound.html)
    text = inbound.text or text_of(html)
    Ticket.objects.filter(pk=ticket.pk).update(active_at=at, excerpt=" ".join(text.split())[:EXCERPT_LENGTH])
    return Message.objects.create(
        ticket=ticket,
        person=person,
        text=text,
        rest=inbound.rest,
        html=html,
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


def _wake(ticket: Ticket, person: Person, *, at: datetime) -> None:
    """A person wrote: what waited for them or was over is ours to do again."""
    if ticket.state == Ticket.State.WAITING_CLIENT:
        ticket.set_state(Ticket.State.OPEN, by=person, at=at)
    else:
        ticket.reopen(by=person, at=at)
