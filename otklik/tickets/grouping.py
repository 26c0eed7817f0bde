"""A list in groups under headings: by state, assignee, client, the day of the deadline, a field of the company’s own.

The groups follow one another in an order of their own, the tickets of each in the list’s order. One page goes on from
the last ticket of the page before, whichever group that one is of; a folded group is its heading alone.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import TruncDate
from django.db.models.lookups import In, IsNull
from django.utils.formats import date_format
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from otklik.lib.fields import CustomField
from otklik.lib.keyset import BadCursor, cursor_of, first, horizon, neighbour

from .board import keys_of
from .listing import EVER, LOOKED_AT, PAGE_SIZE, Listing, standing
from .models import Ticket, TicketField, View
from .models.ticket import NEVER

GROUP_COUNT_MAX = 999  # a larger group is said to hold "999+"
HEADINGS_MAX = 100  # on one page
FIELD = "field:"
DIGITS_MAX = 18  # of a key: more than a store holds
LAST = 1_000_000  # in the order of groups: what has no place of its own

Rank = tuple[Any, ...]


@dataclass(frozen=True)
class Way:
    """A way to group: `columns` are what a group is told apart by and, perhaps, its name in the store."""

    key: str
    columns: tuple[str, ...]
    find: Callable[[str], Q]  # the tickets of a group; raises ValueError for what cannot be one
    say: Callable[[str, str], str]  # its value and its name in the store → its heading
    rank: Callable[[str, str], Rank]
    expressions: dict[str, Combinable] = field(default_factory=dict)
    value: Callable[[Any], str] = lambda raw: "" if raw is None else str(raw)


@dataclass(frozen=True)
class Group:
    value: str
    name: str
    label: str
    rank: Rank
    number: int
    is_folded: bool = False

    @property
    def count(self) -> str:
        return f"{GROUP_COUNT_MAX}+" if self.number > GROUP_COUNT_MAX else str(self.number)


@dataclass(frozen=True)
class Section:
    """A heading and its tickets on one page."""

    group: Group
    rows: list[Ticket]


@dataclass(frozen=True)
class GroupedPage:
    sections: list[Section]
    next: str
    is_cut: bool  # there are more tickets than were looked at

    @property
    def rows(self) -> list[Ticket]:
        return [ticket for section in self.sections for ticket in section.rows]


@dataclass(frozen=True)
class Grouped:
    """A list in groups; `folded` are values of groups. As `Listing`, it raises what its conditions raise."""

    listing: Listing
    way: Way
    folded: frozenset[str] = frozenset()

    def end(self) -> str:
        """The cursor of the last ticket that is looked at; empty if that is all."""
        among = standing(self.listing.view) if self.listing.is_looked_through else self.listing.tickets
        return horizon(among, order=self.listing.order, looked_at=LOOKED_AT)

    def groups(self, end: str) -> list[Group]:
        """All groups that hold a ticket, in their order. One query."""
        few = first(self.listing.tickets, order=self.listing.order, end=end).order_by()
        counted = few.annotate(**self.way.expressions).values(*self.way.columns).annotate(number=Count("pk")).order_by()
        numbers: dict[str, tuple[str, int]] = {}
        for row in counted:
            value, name = self.way.value(row[self.way.columns[0]]), row[self.way.columns[-1]]
            numbers[value] = (str(name or ""), row["number"] + numbers.get(value, ("", 0))[1])
        found = [self._group(value, name, number) for value, (name, number) in numbers.items()]
        return sorted(found, key=lambda group: group.rank)

    def _group(self, value: str, name: str, number: int) -> Group:
        label, rank = self.way.say(value, name), self.way.rank(value, name)
        return Group(value, name, label, rank, number, is_folded=value in self.folded)

    def page(self, cursor: str = "", *, size: int = PAGE_SIZE) -> GroupedPage:
        """One page with all that a row shows. Raises BadCursor. Five queries at most."""
        end = self.end()
        place = _Place.parse(cursor, self.way) if cursor else None
        groups = [group for group in self.groups(end) if place is None or group.rank >= place.rank]
        begun = place.inner if place and groups and groups[0].rank == place.rank else ""
        here = _as_many(groups[:HEADINGS_MAX], size, begun=bool(begun))
        keys = keys_of(
            {
                group.value: self._arm(group, end, begun if group is groups[0] else "")[: size + 1]
                for group in here
                if not group.is_folded
            }
        )
        known = self.listing.shown(Ticket.objects.filter(pk__in=[pk for each in keys.values() for pk in each]))
        rows = known.in_bulk()
        found = {value: [rows[pk] for pk in each if pk in rows] for value, each in keys.items()}
        return self._laid_out(groups, here, found, size=size, is_cut=bool(end))

    def _arm(self, group: Group, end: str, cursor: str) -> QuerySet[Any]:
        tickets = self.listing.tickets.filter(self.way.find(group.value))
        return first(tickets, order=self.listing.order, end=end, cursor=cursor).values("pk")

    def _laid_out(
        self, groups: list[Group], here: list[Group], found: dict[str, list[Ticket]], *, size: int, is_cut: bool
    ) -> GroupedPage:
        sections: list[Section] = []
        for group in here:
            rows = found.get(group.value, [])
            if not size and not group.is_folded:
                return GroupedPage(sections, self._cursor(group, ""), is_cut)
            if rows or group.is_folded:
                sections.append(Section(group, rows[:size]))
            if len(rows) > size:
                return GroupedPage(sections, self.cursor(rows[size - 1], group), is_cut)
            size -= len(rows)
        more = groups[len(here)] if len(groups) > len(here) else None
        return GroupedPage(sections, self._cursor(more, "") if more else "", is_cut)

    def cursor(self, ticket: Ticket, group: Group) -> str:
        """Where a ticket stands."""
        return self._cursor(group, cursor_of(ticket, self.listing.order))

    def _cursor(self, group: Group, inner: str) -> str:
        written = json.dumps([group.value, group.name, inner], ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(written).decode().rstrip("=")

    def beside(self, ticket: Ticket, cursor: str, *, back: bool) -> tuple[Ticket, str] | None:
        """The ticket after this place, or before it, and its own place; None at the end. Raises BadCursor."""
        place, end = _Place.parse(cursor, self.way), self.end()
        group = self._group(place.value, place.name, 0)
        order, others = self.listing.order, self.listing.tickets.exclude(pk=ticket.pk)
        few = first(others.filter(self.way.find(place.value)), order=order, end=end)
        if place.inner and (found := neighbour(few, order=order, cursor=place.inner, back=back)):
            return self._placed(found, group)
        for near in self._further(place.rank, end, back=back):
            rows = first(others.filter(self.way.find(near.value)), order=order, end=end)
            found = rows.last() if back else rows.first()
            if found:
                return self._placed(found, near)
        return None

    def _placed(self, ticket: Ticket, group: Group) -> tuple[Ticket, str]:
        return ticket, self.cursor(ticket, group)

    def _further(self, rank: Rank, end: str, *, back: bool) -> list[Group]:
        shown = [group for group in self.groups(end) if not group.is_folded]
        if back:
            return [group for group in reversed(shown) if group.rank < rank]
        return [group for group in shown if group.rank > rank]


def _as_many(groups: list[Group], size: int, *, begun: bool) -> list[Group]:
    """As many groups, from the first, as fill a page. How much is left of one that was begun, nobody knows."""
    filled = 0
    for number, group in enumerate(groups):
        if filled >= size:
            return groups[:number]
        filled += 0 if group.is_folded or (begun and not number) else group.number
    return groups


@dataclass(frozen=True)
class _Place:
    value: str
    name: str
    inner: str
    rank: Rank

    @classmethod
    def parse(cls, cursor: str, way: Way) -> _Place:
        try:
            value, name, inner = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if not all(isinstance(each, str) for each in (value, name, inner)):
                raise BadCursor
            way.find(value)
            return cls(value, name, inner, way.rank(value, name))
        except (ValueError, TypeError, RecursionError, OverflowError) as fault:
            raise BadCursor from fault


def ways() -> list[tuple[str, Any]]:
    """What lists can be grouped by, with words for it."""
    fields = TicketField.objects.filter(kind=CustomField.Kind.CHOICE)
    return [*View.Group.choices, *((f"{FIELD}{each.key}", each.label) for each in fields)]


def way_of(key: str) -> Way:
    """Raises KeyError for what is no way to group, or is none any more."""
    if not key.startswith(FIELD):
        return WAYS[key]()
    found = TicketField.objects.filter(kind=CustomField.Kind.CHOICE, key=key.removeprefix(FIELD)).first()
    if found is None:
        raise KeyError(key)
    return _by_field(key, found)


def _by_choices(key: str, values: list[Any], labels: dict[Any, Any]) -> Way:
    order = [str(value) for value in values]
    named = {str(value): label for value, label in labels.items()}

    def find(value: str) -> Q:
        return Q(**{key: order[order.index(value)]})

    return Way(key, (key,), find, lambda value, _name: str(named[value]), lambda value, _name: (order.index(value),))


def _by_reference(key: str, column: str, name: str, nobody: str, *, nobody_first: bool = False) -> Way:
    def find(value: str) -> Q:
        if len(value) > DIGITS_MAX:
            raise ValueError
        return Q(**{column: int(value) if value else None})

    def rank(value: str, called: str) -> Rank:
        return (bool(value) == nobody_first, called.casefold(), int(value or 0))

    return Way(key, (column, name), find, lambda value, called: called if value else nobody, rank)


def _by_field(key: str, one: TicketField) -> Way:
    text, choices = KeyTextTransform(one.key, "fields"), list(one.choices)

    def find(value: str) -> Q:
        return Q(In(text, [value])) if value else Q(IsNull(text, True)) | Q(In(text, [""]))

    def rank(value: str, _name: str) -> Rank:
        return (choices.index(value) if value in choices else LAST + (not value), value)

    nothing = pgettext("of a field", "nothing chosen")
    return Way(key, ("said",), find, lambda value, _name: value or nothing, rank, {"said": text})


PAST = "past"


def _by_due_day() -> Way:
    today = localdate()

    def value(raw: date) -> str:
        return "" if raw.year >= NEVER.year else PAST if raw < today else raw.isoformat()

    def find(day: str) -> Q:
        if not day:
            return Q(due_at__gte=NEVER)
        if day == PAST:
            return Q(due_at__lt=_midnight(today))
        begun = date.fromisoformat(day)
        if not EVER.year < begun.year < NEVER.year:
            raise ValueError
        return Q(due_at__gte=_midnight(begun), due_at__lt=_midnight(begun + timedelta(days=1)))

    def say(day: str, _name: str) -> str:
        near = {"": _("No deadline"), PAST: _("Before today"), today.isoformat(): _("Today")}
        near[(today + timedelta(days=1)).isoformat()] = _("Tomorrow")
        return near[day] if day in near else date_format(date.fromisoformat(day), "DATE_FORMAT")

    def rank(day: str, _name: str) -> Rank:
        return ("9" if not day else "0" if day == PAST else day,)

    return Way("due", ("day",), find, say, rank, {"day": TruncDate("due_at")}, value)


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


WAYS: dict[str, Callable[[], Way]] = {
    View.Group.STATE: lambda: _by_choices("state", Ticket.State.values, dict(Ticket.State.choices)),
    View.Group.PRIORITY: lambda: _by_choices(
        "priority", list(reversed(Ticket.Priority.values)), dict(Ticket.Priority.choices)
    ),
    View.Group.TYPE: lambda: _by_choices("type", Ticket.Type.values, dict(Ticket.Type.choices)),
    View.Group.ASSIGNEE: lambda: _by_reference(
        "assignee", "assignee_id", "assignee__name", pgettext("assignee", "nobody"), nobody_first=True
    ),
    View.Group.TEAM: lambda: _by_reference("team", "team_id", "team__name", ""),
    View.Group.CLIENT: lambda: _by_reference("client", "client_id", "client__name", ""),
    View.Group.ORGANISATION: lambda: _by_reference(
        "organisation", "client__organisation_id", "client__organisation__name", _("No organisation")
    ),
    View.Group.CHANNEL: lambda: _by_reference("channel", "channel_id", "channel__name", _("No channel")),
    View.Group.DUE: _by_due_day,
}


def grouped(tickets: Listing, key: str, folded: frozenset[str] = frozenset()) -> Grouped:
    """Raises KeyError for what is no way to group."""
    return Grouped(tickets, way_of(key), folded)
