"""When members are not there for days, and who stands in for them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.timezone import now

from otklik.journal.record import record
from otklik.staff.errors import LeaveEndsBeforeItBegins, LeaveIsOver, LeavesOverlap, StandsInForThemselves

from .company import Company
from .member import Member

A_DAY = timedelta(days=1)


class LeaveQuerySet(models.QuerySet["Leave"]):
    def at(self, at: datetime) -> LeaveQuerySet:
        """Those that are on at a time."""
        return self.filter(begins_at__lte=at, ends_at__gt=at)

    def to_come(self, at: datetime) -> LeaveQuerySet:
        """Those that are on or planned."""
        return self.filter(ends_at__gt=at).order_by("begins_at", "pk")

    def due(self, at: datetime) -> LeaveQuerySet:
        return self.filter(due_at__lte=at).order_by("due_at", "pk")


class Leave(models.Model):
    """Days of the company's time zone, both included, and the moments that they begin and end at.

    `due_at` is when it begins or ends, whichever is still to be told.
    """

    member = models.ForeignKey(Member, models.CASCADE, related_name="leaves")
    substitute = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    first = models.DateField()
    last = models.DateField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["begins_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(begins_at__lt=F("ends_at")), name="leave_is_some_time")]
        indexes = [
            models.Index(fields=["member", "ends_at"], name="leave_of_member"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="leave_due"),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.first} – {self.last}"

    @classmethod
    def plan(
        cls,
        member: Member,
        first: date,
        last: date,
        *,
        substitute: Member | None = None,
        by: Member | None,
        at: datetime | None = None,
    ) -> Leave:
        """Say that a member is on leave from `first` to `last`, both included.

        Raises LeaveEndsBeforeItBegins, LeaveIsOver, LeavesOverlap, StandsInForThemselves.
        """
        at = at or now()
        begins_at, ends_at = midnight(first), midnight(last + A_DAY)
        if last < first:
            raise LeaveEndsBeforeItBegins
        if ends_at <= at:
            raise LeaveIsOver
        if substitute == member:
            raise StandsInForThemselves(member=member)
        with transaction.atomic():
            # One at a time for a member, so that two that overlap cannot both be new.
            Member.objects.select_for_update(no_key=True).get(pk=member.pk)
            if other := cls.objects.filter(member=member, begins_at__lt=ends_at, ends_at__gt=begins_at).first():
                raise LeavesOverlap(first=date_format(other.first), last=date_format(other.last))
            leave = cls.objects.create(
                member=member,
                substitute=substitute,
                first=first,
                last=last,
                begins_at=begins_at,
                ends_at=ends_at,
                due_at=begins_at,
            )
            leave._tell("member.leave_planned", by=by, at=at)
        return leave

    def cancel(self, *, by: Member | None, at: datetime | None = None) -> bool:
        """Let a leave that was planned not be, or end one that is on; False if it is over or gone."""
        at = at or now()
        with transaction.atomic():
            mine = Leave.objects.filter(pk=self.pk)
            if mine.filter(begins_at__gte=at).delete()[0]:
                self._tell("member.leave_cancelled", by=by, at=at)
                return True
            if not mine.filter(begins_at__lt=at, ends_at__gt=at).update(ends_at=at, due_at=None):
                return False
            self._tell("member.leave_ended", by=by, at=at)
        return True

    def turn(self, *, at: datetime) -> bool:
        """Tell the journal that it began or ended, once; False if it was told."""
        begins = self.due_at == self.begins_at
        with transaction.atomic():
            due = Leave.objects.filter(pk=self.pk, due_at=self.due_at)
            if not due.update(due_at=self.ends_at if begins else None):
                return False
            self._tell("member.leave_began" if begins else "member.leave_ended", by=None, at=at)
        return True

    def _tell(self, kind: str, *, by: Member | None, at: datetime) -> None:
        days = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        record(kind, self.member, by=by, at=at, **days, substitute=self.substitute_id)


def midnight(day: date) -> datetime:
    """When a day begins where the company is."""
    return datetime.combine(day, time(), Company.current().zone)
