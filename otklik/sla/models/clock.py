"""A promise that runs: started, stopped for as long as it is not our turn, met or broken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from otklik.calendars.hours import Interval
from otklik.calendars.models import Calendar
from otklik.journal.record import record
from otklik.lib.prepared import Change, insert
from otklik.tickets.models import Ticket
from otklik.tickets.models.ticket import NEVER, Actor

from .policy import Metric, Policy, Target

# Why a deadline moved, where no event of the ticket is the reason.
CALENDAR_CHANGED, POLICY_CHANGED = "calendar.changed", "policy.changed"
# A running clock whose deadline is not the one that its rungs were laid for.
TO_LAY = Q(due_at__isnull=False) & (Q(laid_for=None) | ~Q(laid_for=F("due_at")))


class ClockQuerySet(models.QuerySet["Clock"]):
    def going(self) -> ClockQuerySet:
        """Neither met nor dropped: running or paused."""
        return self.filter(ended_at=None)

    def to_lay(self) -> ClockQuerySet:
        """Running, and its rungs are not laid for the deadline that it has now."""
        return self.filter(TO_LAY).order_by("pk")

    def late(self, at: datetime) -> ClockQuerySet:
        """Running, past their time, and nobody has noticed yet."""
        return self.filter(due_at__lte=at, broken_at=None, ended_at=None).order_by("due_at", "pk")


class Clock(models.Model):
    """One promise on one ticket.

    `due_at` is set while it runs; a paused or ended clock has none. `broken_at` is when it ran out, and stays when
    the promise is kept late. Its runs say which time counted.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="clocks")
    metric = models.CharField(_("what is promised"), max_length=15, choices=Metric)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="+")
    length = models.DurationField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_met = models.BooleanField(default=False)
    # What it was counted and promised by; see recalculating.py for what happens when these change.
    calendar_version = models.PositiveIntegerField(default=0)
    policy_version = models.PositiveIntegerField(default=0)
    laid_for = models.DateTimeField(null=True)  # the deadline that its rungs were laid for

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            # One promise of a kind at a time: two reactions that race leave one clock.
            models.UniqueConstraint(fields=["ticket", "metric"], condition=Q(ended_at=None), name="clock_once")
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False, broken_at=None), name="clock_due"),
            models.Index(fields=["id"], condition=TO_LAY, name="clock_to_lay"),
            models.Index(
                fields=["calendar", "calendar_version"], condition=Q(due_at__isnull=False), name="clock_counted_by"
            ),
            models.Index(fields=["policy", "policy_version"], condition=Q(ended_at=None), name="clock_promised_by"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.get_metric_display()}"

    @property
    def is_running(self) -> bool:
        return self.due_at is not None

    def spent(self, at: datetime, runs: Iterable[Run] | None = None) -> timedelta:
        """Working time that has counted until `at`; of `runs`, if the caller has them at hand."""
        work = self.calendar.working_time(at)
        known = self.runs.all() if runs is None else runs
        return sum((work.between(run.begin, min(run.end or at, at)) for run in known), timedelta())

    def reaches(self, spent: timedelta) -> datetime | None:
        """When a running clock will have counted so much; None if it does not run."""
        run = next((one for one in self.runs.all() if one.end is None), None)
        return self._after_of(spent, self.spent(run.begin), run.begin) if run else None

    def why(self, at: datetime) -> list[Interval]:
        """The working intervals that add up to the deadline; of a clock that does not run, to what was spent."""
        work = self.calendar.working_time(at)
        until = self.due_at or self.ended_at or at
        return [part for run in self.runs.all() for part in work.why(run.begin, run.end or until)]

    def pause(self, *, at: datetime) -> bool:
        """Stop counting; False if it does not run."""
        with transaction.atomic():
            if not Clock.objects.filter(pk=self.pk, ended_at=None).exclude(due_at=None).update(due_at=None):
                return False
            self.runs.filter(end=None).update(end=at)
            tell_ticket(self.ticket_id)
        self.due_at = None
        return True

    def resume(self, *, at: datetime) -> bool:
        """Count on; False unless it is paused."""
        due, version = self._due(at), self.calendar.version
        with transaction.atomic():
            paused = Clock.objects.filter(pk=self.pk, ended_at=None, due_at=None)
            if not paused.update(due_at=due, calendar_version=version):
                return False
            Run.objects.create(clock=self, begin=at)
            tell_ticket(self.ticket_id)
        self.due_at = due
        return True

    def meet(self, *, by: Actor, at: datetime) -> bool:
        """The promise is kept, in time or late; False if it had ended."""
        return self._end("clock.met", is_met=True, by=by, at=at)

    def drop(self, *, by: Actor, at: datetime) -> bool:
        """The promise is no more: its policy does not cover the ticket now, or it was merged; False if it had ended."""
        return self._end("clock.dropped", is_met=False, by=by, at=at)

    def go_on(self) -> bool:
        """What ended it was taken back: it counts as if it had never ended; False if it is going, or another is."""
        if Clock.objects.going().filter(ticket=self.ticket_id, metric=self.metric).exists():
            return False
        with transaction.atomic():
            if not Clock.objects.filter(pk=self.pk, ended_at=self.ended_at).update(ended_at=None, is_met=False):
                return False
            self.runs.filter(end=self.ended_at).update(end=None)
            self.ended_at, self.is_met, self.due_at = None, False, self.reaches(self.length)
            Clock.objects.filter(pk=self.pk).update(due_at=self.due_at)
            tell_ticket(self.ticket_id)
        return True

    def break_(self, *, at: datetime) -> bool:
        """Note that the time ran out; False if that was noted, or the clock moved or ended meanwhile."""
        with transaction.atomic():
            late = Clock.objects.filter(pk=self.pk, due_at=self.due_at, broken_at=None, ended_at=None)
            if not late.update(broken_at=self.due_at):
                return False
            record("clock.broken", self.ticket, at=at, metric=self.metric, by_ladder=self._tells_assignee() or None)
        self.broken_at = self.due_at
        return True

    def _tells_assignee(self) -> bool:
        """Whether a step of the ladder tells whoever has the ticket at the deadline itself."""
        at_deadline = self.rungs.filter(laid_for=F("clock__due_at"), step__share_percent=100, step__plus=timedelta())
        assignee = F("clock__ticket__assignee")
        by_name = Q(step__action="tell_head", clock__ticket__team__head=assignee)
        by_name |= Q(step__action="tell_member", step__member=assignee)
        return at_deadline.filter(Q(step__action="tell_assignee") | by_name).exists()

    def promise(self, policy: Policy, target: Target, *, by: Actor, at: datetime, because: str = "") -> bool:
        """Promise something else from now on; time that has counted stays counted. False if it is the same.

        `because` is the kind of event that it follows from.
        """
        same = (self.policy_id, self.calendar_id, self.length) == (policy.pk, target.counted_in.pk, target.length)
        if same or self.ended_at:
            if self.policy_version < policy.version:
                older = Clock.objects.filter(pk=self.pk, policy_version__lt=policy.version)
                older.update(policy_version=policy.version)
            return False
        spent, before, other = self.spent(at), self.due_at, policy.pk if policy.pk != self.policy_id else None
        self.policy, self.calendar, self.length = policy, target.counted_in, target.length
        self.due_at = self._after(spent, at) if before else None
        self.policy_version, self.calendar_version = policy.version, self.calendar.version
        with transaction.atomic():
            columns = ("policy", "calendar", "length", "due_at", "policy_version", "calendar_version")
            Clock.objects.filter(pk=self.pk, ended_at=None).update(**{name: getattr(self, name) for name in columns})
            if before and self.due_at != before:
                self._moved(before, by=by, at=at, because=because, policy=other)
        return True

    def recount(self, *, at: datetime) -> bool:
        """Count anew by the calendar as it is now; False if the deadline stays, or the clock moved meanwhile.

        A promise that was broken, and has time again by the new hours, is not broken any more.
        """
        before, due, version = self.due_at, self.reaches(self.length), self.calendar.version
        broken = self.broken_at if due is None or due <= at else None
        with transaction.atomic():
            same = Clock.objects.filter(pk=self.pk, due_at=before, ended_at=None)
            if not same.update(due_at=due, broken_at=broken, calendar_version=version) or due == before:
                return False
            self.due_at, self.broken_at = due, broken
            self._moved(before, by=None, at=at, because=CALENDAR_CHANGED, policy=None)
        return True

    def _moved(self, before: datetime | None, *, by: Actor, at: datetime, because: str, policy: int | None) -> None:
        facts: dict[str, Any] = {"metric": self.metric, "before": _iso(before), "after": _iso(self.due_at)}
        facts |= {"because": because or None, "policy": policy}
        record("clock.moved", self.ticket, by=by, at=at, **facts)
        tell_ticket(self.ticket_id)

    def _end(self, kind: str, *, is_met: bool, by: Actor, at: datetime) -> bool:
        with transaction.atomic():
            while True:
                # A clock that nobody looked at yet is late all the same.
                broken = self.broken_at or (self.due_at if self.due_at and self.due_at < at else None)
                # As it was found: what a worker noted since then must not be lost.
                same = Clock.objects.filter(pk=self.pk, ended_at=None, broken_at=self.broken_at)
                if same.update(ended_at=at, due_at=None, is_met=is_met, broken_at=broken):
                    break
                going = Clock.objects.filter(pk=self.pk, ended_at=None).values_list("broken_at", flat=True)
                if not going:
                    return False
                self.broken_at = going[0]
            self.runs.filter(end=None).update(end=at)
            tell_ticket(self.ticket_id)
            facts = {"late": broken is not None} if is_met else {}
            record(kind, self.ticket, by=by, at=at, metric=self.metric, **facts)
        self.ended_at, self.due_at, self.is_met, self.broken_at = at, None, is_met, broken
        return True

    def _due(self, at: datetime) -> datetime:
        return self._after(self.spent(at), at)

    def _after(self, spent: timedelta, at: datetime) -> datetime:
        """When the rest runs out."""
        return self._after_of(self.length, spent, at)

    def _after_of(self, length: timedelta, spent: timedelta, at: datetime) -> datetime:
        # What is used up is due now; what the calendar cannot hold, when it ends.
        work = self.calendar.working_time(at)
        return work.due(at, max(length - spent, timedelta())) or work.end


class Run(models.Model):
    """A stretch in which a clock counted; the last one of a running clock has no end."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="runs")
    begin = models.DateTimeField()
    end = models.DateTimeField(null=True)

    class Meta:
        ordering = ["begin", "pk"]


def start_clock(ticket: Ticket, policy: Policy, target: Target, *, at: datetime) -> Clock:
    """Begin to count a promise. The caller makes sure that none of its metric is going."""
    clock = Clock(
        ticket_id=ticket.pk,
        metric=target.metric,
        policy_id=policy.pk,
        calendar=target.counted_in,
        length=target.length,
        started_at=at,
        calendar_version=target.counted_in.version,
        policy_version=policy.version,
    )
    clock.due_at = clock._after(timedelta(), at)
    insert(clock)
    insert(Run(clock_id=clock.pk, begin=at))
    _SOONER(ticket.pk, clock.due_at)
    return clock


_SOONER = Change(
    lambda number, due_at: (Ticket.objects.filter(pk=number, due_at__gt=due_at), {"due_at": due_at}), int, datetime
)


def tell_ticket(ticket_id: int) -> None:
    """Keep on the ticket, where lists find and sort it, the nearest deadline of its clocks that run."""
    running = Clock.objects.filter(ticket=OuterRef("pk"), due_at__isnull=False).order_by("due_at").values("due_at")
    Ticket.objects.filter(pk=ticket_id).update(due_at=Coalesce(Subquery(running[:1]), NEVER))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
