"""How lists of tickets look in the menu, and how an address names one: which list, in what order, narrowed to what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from django.db import transaction
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from otklik.lib.addresses import address_of
from otklik.lib.asking import Tree
from otklik.notices.models import Notice
from otklik.staff.models import Member
from otklik.tickets import listing
from otklik.tickets.listing import Listing
from otklik.tickets.models import View
from otklik.tickets.shelf import STAMP, Shelf, shelf

NOTICES, STAMPED = "notices", "views"
UNCOUNTED = "closed"  # nobody waits for what is over
SHOWN_MAX = 30  # lists in the menu; the rest stand on the page of views
LAST = 10_000  # the place in the menu of a list that has none of its own
ONLY_MAX = 6  # conditions that a list is narrowed by
ICON = "filter"  # of a view
CALLS = "calls"

ICONS = {
    "mine": "inbox",
    "unassigned": "hand",
    "teams": "users",
    "overdue": "flame",
    "waiting": "hourglass",
    "asleep": "alarm-clock",
    "open": "layers",
    "closed": "archive",
    CALLS: "phone",
}
EMPTY: dict[str, str | Promise] = {
    "mine": _("No open ticket is yours. Take one from “Unassigned”."),
    "unassigned": _("Every open ticket has somebody who answers it."),
    "teams": _("Your teams have no open tickets."),
    "overdue": _("No promise is overdue. Well kept."),
    "waiting": _("No ticket waits for a client or a third party."),
    "asleep": _("No ticket is put off. What you put off stands here until its time comes or the client writes."),
    "open": _("There is no open ticket. Enjoy the quiet."),
    "closed": _("No ticket was resolved or closed yet."),
    CALLS: _("Nobody waits for a call."),
}
EMPTY_VIEW = _("No ticket is like this now. As soon as one is, it stands here.")


def _of_calls() -> View:
    """Open or over: whoever was promised a call still waits for it."""
    named: Any = _("To be called")
    view = View(name=named, standing=View.Standing.ANY, sort=View.Sort.OLDEST)
    view.conditions = {"all": [{"if": "callback", "is": "is", "value": ["yes"]}]}
    view.standing_key = CALLS
    return view


APART = {CALLS: _of_calls()}  # lists that stand in no menu
SORTS = dict(View.Sort.choices)
BOARD_GROUPS = (View.Group.STATE, View.Group.ASSIGNEE, View.Group.TEAM, View.Group.PRIORITY)


@dataclass(frozen=True)
class Chosen:
    """A list as an address names it: its key, the order, and what it is narrowed by."""

    key: str
    sort: str = ""
    only: tuple[str, ...] = ()
    group: str = ""  # what it is grouped by

    @classmethod
    def of(cls, key: str, query: QueryDict) -> Chosen:
        return cls(key, query.get("sort", ""), tuple(query.getlist("only")[:ONLY_MAX]), query.get("group", ""))

    def __str__(self) -> str:
        """The address."""
        said = [(name, value) for name, value in (("sort", self.sort), ("group", self.group)) if value]
        query = urlencode([*said, *(("only", each) for each in self.only)])
        return address_of("desk:queue", self.key) + (f"?{query}" if query else "")

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
    """One line of the menu. `habit` is how the member likes this list; see Member.habits."""

    view: View
    habit: dict[str, Any]
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
        liked = self.habit.get("sort")
        return liked if liked in listing.sorts_of(self.view) else self.view.sort

    @property
    def layout(self) -> str:
        liked = self.habit.get("layout")
        return liked if liked in View.Layout.values else self.view.layout

    @property
    def group(self) -> str:
        """What a board’s columns are."""
        liked = self.habit.get("group")
        return next((each for each in (liked, self.view.group) if each in BOARD_GROUPS), View.Group.STATE)

    @property
    def headings(self) -> str:
        """What a list is grouped by; empty if by nothing."""
        of_view = "" if self.view.layout == View.Layout.BOARD else self.view.group
        return str(self.habit.get("headings", of_view))

    def folded(self, group: str) -> frozenset[str]:
        """The groups that the member has folded, by what they are told apart by."""
        return frozenset(self.habit.get("folded", {}).get(group, ()))

    @property
    def is_hidden(self) -> bool:
        return bool(self.habit.get("is_hidden"))


def entry_of(key: str, member: Member) -> Entry:
    """A list by its key. Raises KeyError for one that the member has not."""
    view = APART[key] if key in APART else listing.find(key, member)
    return Entry(view, member.habits.get(key, {}))


def entries(member: Member, views: Iterable[View] | None = None) -> list[Entry]:
    """The standing lists and the member’s views, in their own order; what has no place of its own comes last."""
    views = View.objects.visible_to(member) if views is None else views
    found = [Entry(view, member.habits.get(view.key, {})) for view in (*listing.LISTS.values(), *views)]
    return sorted(found, key=lambda entry: entry.habit.get("position", LAST))


def counted(member: Member) -> tuple[list[Entry], str]:
    """The lists of a member’s menu, with how many tickets each holds; and how many notices are unseen. One query."""
    known = shelf()
    shown, numbers = _counted(member, known)
    if numbers[STAMPED] != str(known.stamp):
        shown, numbers = _counted(member, shelf(stamp=int(numbers[STAMPED])))
    return [replace(entry, count=numbers.get(entry.key, "")) for entry in shown], numbers[NOTICES]


def unseen(member: Member) -> str:
    """How many notices a member has not seen, as the menu says it."""
    return listing.counts({}, {NOTICES: Notice.objects.unseen(member)})[NOTICES]


def _counted(member: Member, known: Shelf) -> tuple[list[Entry], dict[str, str]]:
    views = [view for view in known.views if view.is_visible_to(member)]
    shown = [entry for entry in entries(member, views) if not entry.is_hidden][:SHOWN_MAX]
    every = {entry.key: Listing(entry.view, member, entry.view.sort) for entry in shown if entry.key != UNCOUNTED}
    asked = {key: each for key, each in every.items() if each.can_be_asked}
    return shown, listing.counts(asked, {NOTICES: Notice.objects.unseen(member)}, {STAMPED: STAMP})


def put_in_order(member: Member, key: str, move: str) -> bool:
    """Move a list in the member’s menu: "up", "down", "hide" or "show". False if there is no such list, or nowhere."""
    found = [entry.key for entry in entries(member)]
    if key not in found:
        return False
    if move in ("hide", "show"):
        member.like(key, is_hidden=move == "hide")
        return True
    at = found.index(key)
    to = at + {"up": -1, "down": 1}.get(move, 0)
    if to == at or not 0 <= to < len(found):
        return False
    found.insert(to, found.pop(at))
    with transaction.atomic():
        for place, each in enumerate(found):
            member.like(each, position=place)
    return True
