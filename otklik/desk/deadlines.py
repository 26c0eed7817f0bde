"""How promises look: what is due when on a ticket, and which tickets of a list press most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.calendars.writing import length_text
from otklik.lib.prepared import Question
from otklik.sla.models import Clock, Metric, Run
from otklik.tickets.models import Ticket

SOON = 4  # less than one part in so many is left
FAR = timedelta(days=3)  # nobody counts the hours of a week

ICONS = {
    "late": "triangle-alert",
    "soon": "hourglass",
    "fine": "circle-dot",
    "paused": "hand",
    "kept": "check",
    "kept_late": "check",
}
TEXTS = {
    "late": _("%(time)s late"),
    "soon": _("in %(time)s"),
    "fine": _("in %(time)s"),
    "kept": _("Kept in %(time)s"),
    "kept_late": _("Kept late, in %(time)s"),
}
PAUSED = {
    Ticket.State.WAITING_CLIENT: _("Paused while waiting for the client"),
    Ticket.State.WAITING_THIRD_PARTY: _("Paused while waiting for a third party"),
}


@dataclass(frozen=True)
class Deadline:
    """One promise as a person sees it. `state` is a key of ICONS; `spent_percent` is of the promised working time."""

    clock: Clock
    state: str
    text: str
    spent_percent: int = 0

    @property
    def icon(self) -> str:
        return ICONS[self.state]


def _runs(ticket: int) -> QuerySet[Run]:
    runs = Run.objects.filter(clock__ticket=ticket).select_related("clock__calendar", "clock__policy")
    return runs.order_by("clock", "begin", "pk")


_RUNS = Question(_runs, int)


def of_ticket(ticket: Ticket, *, at: datetime | None = None) -> list[Deadline]:
    """The newest promise of each kind; one that was dropped is no promise. One query: each clock comes with a run."""
    at, runs = at or now(), dict[Clock, list[Run]]()
    for run in _RUNS(ticket.pk):
        runs.setdefault(run.clock, []).append(run)
    newest = {clock.metric: clock for clock in runs if clock.ended_at is None or clock.is_met}
    shown = [newest[metric] for metric in Metric.values if metric in newest]
    paused = _paused(ticket)
    return [_told(clock, clock.spent(at, runs[clock]), at, paused=paused) for clock in shown]


def _paused(ticket: Ticket) -> Any:
    return PAUSED.get(Ticket.State(ticket.state), _("Paused"))


def of_list(tickets: Iterable[Ticket], *, at: datetime | None = None) -> dict[int, Deadline]:
    """For each ticket of a list the promise that presses most, in one query: the nearest, else a paused one."""
    at, found = at or now(), dict[int, Deadline]()
    going = Clock.objects.going().filter(ticket__in=[ticket.pk for ticket in tickets])
    for clock in going.select_related("calendar").order_by("-due_at", "-pk"):
        before = found.get(clock.ticket_id)
        if before is None or clock.is_running:
            found[clock.ticket_id] = _told(clock, timedelta(), at, paused=_("paused"))
    return found


def _told(clock: Clock, spent: timedelta, at: datetime, *, paused: Any) -> Deadline:
    how = _how(clock, at)
    percent = min(100, round(100 * spent / clock.length))
    if how == "paused":
        return Deadline(clock, how, str(paused), percent)
    away = abs((clock.due_at or at) - at) if clock.is_running else spent
    parts = 1 if away >= FAR else 2
    return Deadline(clock, how, str(TEXTS[how]) % {"time": length_text(away, parts=parts)}, percent)


def _how(clock: Clock, at: datetime) -> str:
    if clock.ended_at:
        return "kept_late" if clock.broken_at else "kept"
    if clock.due_at is None:
        return "paused"
    if clock.due_at <= at:
        return "late"
    left = clock.calendar.working_time(at).between(at, clock.due_at)
    return "soon" if left * SOON < clock.length else "fine"


@dataclass(frozen=True)
class Part:
    """One stretch of working time that counted, and what all of them make up to its end."""

    begin: datetime
    end: datetime
    sum: str


@dataclass(frozen=True)
class Why:
    """What a deadline is made of: time that counted, breaks for waiting, and dates that are not like their weekday."""

    deadline: Deadline
    promised: str
    parts: list[Part]
    pauses: list[tuple[datetime, datetime | None]]
    days: list[Any]
    total: str


PARTS_SHOWN = 120


def why(clock: Clock, *, at: datetime | None = None) -> Why:
    """The answer to “Why this deadline?”."""
    at = at or now()
    runs = list(clock.runs.all())
    until = clock.due_at or clock.ended_at or at
    parts, total = _summed(clock, at)
    zone = clock.calendar.hours().zone
    dates = (clock.started_at.astimezone(zone).date(), until.astimezone(zone).date())
    ends = [*(run.begin for run in runs[1:]), None]
    pauses = [(run.end, again) for run, again in zip(runs, ends, strict=True) if run.end and run.end != clock.ended_at]
    told = _told(clock, clock.spent(at, runs), at, paused=_paused(clock.ticket))
    days = list(clock.calendar.days.filter(date__range=dates))
    return Why(told, length_text(clock.length, day=clock.calendar.usual_day), parts, pauses, days, length_text(total))


def _summed(clock: Clock, at: datetime) -> tuple[list[Part], timedelta]:
    """Intervals with running sums; those that touch, as midnight does around the clock, are one."""
    total, joined = timedelta(), list[Part]()
    for part in clock.why(at):
        total += part.length
        begin = joined.pop().begin if joined and joined[-1].end == part.begin else part.begin
        joined.append(Part(begin, part.end, length_text(total)))
    return joined[:PARTS_SHOWN], total
