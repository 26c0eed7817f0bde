"""Who gets an answer, at which address, and by which channel: as usual, or as the writer of this one wants it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from otklik.clients.models import EMAIL, Address, Person

from .models import Channel, Ticket

ADDED_MAX = 20


@dataclass(frozen=True)
class Recipient:
    """One reader of an answer; one who was added by their address is nobody in particular.

    The others do not see who `is_hidden`.
    """

    person: Person | None
    address: str
    is_hidden: bool = False
    kind: str = EMAIL  # of the address

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.address


@dataclass(frozen=True)
class Wishes:
    """What is to be otherwise than usual with one answer: people left out, addresses added openly or hidden."""

    without: tuple[int, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()

    @classmethod
    def parse(cls, kept: Mapping[str, Any] | None) -> Wishes:
        return cls(**{name: tuple(kept.get(name, ())) for name in ("without", "cc", "bcc")}) if kept else cls()

    def as_json(self) -> dict[str, list[Any]]:
        return {name: list(value) for name, value in vars(self).items() if value}

    def among(self, usual: Iterable[Recipient]) -> list[Recipient]:
        """Who gets the answer then, each address once; whoever is named in the open is not hidden."""
        staying = [each for each in usual if each.person is None or each.person.pk not in self.without]
        added = [Recipient(None, address) for address in self.cc]
        hidden = [Recipient(None, address, is_hidden=True) for address in self.bcc]
        found: dict[str, Recipient] = {}
        for each in (*staying, *added, *hidden):
            found.setdefault(each.address, each)
        return list(found.values())


AS_USUAL = Wishes()


def wishes_behind(usual: Iterable[Recipient], actual: Iterable[Recipient]) -> Wishes:
    """What somebody must have wanted for `actual` to come of the usual recipients."""
    usual, actual = list(usual), list(actual)
    got, known = {each.address for each in actual}, {each.address for each in usual}
    added = [each for each in actual if each.address not in known]
    return Wishes(
        without=tuple(each.person.pk for each in usual if each.person and each.address not in got),
        cc=tuple(each.address for each in added if not each.is_hidden),
        bcc=tuple(each.address for each in added if each.is_hidden),
    )


def outgoing_channel(ticket: Ticket) -> Channel | None:
    """What carries answers on this ticket: its own channel or the mailbox that stands in; else any mailbox.

    Where the client is answered by mail (`Ticket.answer_at`), no other channel carries it, wherever they wrote.
    """
    own = ticket.channel.outgoing if ticket.channel else None
    if own and ticket.channel and ticket.address and ticket.address.kind == EMAIL != own.kind:
        own = ticket.channel.answers_by
    return own or Channel.objects.active().filter(kind=EMAIL).order_by("pk").first()


def recipients_of(ticket: Ticket) -> list[Recipient]:
    """Who usually gets an answer, the client first; whoever has no address on this channel is left out."""
    people = [ticket.client, *(row.person for row in ticket.participants.select_related("person").order_by("pk"))]
    return recipients_among(ticket, people, addresses=Address.objects.filter(person__in=people))


def recipients_among(ticket: Ticket, people: Iterable[Person], *, addresses: Iterable[Address]) -> list[Recipient]:
    """`recipients_of` for a caller who has the client, the participants and their addresses at hand."""
    channel = outgoing_channel(ticket)
    if channel is None:
        return []
    # Of several addresses the oldest, but the client is answered where they wrote from.
    where = {row.person_id: row.value for row in sorted(addresses, key=_age, reverse=True) if row.kind == channel.kind}
    if ticket.address and ticket.address.kind == channel.kind:
        where[ticket.address.person_id] = ticket.address.value
    found: dict[str, Person] = {}
    for person in people:
        if address := where.get(person.pk):
            found.setdefault(address, person)
    return [Recipient(person, address, kind=channel.kind) for address, person in found.items()]


def _age(address: Address) -> int:
    return address.pk
