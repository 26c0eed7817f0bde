"""What came of a trial: promises kept, waiting, load, escalations, and what was latest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.journal.models import Event
from otklik.sla.models import Clock, Metric
from otklik.sla.models.ladder import Step
from otklik.staff.availability import Roster
from otklik.tickets.models import Ticket

from .people import Crew
from .running import Run

LATEST = 10  # tickets that are named
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Kept:
    """One promise of one agreement: how often it ended in time, ended late, and runs on late."""

    agreement: str
    promise: str
    in_time: int
    late: int

    @property
    def percent(self) -> float:
        return round(100 * self.in_time / (self.in_time + self.late), 1) if self.in_time + self.late else 100.0


@dataclass(frozen=True)
class Waiting:
    """How long requests of one hour of the day waited for the first answer: of so many, half and nine tenths."""

    hour: int
    requests: int
    half_minutes: int
    most_minutes: int


@dataclass(frozen=True)
class Load:
    """One person: answers, calls, hours of work, and their share of the hours that they were there."""

    name: str
    answers: int
    calls: int
    hours: float
    percent: float


@dataclass(frozen=True)
class Late:
    """One of the promises that were broken by most."""

    ticket: int
    promise: str
    due: str
    over_minutes: int
    why: str


@dataclass(frozen=True)
class Report:
    """Of what nobody answered, `still_open` was open at the end with no promise broken; the rest is `unanswered`."""

    requests: int
    unanswered: int
    still_open: int
    kept: Sequence[Kept]
    waiting: Sequence[Waiting]
    load: Sequence[Load]
    escalations: Mapping[str, int]
    rules: int
    latest: Sequence[Late]

    @classmethod
    def of(cls, run: Run, end: datetime) -> Report:
        zone = run.company.zone
        unanswered = Ticket.objects.exclude(pk__in=_answered_at())
        still_open = unanswered.open().exclude(clocks__broken_at__isnull=False).count()
        return cls(
            requests=Ticket.objects.count(),
            unanswered=unanswered.count() - still_open,
            still_open=still_open,
            kept=list(_kept(end)),
            waiting=list(_waiting(zone)),
            load=list(_load(run, end)),
            escalations=_escalations(),
            rules=Event.objects.filter(by="rule").count(),
            latest=list(_latest(run.crew, zone, end)),
        )

    def as_json(self) -> dict[str, Any]:
        kept = [asdict(one) | {"percent": one.percent} for one in self.kept]
        return asdict(self) | {"kept": kept, "escalations": dict(self.escalations)}


def _answered_at() -> dict[int, datetime]:
    """When each ticket had its first answer of a person."""
    found: dict[int, datetime] = {}
    sent = Event.objects.filter(kind="message.sent", by="member").order_by("id")
    for ticket, at in sent.values_list("about_id", "at"):
        found.setdefault(ticket, at)
    return found


def _kept(end: datetime) -> Iterator[Kept]:
    counts: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    for clock in Clock.objects.select_related("policy"):
        is_late = clock.broken_at is not None
        if is_late or clock.is_met:
            counts[clock.policy.name, str(Metric(clock.metric).label)][is_late] += 1
    for (agreement, promise), found in sorted(counts.items()):
        yield Kept(agreement, promise, found[False], found[True])


def _waiting(zone: ZoneInfo) -> Iterator[Waiting]:
    answered, waits = _answered_at(), defaultdict(list)
    for pk, opened in Ticket.objects.values_list("pk", "opened_at"):
        if pk in answered:
            waits[opened.astimezone(zone).hour].append((answered[pk] - opened) / MINUTE)
    for hour, minutes in sorted(waits.items()):
        tenths = quantiles(minutes, n=10) if len(minutes) > 1 else minutes * 9
        yield Waiting(hour, len(minutes), round(tenths[4]), round(tenths[8]))


def _load(run: Run, end: datetime) -> Iterator[Load]:
    begin = datetime.combine(run.first, datetime.min.time(), run.company.zone)
    for worker in run.crew.workers:
        there = max((_worked(calendar, begin, end) for calendar in worker.calendars), default=timedelta())
        share = 100 * worker.worked / there if there else 0.0
        hours = worker.worked / timedelta(hours=1)
        yield Load(worker.member.name, worker.answers, worker.calls, round(hours, 1), round(share, 1))


def _worked(calendar: Any, begin: datetime, end: datetime) -> timedelta:
    return calendar.working_time(begin).between(begin, end) if calendar else end - begin


def _escalations() -> dict[str, int]:
    taken = Event.objects.filter(kind="clock.escalated").values_list("facts", flat=True)
    labels = dict(Step.Action.choices)
    counts = Counter(str(labels.get(facts.get("action"), facts.get("action"))) for facts in taken)
    return dict(counts.most_common())


def _latest(crew: Crew, zone: ZoneInfo, end: datetime) -> Iterator[Late]:
    broken = Clock.objects.exclude(broken_at=None).select_related("ticket__team__calendar")
    over = [(clock, clock.broken_at, (clock.ended_at or end) - clock.broken_at) for clock in broken if clock.broken_at]
    for clock, due, passed in sorted(over, key=lambda one: one[2], reverse=True)[:LATEST]:
        moment = f"{due.astimezone(zone):%Y-%m-%d %H:%M}"
        why = _why(crew, clock.ticket, due)
        yield Late(clock.ticket_id, str(Metric(clock.metric).label), moment, round(passed / MINUTE), why)


def _why(crew: Crew, ticket: Ticket, at: datetime) -> str:
    """What stood in the way when a promise broke."""
    theirs = [one for one in crew.workers if ticket.team in one.teams]
    there = [one for one in theirs if ticket.team in one.serves(Roster.of([one.member], at))]
    if ticket.pk in {one.busy_with(at) for one in crew.workers}:
        return _("somebody was at it, and took longer than was left")
    if not theirs:
        return _("nobody is in the team")
    if not there:
        return _("nobody of the team was at work")
    if all(one.busy_with(at) is not None for one in there):
        return ngettext("the one at work was busy", "all %(count)s at work were busy", len(there)) % {
            "count": len(there)
        }
    return _("it waited for a colleague or an approval")
