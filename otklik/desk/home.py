"""Home: what presses, what waits and what broke — one’s own, or of the teams that one looks after.

Each section is a list of tickets as the desk has them anyway, so that its heading and its number open the rows behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.approvals.models import Ask
from otklik.sla.models import Callback
from otklik.staff.models import Member
from otklik.tickets.criteria import ME, MINE
from otklik.tickets.listing import counts
from otklik.tickets.models import Ticket
from otklik.work.models import Spell, Task
from otklik.work.models.task import TaskQuerySet

from .deadlines import Deadline, of_list
from .listing import CALLS as LIST_OF_CALLS
from .listing import Chosen, entry_of, leaf_text

FIRST = 5  # rows of a section; the rest stands in its list
TASKS_SHOWN = 20  # they have no list of their own
MY, TEAM = "my", "team"
HABIT = "home"  # where what somebody likes of it is kept, see Member.habits

APPROVALS, CALLS, TASKS, TIMER = "approvals", "calls", "tasks", "timer"

Words = str | Promise
LATE, RUNNING = leaf_text("promise", "late"), leaf_text("promise", "running")
IN_TIME = leaf_text("promise", "late", operator="is_not")
# Key, heading, icon, order, what the list is narrowed to, and what is said while it is empty.
PLAN: tuple[tuple[str, Words, str, str, tuple[str, ...], Words], ...] = (
    ("late", _("Overdue"), "flame", "deadline", (LATE,), _("No promise is overdue. Well kept.")),
    ("due", _("Due first"), "hourglass", "deadline", (RUNNING, IN_TIME),
     _("No promise runs. What is promised to a client stands here, the nearest deadline first.")),
    ("unread", pgettext_lazy("tickets", "Not read yet"), "message-square", "quiet", (leaf_text("unread", "yes"),),
     _("All is read. What clients and colleagues write stands here until it is looked at.")),
    ("unassigned", _("Nobody has these"), "hand", "oldest", (),
     _("Every open ticket has somebody who answers it.")),
    ("undelivered", _("Not delivered"), "triangle-alert", "activity", (leaf_text("undelivered", "yes"),),
     _("Every answer arrived, as far as is known.")),
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A list of tickets narrowed to what matters today; `empty` teaches what would stand here."""

    key: str
    label: str | Promise
    icon: str
    empty: str | Promise
    chosen: Chosen
    count: str = "0"
    tickets: tuple[Ticket, ...] = ()


@dataclass(frozen=True)
class Home:
    scope: str
    sections: list[Section]
    deadlines: dict[int, Deadline]
    calls: list[Callback]
    calls_list: Chosen
    tasks: list[Task]
    timer: Spell | None  # one’s own that runs
    calls_count: str
    approvals_count: str
    tasks_count: str
    at: datetime


def scopes(member: Member) -> list[str]:
    """What somebody may look at: their own day, and that of the teams they look after."""
    return [MY, TEAM] if member.leads else [MY]


def liked(member: Member) -> str:
    """Whose day somebody last chose to look at."""
    scope = member.habits.get(HABIT, {}).get("scope")
    return scope if scope in scopes(member) else MY


def home(member: Member, scope: str, at: datetime) -> Home:
    """The number of queries does not depend on how much there is."""
    planned = list(_sections(member, scope))
    listings = {one.key: one.chosen.listing(member, entry_of(one.chosen.key, member)) for one in planned}
    asks = Ask.objects.filter(member=member, is_yes=None, approval__ended_at=None)
    calls = _calls(member, scope).filter(ticket__in=Ticket.objects.visible_to(member))
    tasks, timer = _tasks(member, scope), Spell.objects.running().visible_to(member).filter(member=member)
    numbers = counts(listings, {APPROVALS: asks, CALLS: calls, TASKS: tasks, TIMER: timer})
    sections = [
        replace(one, count=numbers[one.key], tickets=tuple(listings[one.key].page(size=FIRST).rows))
        if numbers[one.key] != "0"
        else one
        for one in planned
    ]
    rows = (ticket for section in sections for ticket in section.tickets)
    soonest = calls.select_related("ticket__client").order_by("asked_at", "pk")[:FIRST] if numbers[CALLS] != "0" else []
    due_first = tasks.by_due().select_related("ticket", "assignee")[:TASKS_SHOWN] if numbers[TASKS] != "0" else []
    return Home(
        scope,
        sections,
        of_list(rows, at=at),
        list(soonest),
        _calls_list(member, scope),
        list(due_first),
        timer.select_related("ticket").first() if numbers[TIMER] != "0" else None,
        numbers[CALLS],
        numbers[APPROVALS],
        numbers[TASKS],
        at,
    )


def _calls(member: Member, scope: str) -> Any:
    waiting = Callback.objects.waiting()
    if scope == MY:
        return waiting.filter(ticket__assignee=member)
    return waiting if member.is_administrator else waiting.filter(ticket__team__in=member.team_ids)


def _calls_list(member: Member, scope: str) -> Chosen:
    """The list of the same."""
    if scope == MY:
        return Chosen(LIST_OF_CALLS, only=(leaf_text("assignee", ME),))
    return Chosen(LIST_OF_CALLS, only=() if member.is_administrator else (leaf_text("team", MINE),))


def _tasks(member: Member, scope: str) -> TaskQuerySet:
    """One’s own; of teams, whatever somebody has or is due."""
    seen = Task.objects.open().visible_to(member)
    if scope == MY:
        return seen.filter(assignee=member)
    given = seen.exclude(assignee=None, due_at=None)
    return given if member.is_administrator else given.filter(ticket__team__in=member.team_ids)


def _sections(member: Member, scope: str) -> Iterator[Section]:
    theirs = () if member.is_administrator else (leaf_text("team", MINE),)
    for key, label, icon, sort, only, empty in PLAN:
        is_nobodys = key == "unassigned"
        where = key if is_nobodys else "mine" if scope == MY else "open"
        whose = theirs if is_nobodys or scope == TEAM else ()
        yield Section(key, label, icon, empty, Chosen(where, sort, (*only, *whose)))
