"""A ticket that comes again: what it says, and when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.calendars.models import Calendar
from otklik.clients.models import Person
from otklik.journal.record import record
from otklik.staff.models import Member, Team
from otklik.tickets.models import Ticket
from otklik.tickets.models.shared import teams_led_by
from otklik.tickets.models.ticket import Actor
from otklik.work.recurring import How, Pattern, Shift, Works

LOOK = timedelta(hours=6)  # a calendar may have changed meanwhile


class RecurrenceQuerySet(models.QuerySet["Recurrence"]):
    def visible_to(self, member: Member) -> RecurrenceQuerySet:
        return self if member.is_administrator else self.filter(team__in=member.team_ids)

    def editable_by(self, member: Member) -> RecurrenceQuerySet:
        """A team’s for those who lead it."""
        return self.filter(team__in=teams_led_by(member)) if member.can_answer else self.none()

    def due(self, at: datetime) -> RecurrenceQuerySet:
        return self.filter(look_at__lte=at).order_by("look_at", "pk")


class Recurrence(models.Model):
    """`looked_at` is up to when everything was made that was to be; `look_at` when to look again, null while paused."""

    journal_name = "recurrence"

    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"), blank=True)
    client = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("client"))
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=_("team"))
    assignee = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("assignee")
    )
    type = models.CharField(_("type"), max_length=20, choices=Ticket.Type, default=Ticket.Type.SERVICE_REQUEST)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Ticket.Priority, default=Ticket.Priority.NORMAL)
    tags = models.JSONField(default=list, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    checklist = models.TextField(_("checklist"), blank=True)

    how = models.CharField(_("how often"), max_length=20, choices=How, default=How.WEEK)
    weekdays = models.JSONField(_("on"), default=list, blank=True)
    month_day = models.PositiveSmallIntegerField(_("day of the month"), default=1)
    month = models.PositiveSmallIntegerField(_("month"), default=1)
    at = models.TimeField(_("at"))
    time_zone = models.CharField(max_length=60)
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("calendar")
    )
    shift = models.CharField(_("a day that is no working day"), max_length=10, choices=Shift, blank=True)
    begins = models.DateField(_("from"))
    ends = models.DateField(_("until"), null=True, blank=True)
    looked_at = models.DateTimeField(default=now)
    look_at = models.DateTimeField(null=True)

    objects = RecurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["subject", "pk"]
        indexes = [models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="recurrence_look")]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_paused(self) -> bool:
        return self.look_at is None

    @property
    def pattern(self) -> Pattern:
        return Pattern(
            how=self.how,
            at=self.at,
            zone=ZoneInfo(self.time_zone),
            begins=self.begins,
            ends=self.ends,
            weekdays=frozenset(self.weekdays),
            month_day=self.month_day,
            month=self.month,
            shift=self.shift,
        )

    def works(self) -> Works:
        """Which days are working days: the calendar’s, without one all but Saturdays and Sundays."""
        if self.calendar is None:
            return lambda day: day.weekday() < 5
        hours = self.calendar.hours()
        return lambda day: bool(hours.on(day))

    def next(self, count: int = 1, *, at: datetime | None = None) -> list[tuple[date, datetime]]:
        """The next days with their moments, also while it is paused."""
        return self.pattern.next(at or now(), self.works(), count)

    def pause(self, *, by: Actor, at: datetime | None = None) -> bool:
        """Make none until it is resumed; False if it is paused."""
        return self._move(Q(look_at__isnull=False), {"look_at": None}, "recurrence.paused", by=by, at=at or now())

    def resume(self, *, by: Actor, at: datetime | None = None) -> bool:
        """Go on from now: what would have come meanwhile is not made up for. False if it goes on already."""
        at = at or now()
        return self._move(Q(look_at=None), {"look_at": at, "looked_at": at}, "recurrence.resumed", by=by, at=at)

    def change(self, values: dict[str, Any], *, by: Actor, at: datetime | None = None) -> None:
        """Say it anew; what is past by the new dates is not made up for."""
        at = at or now()
        anew = {} if self.is_paused else {"look_at": at}
        self._move(Q(), {**values, "looked_at": at, **anew}, "recurrence.changed", by=by, at=at)

    def remove(self, *, by: Actor, at: datetime | None = None) -> bool:
        """Let it come no more; what it made stays."""
        with transaction.atomic():
            record("recurrence.removed", self, by=by, at=at, name=self.subject)
            gone, _rows = Recurrence.objects.filter(pk=self.pk).delete()
        return bool(gone)

    def _move(self, still: Q, to: dict[str, Any], kind: str, *, by: Actor, at: datetime) -> bool:
        with transaction.atomic():
            if not Recurrence.objects.filter(still, pk=self.pk).update(**to):
                return False
            for name, value in to.items():
                setattr(self, name, value)
            record(kind, self, by=by, at=at, name=self.subject)
        return True


def repeat(values: dict[str, Any], *, by: Actor, at: datetime | None = None) -> Recurrence:
    """Let a ticket come again from now on."""
    at = at or now()
    with transaction.atomic():
        made = Recurrence.objects.create(**values, looked_at=at, look_at=at)
        record("recurrence.added", made, by=by, at=at, name=made.subject)
    return made


class Occurrence(models.Model):
    """One time that it came; `day` is null for one that somebody made by hand."""

    recurrence = models.ForeignKey(Recurrence, models.CASCADE, related_name="occurrences")
    day = models.DateField(null=True)
    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="occurrence")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recurrence", "day"], name="occurrence_once")]

    def __str__(self) -> str:
        return f"{self.recurrence}: {self.day}"
