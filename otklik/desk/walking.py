"""Going through a list ticket by ticket: the list and one's place in it travel in a ticket's address as `?from=`.

The place is where the ticket stood when the list was shown, so an answer, which moves the ticket in the list, does not
move the reader. The next ticket is asked of the store by that place: nothing of the list is kept anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from otklik.lib.keyset import BadCursor, cursor_of, neighbour
from otklik.staff.models import Member
from otklik.tickets import listing
from otklik.tickets.models import Ticket

LONGEST = 600  # of the place as an address says it


@dataclass(frozen=True)
class Place:
    """Where a ticket stood: in which list, in what order, after which cursor."""

    key: str
    sort: str
    cursor: str

    def __str__(self) -> str:
        return f"{self.key}.{self.sort}.{self.cursor}"

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """The place that `str` wrote; None for anything else."""
        parts = text.split(".")
        if len(parts) != 3 or len(text) > LONGEST or parts[0] not in listing.LISTS or parts[1] not in listing.SORTS:
            return None
        return cls(*parts)

    @property
    def list_address(self) -> str:
        return f"{reverse('desk:queue', args=[self.key])}?{urlencode({'sort': self.sort})}"


def place_of(key: str, sort: str) -> Callable[[Ticket], str]:
    """What writes down each ticket's place in a list that is being shown."""
    return lambda ticket: str(Place(key, sort, cursor_of(ticket, listing.SORTS[sort])))


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
    order = listing.SORTS[place.sort]
    others = listing.rows(place.key, member).exclude(pk=ticket.pk)
    try:
        found = neighbour(others, order=order, cursor=place.cursor, back=back)
    except BadCursor:
        return None
    return address(found, place_of(place.key, place.sort)(found)) if found else None


def list_of(origin: str) -> str:
    """The address of the list that `origin` names; of the home page for an origin that is none."""
    place = Place.parse(origin)
    return place.list_address if place else reverse("desk:home")
