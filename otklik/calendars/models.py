"""When a desk works: hours for each weekday, and the dates that differ."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.calendars.hours import OpeningHours, Spans, WorkingTime, check_spans, prepare
from otklik.calendars.production import different_days
from otklik.calendars.regions import choices, regions
from otklik.calendars.writing import hours_text, usual_day
from otklik.lib.remembered import remembered
from otklik.lib.zones import check_time_zone

YEARS_BACK, YEARS_AHEAD = 2, 3  # laid out around today; a promise reaches no further


def office_week() -> list[list[list[int]]]:
    """Monday to Friday, 9:00 to 18:00."""
    return [[[9 * 60, 18 * 60]]] * 5 + [[], []]


def spans_of(value: Any) -> Spans:
    """Hours of one day as JSON keeps them: a list of pairs of minutes. Raises ValidationError."""
    try:
        spans = tuple((int(opens), int(closes)) for opens, closes in value)
        check_spans(spans)
    except (TypeError, ValueError):
        raise ValidationError(_("Hours must be in order, apart from each other, and within one day.")) from None
    return spans


def check_week(value: Any) -> None:
    if not isinstance(value, list) or len(value) != 7:
        raise ValidationError(_("A week has seven days."))
    for day in value:
        spans_of(day)


class Calendar(models.Model):
    """Working hours that promises are counted in. `version` grows with every change, so that none is overlooked."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Moscow", validators=[check_time_zone])
    region = models.CharField(
        _("region"),
        max_length=30,
        blank=True,
        choices=choices,
        help_text=_("Its own days off are taken up with the Russian production calendar. Empty: only the country’s."),
    )
    week = models.JSONField(_("week"), default=office_week, validators=[check_week])
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def hours(self) -> OpeningHours:
        """The calendar as arithmetic takes it."""
        dates = {day.date: spans_of(day.spans) for day in self.days.all()}
        return OpeningHours(ZoneInfo(self.time_zone), tuple(spans_of(day) for day in self.week), dates)

    @property
    def usual_day(self) -> timedelta:
        """How long a working day is, where a promise says “a day”."""
        return usual_day(tuple(spans_of(day) for day in self.week))

    def working_time(self, at: datetime | None = None) -> WorkingTime:
        """The hours laid out around a time, kept in memory until the calendar changes."""
        return _laid_out(self.pk, self.version, (at or now()).year)

    def set_day(self, day: date, spans: Spans, *, label: str = "") -> None:
        """Say how one date differs."""
        check_spans(spans)
        with transaction.atomic():
            values = {"spans": [list(span) for span in spans], "label": label, "is_by_hand": True}
            self.days.update_or_create(date=day, defaults=values)
            self.touch()

    def clear_day(self, day: date) -> None:
        """Let one date be like its weekday again."""
        with transaction.atomic():
            self.days.filter(date=day).delete()
            self.touch()

    def follow_russia(self, year: int) -> int:
        """Take up a year of the Russian production calendar, with the region’s days; how many dates differ.

        Dates that people set by hand stay as they are: only what came this way before is replaced.
        """
        week = tuple(spans_of(day) for day in self.week)
        found = list(different_days(year, week, regions().get(self.region)))
        with transaction.atomic():
            self.days.filter(date__year=year, is_by_hand=False).delete()
            by_hand = set(self.days.filter(date__year=year).values_list("date", flat=True))
            CalendarDay.objects.bulk_create(
                CalendarDay(calendar=self, date=one.date, spans=one.spans, label=one.label, is_by_hand=False)
                for one in found
                if one.date not in by_hand
            )
            self.touch()
        return len(found)

    def unknown_days(self, year: int) -> list[str]:
        """The days of the region that are announced every year, and are not known for this one."""
        region = regions().get(self.region)
        return region.unknown(year) if region else []

    def touch(self) -> None:
        """Say that the calendar changed: whoever laid it out lays it out anew."""
        Calendar.objects.filter(pk=self.pk).update(version=F("version") + 1)
        self.refresh_from_db(fields=["version"])


class CalendarDay(models.Model):
    """A date that differs from its weekday: a holiday (no hours), a moved or a shortened day."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days")
    date = models.DateField(_("date"))
    spans = models.JSONField(_("hours"), default=list, validators=[spans_of])
    label = models.CharField(_("what day it is"), max_length=120, blank=True)
    is_by_hand = models.BooleanField(default=True, editable=False)

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.label}"

    @property
    def hours_text(self) -> str:
        return hours_text(spans_of(self.spans))


@remembered(64)
def _laid_out(pk: int, version: int, year: int) -> WorkingTime:
    hours = Calendar.objects.prefetch_related("days").get(pk=pk).hours()
    return prepare(hours, date(year - YEARS_BACK, 1, 1), date(year + YEARS_AHEAD, 12, 31))
