"""Going through a list ticket by ticket: the list and one's place in it travel in a ticket's address as `?from=`.

The place is where the ticket stood when the list was shown, so an answer, which moves the ticket in the list, does not
move the reader. The next ticket is asked of the store by that place: nothing of the list is kept anywhere.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.http import urlencode

from otklik.lib.errors import OtklikError
from otklik.lib.keyset import cursor_of
from otklik.staff.models import Member
from otklik.tickets.grouping import Grouped, Section, grouped
from otklik.tickets.listing import Listing
from otklik.tickets.models import Ticket

from .listing import ONLY_MAX, Chosen, entry_of

LONGEST = 2000  # of the place as an address says it
WRITTEN = re.compile(r"([-a-z0-9]+)\.([a-z]*)\.([-\w]*)(?:\.([-\w]*)(?:\.([-\w:]+))?)?", re.ASCII)


@dataclass(frozen=True)
class Place:
    """Where a ticket stood: in which list, after which cursor."""

    chosen: Chosen
    cursor: str

    def __str__(self) -> str:
        only = base64.urlsafe_b64encode("\n".join(self.chosen.only).encode()).decode().rstrip("=")
        narrowed = [only, self.chosen.group] if self.chosen.group else [only] if only else []
        return ".".join((self.chosen.key, self.chosen.sort, self.cursor, *narrowed))

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """The place that `str` wrote; None for anything else."""
        written = WRITTEN.fullmatch(text) if len(text) <= LONGEST else None
        if written is None:
            return None
        key, sort, cursor, only, group = written.groups(default="")
        try:
            narrowed = base64.urlsafe_b64decode(only + "=" * (-len(only) % 4)).decode().splitlines()[:ONLY_MAX]
        except ValueError:
            return None
        return cls(Chosen(key, sort, tuple(narrowed), group), cursor)

    def address(self, ticket: Ticket, cursor: str) -> str:
        """The address of a ticket that stands in the same list, at this cursor."""
        return address(ticket, str(replace(self, cursor=cursor)))

    def beside(self, ticket: Ticket, member: Member, *, back: bool) -> tuple[Ticket, str] | None:
        """The ticket next to this place and its cursor. Raises KeyError or OtklikError for what is no list or place."""
        entry = entry_of(self.chosen.key, member)
        listing = self.chosen.listing(member, entry)
        if group := self.chosen.group:
            return grouped(listing, group, entry.folded(group)).beside(ticket, self.cursor, back=back)
        found = listing.beside(ticket, self.cursor, back=back)
        return (found, cursor_of(found, listing.order)) if found else None


def addresses(chosen: Chosen, listing: Listing, tickets: list[Ticket]) -> dict[int, str]:
    """The address of each ticket of a list that is being shown."""
    place = Place(replace(chosen, sort=listing.sort, group=""), "")
    return {ticket.pk: place.address(ticket, cursor_of(ticket, listing.order)) for ticket in tickets}


def addresses_in_groups(chosen: Chosen, shown: Grouped, sections: list[Section]) -> dict[int, str]:
    """The same of a list in groups."""
    place = Place(replace(chosen, sort=shown.listing.sort, group=shown.way.key), "")
    rows = ((ticket, section.group) for section in sections for ticket in section.rows)
    return {ticket.pk: place.address(ticket, shown.cursor(ticket, group)) for ticket, group in rows}


def address(ticket: Ticket, place: str = "") -> str:
    """The address of a ticket's page that remembers the place."""
    return f"{ticket.get_absolute_url()}?{urlencode({'from': place})}" if place else ticket.get_absolute_url()


def next_in_list(member: Member, origin: str, ticket: Ticket, *, back: bool = False) -> str | None:
    """The address of the ticket after this one (before it, going `back`), in the list that `origin` names.

    None at the end of the list, and for an origin that is none. `origin` is what `?from=` of the ticket's page says.
    """
    place = Place.parse(origin)
    if place is None:
        return None
    try:
        found = place.beside(ticket, member, back=back)
    except (KeyError, OtklikError):
        return None
    return place.address(*found) if found else None


def list_of(origin: str) -> str:
    """The address of the list that `origin` names; of the home page for an origin that is none."""
    place = Place.parse(origin)
    return str(place.chosen) if place else reverse("desk:home")
