"""How lists of tickets look in the menu, and how an address names one: which list, in what order, narrowed to what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from otklik.lib.asking import Tree
from otklik.notices.models import Notice
from otklik.staff.models import Member
from otklik.tickets import listing
from otklik.tickets.listing import Listing
from otklik.tickets.models import Habit, View

NOTICES = "notices"
UNCOUNTED = "closed"  # nobody waits for what is over
SHOWN_MAX = 30  # lists in the menu; the rest stand on the page of views
LAST = 10_000  # the place in the menu of a list that has none of its own
ONLY_MAX = 6  # conditions that a list is narrowed by
ICON = "filter"  # of a view

ICONS = {
    "mine": "inbox",
    "unassigned": "hand",
    "teams": "users",
    "overdue": "flame",
    "waiting": "hourglass",
    "open": "layers",
    "closed": "archive",
}
EMPTY: dict[str, str | Promise] = {
    "mine": _("No open ticket is yours. Take one from “Unassigned”."),
    "unassigned": _("Every open ticket has somebody who answers it."),
    "teams": _("Your teams have no open tickets."),
    "overdue": _("No promise is overdue. Well kept."),
    "waiting": _("No ticket waits for a client or a third party."),
    "open": _("There is no open ticket. Enjoy the quiet."),
    "closed": _("No ticket was resolved or closed yet."),
}
EMPTY_VIEW = _("No ticket is like this now. As soon as one is, it stands here.")
SORTS = dict(View.Sort.choices)


@dataclass(frozen=True)
class Chosen:
    """A list as an address names it: its key, the order, and what it is narrowed by."""

    key: str
    sort: str = ""
    only: tuple[str, ...] = ()

    @classmethod
    def of(cls, key: str, query: QueryDict) -> Chosen:
        return cls(key, query.get("sort", ""), tuple(query.getlist("only")[:ONLY_MAX]))

    def __str__(self) -> str:
        """The address."""
        query = urlencode([*([("sort", self.sort)] if self.sort else []), *(("only", each) for each in self.only)])
        return reverse("desk:queue", args=[self.key]) + (f"?{query}" if query else "")

    def listing(self, member: Member, entry: Entry | None = None) -> Listing:
        """Raises KeyError for a list, an order or a condition that does not exist.

        Without an order it has the one that the member likes, else its own.
        """
        entry = entry or entry_of(self.key, member)
        sort = self.sort or entry.sort
        if sort not in listing.sorts_of(entry.view):
            raise KeyError(sort)
        return Listing(entry.view, member, sort, tuple(leaf_from(each) for each in self.only))


def leaf_text(key: str, *values: Any, operator: str = "is") -> str:
    """A condition as it stands in an address: `state:is:new,open`."""
    return f"{key}:{operator}:{','.join(quote(str(each), safe='') for each in values)}"


def leaf_from(text: str) -> Tree:
    """The condition that an address says. Raises KeyError for what is none."""
    # From the right: the key of a custom field has a colon of its own.
    key, operator, values = ("", "", *text.rsplit(":", 2))[-3:]
    if not key or not values:
        raise KeyError(text)
    return {"if": key, "is": operator, "value": [unquote(each) for each in values.split(",")]}


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    view: View
    habit: Habit | None
    count: str = ""

    @property
    def key(self) -> str:
        return self.view.key

    @property
    def icon(self) -> str:
        return ICONS.get(self.key, ICON)

    @property
    def empty(self) -> str | Promise:
        return EMPTY.get(self.key, EMPTY_VIEW)

    @property
    def sort(self) -> str:
        liked = self.habit.sort if self.habit else ""
        return liked if liked in listing.sorts_of(self.view) else self.view.sort

    @property
    def is_hidden(self) -> bool:
        return bool(self.habit and self.habit.is_hidden)


def entry_of(key: str, member: Member, lists: list[Entry] | None = None) -> Entry:
    """A list by its key, among all `lists` if they are at hand. Raises KeyError for one that the member has not."""
    if lists is not None:
        return {entry.key: entry for entry in lists}[key]
    return Entry(listing.find(key, member), Habit.objects.filter(member=member, key=key).first())


def entries(member: Member) -> list[Entry]:
    """All lists that a member may see, in the member’s own order; what has no place of its own comes last."""
    habits = {habit.key: habit for habit in Habit.objects.filter(member=member)}
    views = [*listing.LISTS.values(), *View.objects.visible_to(member)]
    found = [Entry(view, habits.get(view.key)) for view in views]
    return sorted(found, key=lambda entry: _position(entry.habit))


def _position(habit: Habit | None) -> int:
    return LAST if habit is None or habit.position is None else habit.position


def counted(member: Member, lists: list[Entry]) -> tuple[list[Entry], str]:
    """Those of a member’s lists that are not hidden, with how many tickets each holds; how many notices are unseen."""
    shown = [entry for entry in lists if not entry.is_hidden][:SHOWN_MAX]
    every = {entry.key: Listing(entry.view, member, entry.view.sort) for entry in shown if entry.key != UNCOUNTED}
    asked = {key: each for key, each in every.items() if each.can_be_asked}
    numbers = listing.counts(asked, **{NOTICES: Notice.objects.unseen(member)})
    return [replace(entry, count=numbers.get(entry.key, "")) for entry in shown], numbers[NOTICES]


@transaction.atomic
def put_in_order(member: Member, key: str, move: str) -> bool:
    """Move a list in the member’s menu: "up", "down", "hide" or "show". False if there is no such list, or nowhere."""
    found = entries(member)
    at = next((place for place, entry in enumerate(found) if entry.key == key), None)
    if at is None:
        return False
    if move in ("hide", "show"):
        Habit.keep(member, key, is_hidden=move == "hide")
        return True
    to = at + {"up": -1, "down": 1}.get(move, 0)
    if to == at or not 0 <= to < len(found):
        return False
    found.insert(to, found.pop(at))
    for place, entry in enumerate(found):
        if entry.habit is None or entry.habit.position != place:
            Habit.keep(member, entry.key, position=place)
    return True
