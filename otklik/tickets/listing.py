"""Lists of tickets: the standing ones that everybody has, saved views, and how all of them are sorted, paged, counted.

A list costs the same however many tickets there are: pages go on from the last row seen, counting stops where nobody
reads on, and a list that no index answers looks through so many tickets at a time and then says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DateTimeField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.lib.asking import Asker, Book, Tree, compiled
from otklik.lib.errors import OtklikError
from otklik.lib.keyset import Page, neighbour, page
from otklik.staff.models import Member, Sight

from .criteria import ME, MINE, NOBODY
from .models import Ticket, View
from .models.seen import unread
from .models.ticket import TicketQuerySet
from .models.view import PREFIX

COUNT_MAX = 99  # a longer list is counted as "99+": nobody reads the exact number, and it would cost a scan
PAGE_SIZE = 50
LOOKED_AT = 10_000  # tickets that one page of a view looks through at most
LOOKED_AT_TO_COUNT = 2_000  # the same for its number in the menu, which stands on every page

EVER, WHEN = datetime(1970, 1, 1, tzinfo=UTC), DateTimeField()
SOMETIME = datetime(7919, 1, 1, tzinfo=UTC)  # stands in a prepared question where its time will
Part = tuple[str, tuple[Any, ...]]  # of a question for several numbers: SQL, and its values

WAITING = [Ticket.State.WAITING_CLIENT, Ticket.State.WAITING_THIRD_PARTY]
SORTS = {
    "activity": ("active_at", "id"),
    "quiet": ("+active_at", "+id"),
    "created": ("opened_at", "id"),
    "oldest": ("+opened_at", "+id"),
    "priority": ("priority", "active_at", "id"),
    "deadline": ("+due_at", "+id"),
}
# Of all tickets, open and closed, there are these orders: no other has an index, nor a meaning for closed ones.
SORTS_OF_ANY = ("activity", "quiet", "created", "oldest")


def _if(key: str, *values: str) -> dict[str, Any]:
    return {"all": [{"if": key, "is": "is", "value": list(values)}]}


def _awake(key: str, *values: str) -> dict[str, Any]:
    """And not put off."""
    return {"all": [*_if(key, *values)["all"], *_if("asleep", "no")["all"]]}


def _standing_lists() -> dict[str, View]:
    named: dict[str, tuple[Any, dict[str, Any]]] = {
        "mine": (_("Mine"), {"conditions": _awake("assignee", ME)}),
        "unassigned": (_("Unassigned"), {"conditions": _awake("assignee", NOBODY)}),
        "teams": (_("My teams"), {"conditions": _awake("team", MINE)}),
        "overdue": (_("Overdue"), {"conditions": _if("promise", "late"), "sort": View.Sort.DEADLINE}),
        "waiting": (_("Waiting"), {"conditions": _if("state", *WAITING)}),
        "asleep": (_("Put off"), {"conditions": _if("asleep", "yes")}),
        "open": (_("All open"), {}),
        "closed": (_("Recently closed"), {"standing": View.Standing.OVER}),
    }
    lists = {key: View(name=name, **rest) for key, (name, rest) in named.items()}
    for key, view in lists.items():
        view.standing_key = key
    return lists


LISTS = _standing_lists()


def find(key: str, member: Member) -> View:
    """A standing list, or a view that the member may see. Raises KeyError for anything else."""
    if key in LISTS:
        return LISTS[key]
    number = key.removeprefix(PREFIX)
    if number == key or not number.isdecimal() or len(number) > 18:
        raise KeyError(key)
    found = View.objects.visible_to(member).filter(pk=number).first()
    if found is None:
        raise KeyError(key)
    return found


def sorts_of(view: View) -> list[str]:
    """The orders that a view’s tickets can be shown in."""
    return list(SORTS_OF_ANY if view.standing == View.Standing.ANY else SORTS)


def standing(view: View) -> TicketQuerySet:
    """Open tickets, ended ones or all, as the view says: what its indexes begin with."""
    sets = {View.Standing.OPEN: Ticket.objects.open, View.Standing.OVER: Ticket.objects.over}
    return sets.get(View.Standing(view.standing), Ticket.objects.all)()


@dataclass(frozen=True)
class Listing:
    """A view as a member looks at it: in an order of their own, perhaps, and narrowed to `only` what fits this, too.

    Raises UnknownCriterion and WrongCondition when its tickets are asked for.
    """

    view: View
    member: Member
    sort: str
    only: tuple[Tree, ...] = ()
    book: Book = field(default_factory=Book)
    at: datetime = field(default_factory=now)

    @property
    def order(self) -> tuple[str, ...]:
        return SORTS[self.sort]

    @property
    def tickets(self) -> TicketQuerySet:
        """All that the member may see of it."""
        asked = compiled({"all": [self.view.conditions, *self.only]}, self.book, Asker(self.member, self.at))
        return standing(self.view).visible_to(self.member).filter(asked)

    @property
    def can_be_asked(self) -> bool:
        """Whether everything that it asks for exists still."""
        if self.view.standing_key:
            return True
        try:
            compiled(self.view.conditions, self.book, Asker(self.member, self.at))
        except OtklikError:
            return False
        return True

    @property
    def is_looked_through(self) -> bool:
        """Whether there may be no index for what it asks: it is looked for among so many tickets at a time."""
        return bool(self.only) or not self.view.standing_key

    def page(self, cursor: str = "", *, size: int = PAGE_SIZE) -> Page[Ticket]:
        """One page with all that a row shows. Raises BadCursor for a damaged cursor."""
        among = standing(self.view) if self.is_looked_through else None
        return page(
            self.shown(self.tickets), order=self.order, cursor=cursor, size=size, among=among, looked_at=LOOKED_AT
        )

    def shown(self, tickets: TicketQuerySet) -> TicketQuerySet:
        """With all that a row shows to this member."""
        return tickets.with_people().annotate(is_unread=unread(self.member, self.at))

    def beside(self, ticket: Ticket, cursor: str, *, back: bool) -> Ticket | None:
        """The ticket after the place of this one, or before it. Raises BadCursor."""
        others = self.tickets.exclude(pk=ticket.pk)
        among = standing(self.view) if self.is_looked_through else None
        return neighbour(others, order=self.order, cursor=cursor, back=back, among=among, looked_at=LOOKED_AT)

    def few(self) -> TicketQuerySet:
        """Its tickets as they are counted: of a view, those among the newest."""
        return self.tickets.filter(active_at__gte=_horizon(self.view)) if self.is_looked_through else self.tickets


def list_page(tickets: TicketQuerySet, *, sort: str = "activity", cursor: str = "") -> Page[Ticket]:
    """A page of any tickets with all that a row shows. Raises KeyError for an unknown sort, and BadCursor."""
    return page(tickets.with_people(), order=SORTS[sort], cursor=cursor, size=PAGE_SIZE)


def _horizon(view: View) -> Coalesce:
    """When the ticket was active that is so far from the newest that nobody counts beyond it."""
    newest = standing(view).order_by("-active_at", "-id").values("active_at")
    return Coalesce(Subquery(newest[LOOKED_AT_TO_COUNT : LOOKED_AT_TO_COUNT + 1]), Value(EVER), output_field=WHEN)


def counts(
    listings: Mapping[str, Listing],
    rows_too: Mapping[str, QuerySet[Any]] | None = None,
    numbers_too: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """How many tickets each holds, as a person reads it: "7", "99+"; and so of other rows. One query.

    `numbers_too` are numbers by the SQL that answers them, told as they are.
    "7+" is what a view holds among the newest tickets, when there are more than are looked at to count.
    """
    views = {each.view.standing: each.view for each in listings.values() if each.is_looked_through}
    far = {f"beyond {name}": standing(view)[LOOKED_AT_TO_COUNT:] for name, view in views.items()}
    rows = {key: _counting_list(each) for key, each in listings.items()}
    rows |= {key: _counting(each) for key, each in {**(rows_too or {}), **far}.items()}
    numbers = _numbers(rows | {key: (sql, ()) for key, sql in (numbers_too or {}).items()})
    is_far = {key: each.is_looked_through and numbers[f"beyond {each.view.standing}"] for key, each in listings.items()}
    said = {key: _said(numbers[key], is_more=bool(is_far.get(key))) for key in (*listings, *(rows_too or {}))}
    return {**said, **{key: str(numbers[key]) for key in numbers_too or {}}}


def _said(number: int, *, is_more: bool) -> str:
    return f"{COUNT_MAX}+" if number > COUNT_MAX else f"{number}+" if is_more else str(number)


def _numbers(parts: Mapping[str, Part]) -> dict[str, int]:
    """The number that each part answers, in one query."""
    with connection.cursor() as cursor:
        sql = ", ".join(part for part, _values in parts.values())
        cursor.execute(f"SELECT {sql}", [value for _part, values in parts.values() for value in values])
        return dict(zip(parts, map(int, cursor.fetchone()), strict=True))


def _counting_list(listing: Listing) -> Part:
    if listing.only or not listing.view.standing_key:
        return _counting(listing.few())
    sql, values = _counting_standing(listing.view.standing_key, listing.member.sight)
    then, at = (connection.ops.adapt_datetimefield_value(each) for each in (SOMETIME, listing.at))
    return sql, tuple(at if value == then else value for value in values)


@lru_cache(maxsize=2_000)
def _counting_standing(key: str, sight: Sight) -> Part:
    """The part of a standing list, made once for all pages of a member; SOMETIME stands where the time will."""
    view = LISTS[key]
    return _counting(Listing(view, sight.member(), view.sort, at=SOMETIME).tickets)


def _counting(rows: QuerySet[Any]) -> Part:
    """A subquery in Django's own SQL that counts no further than it must, and its values."""
    few = rows.values("pk") if rows.query.is_sliced else rows.order_by().values("pk")[: COUNT_MAX + 1]
    try:
        sql, values = few.query.sql_with_params()
    except EmptyResultSet:  # a member of no team: Django knows without asking
        return "0", ()
    return f"(SELECT COUNT(*) FROM ({sql}) AS few)", values  # noqa: S608
