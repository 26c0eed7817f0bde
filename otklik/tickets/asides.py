"""Writing to a third party about a ticket: the first letter of a side conversation, and the next ones.

Nothing here touches what the client has: no participant, no answer, no clock. docs/decisions/0017.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from otklik.clients.models import EMAIL, known
from otklik.journal.record import record
from otklik.lib.html import clean, text_of
from otklik.staff.models import Member

from .errors import NoSubject, NotAThirdParty, TicketMerged
from .files import Kept, attach
from .models import Aside, Channel, Delivery, Message, Party, Ticket
from .models.conversation import takes_part
from .replying import check_said, new_name

PARTIES_MAX = 20


@dataclass(frozen=True)
class Letter:
    """What a member writes to a third party. `waits`: the ticket waits for the third party from now on;
    `wakes`: their answer opens it again.
    """

    to: tuple[str, ...]
    text: str
    html: str = ""
    files: tuple[Kept, ...] = ()
    waits: bool = False
    wakes: bool = True


def ask(
    ticket: Ticket,
    letter: Letter,
    *,
    by: Member,
    subject: str,
    channel: Channel | None,
    send_at: datetime | None = None,
    at: datetime | None = None,
) -> Message:
    """Begin a side conversation with its first letter, by a mailbox of ours.

    Raises EmptyMessage, FilesTooLarge, NoSubject, NotAThirdParty, TicketMerged.
    """
    at, subject = at or now(), " ".join(subject.split())[:250]
    if not subject or channel is None:
        raise NoSubject
    with transaction.atomic():
        _hold(ticket)
        aside = Aside.objects.create(
            ticket=ticket, subject=subject, channel=channel, opened_by=by, opened_at=at, wakes=letter.wakes
        )
        record("aside.opened", ticket, by=by, at=at, aside=aside.pk, subject=subject)
        return _send(aside, ticket, letter, by=by, leaves_at=max(send_at or at, at), at=at)


def write(
    aside: Aside, letter: Letter, *, by: Member, send_at: datetime | None = None, at: datetime | None = None
) -> Message:
    """Write once more; one that has ended goes on. Raises what `ask` raises."""
    at = at or now()
    with transaction.atomic():
        ticket = aside.ticket
        _hold(ticket)
        Aside.objects.filter(pk=aside.pk).update(wakes=letter.wakes)
        aside.reopen(by=by, at=at)
        return _send(aside, ticket, letter, by=by, leaves_at=max(send_at or at, at), at=at)


def _hold(ticket: Ticket) -> None:
    if (survivor := ticket.held()) != ticket:
        raise TicketMerged(ticket=ticket, into=survivor)


def _send(aside: Aside, ticket: Ticket, letter: Letter, *, by: Member, leaves_at: datetime, at: datetime) -> Message:
    html = clean(letter.html)
    text = letter.text.strip() or text_of(html)
    check_said(text, letter.files)
    addresses = third_parties(ticket, letter.to)
    _ask_these(aside, addresses)
    message = Message.objects.create(
        ticket=ticket,
        aside=aside,
        member=by,
        is_note=True,
        text=text,
        html=html,
        via=aside.channel.kind,
        external_id=new_name(ticket),
        at=leaves_at,
    )
    attach(message, letter.files)
    Delivery.objects.bulk_create(
        Delivery(message=message, channel=aside.channel, address=address, due_at=leaves_at) for address in addresses
    )
    record("aside.sent", ticket, by=by, at=at, message=message.pk, aside=aside.pk)
    if letter.waits:
        ticket.set_state(Ticket.State.WAITING_THIRD_PARTY, by=by, at=at)
    return message


def third_parties(ticket: Ticket, addresses: Iterable[str]) -> list[str]:
    """The addresses, each once. Raises NotAThirdParty for what is none: a misspelling, our own mailbox, and
    whoever takes part in the ticket, who would get to read what is not for them.
    """
    found = list(dict.fromkeys(address.strip().lower() for address in addresses if address.strip()))
    if not found:
        raise NotAThirdParty(why=_("Say whom it goes to: one or several e-mail addresses."))
    if len(found) > PARTIES_MAX:
        raise NotAThirdParty(why=_("A letter goes to %(most)s addresses at most.") % {"most": PARTIES_MAX})
    ours = {address.lower() for address in Channel.objects.filter(kind=EMAIL).values_list("address", flat=True)}
    for address in found:
        if why := _why_not(ticket, address, ours):
            raise NotAThirdParty(why=why % {"address": address})
    return found


def _why_not(ticket: Ticket, address: str, ours: set[str]) -> str:
    try:
        validate_email(address)
    except ValidationError:
        return _("“%(address)s” is not an e-mail address.")
    if address in ours:
        return _("%(address)s is a mailbox of ours: hand the ticket over instead, or write a note.")
    owner = known(EMAIL, address)
    if owner and takes_part(ticket, owner.person):
        return _("%(address)s takes part in the ticket: answer there, or leave this address out.")
    return ""


def _ask_these(aside: Aside, addresses: list[str]) -> None:
    """These are written to from now on; whoever was left out is so no more."""
    aside.parties.exclude(address__in=addresses).update(is_asked=False)
    aside.parties.filter(address__in=addresses).update(is_asked=True)
    there = set(aside.parties.values_list("address", flat=True))
    fresh = [address for address in addresses if address not in there]
    Party.objects.bulk_create(Party(aside=aside, address=address, name=address) for address in fresh)
