"""What a third party writes back: into its side conversation, and nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from otklik.clients.models import known
from otklik.journal.record import record
from otklik.lib.inbound import Inbound, Sender
from otklik.lib.prepared import insert

from .bounced import note_bounce
from .files import Kept, attach
from .models import Aside, Channel, Message, Party, Ticket
from .models.conversation import takes_part


def aside_of(inbound: Inbound, named: Message | None) -> Aside | None:
    """The side conversation that a message answers: the one of the message that it names, else by its signed
    address; by the tag in its subject, which proves nothing, for those only whom we wrote to.
    """
    aside = named.aside if named else None
    if aside is None and inbound.aside:
        aside = Aside.objects.select_related("ticket").filter(pk=inbound.aside).first()
    if aside is None and inbound.subject_aside and named is None and not inbound.ticket_number:
        tagged = Aside.objects.select_related("ticket").filter(pk=inbound.subject_aside).first()
        aside = tagged if tagged and _is_party(tagged, inbound.sender) else None
    return aside


def is_for_ticket(aside: Aside, sender: Sender) -> bool:
    """Whether it is the client after all, or who else takes part: what they say is said on the ticket.

    They have the third party's letter from the third party, not from us. Whoever is both stays in the side
    conversation that they answered.
    """
    if _is_party(aside, sender):
        return False
    address = known(sender.kind, sender.value)
    return address is not None and takes_part(aside.ticket, address.person)


def hear(inbound: Inbound, aside: Aside, channel: Channel, files: tuple[Kept, ...], *, at: datetime) -> Message:
    """Keep it in the side conversation. Whoever wrote becomes no client, no participant, and is not written to unasked.

    What a program wrote is kept, and changes nothing.
    """
    ticket = aside.ticket.held()
    sender = inbound.sender
    party = _party(aside, sender)
    message = write_down(inbound, ticket, channel, at=at, aside=aside, party=party, is_note=True)
    attach(message, files)
    note_bounce(inbound, at=at)
    facts = {"message": message.pk, "aside": aside.pk, "automatic": inbound.automatic}
    record("aside.received", ticket, by=party, at=at, **facts)
    if not inbound.automatic:
        aside.reopen(by=None, at=at)
        if aside.wakes and ticket.state == Ticket.State.WAITING_THIRD_PARTY:
            ticket.set_state(Ticket.State.OPEN, by=None, at=at)
    return message


def write_down(inbound: Inbound, ticket: Ticket, channel: Channel, *, at: datetime, **author: Any) -> Message:
    """The row of an inbound message; `author` says whose it is, and what else sets it apart."""
    return insert(
        Message(
            ticket=ticket,
            text=inbound.text,
            rest=inbound.rest,
            html=inbound.html,
            subject=inbound.subject[:250],
            is_automatic=inbound.automatic,
            nature=inbound.nature,
            cards=list(inbound.cards),
            via=channel.kind,
            external_id=inbound.external_id or None,
            digest=inbound.digest,
            at=at,
            **author,
        )
    )


def _party(aside: Aside, sender: Sender) -> Party:
    """Whoever wrote, by the name that they gave first."""
    address = sender.value.lower()[:320]
    new = {"name": sender.name or address, "is_asked": False}
    party, _made = Party.objects.get_or_create(aside=aside, address=address, defaults=new)
    if sender.name and party.name == address:
        Party.objects.filter(pk=party.pk).update(name=sender.name)
    return party


def _is_party(aside: Aside, sender: Sender) -> bool:
    return aside.parties.filter(address=sender.value.lower()).exists()
