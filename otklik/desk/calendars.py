"""Working calendars as administrators see and change them: the week, the dates that differ, the year at a glance."""

from __future__ import annotations

from calendar import Calendar as Months
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.dates import WEEKDAYS
from django.utils.timezone import now
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from otklik.calendars import ical
from otklik.calendars.hours import Spans
from otklik.calendars.models import Calendar, CalendarDay, spans_of
from otklik.calendars.writing import hours_text, read_hours
from otklik.staff.models import Member

from .settings import tell

REMINDED_FROM = 11  # November: the government has decreed the next year by then
FIRST_YEAR, YEARS_ON = 2020, 10
HOURS_HINT = _("For example 9:00–13:00, 14:00–18:00. Empty is a day off; 24 is around the clock.")


class HoursField(forms.CharField):
    """Hours of one day, typed."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(required=False, max_length=80, **rest)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else hours_text(spans_of(value))

    def to_python(self, value: Any) -> Any:
        return read_hours(str(value or ""))


class CalendarForm(forms.ModelForm[Calendar]):
    class Meta:
        model = Calendar
        fields = ["name", "time_zone", "region"]

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        for number, name in WEEKDAYS.items():
            self.fields[f"day-{number}"] = HoursField(label=name.capitalize(), initial=self.instance.week[number])

    @property
    def week(self) -> list[list[list[int]]]:
        return [[list(span) for span in self.cleaned_data[f"day-{number}"]] for number in range(7)]

    def keep(self, *, by: Member) -> Calendar:
        """Make the calendar or change it. Years that follow Russia do so anew: they hang on the week and the region."""
        said = {**{name: self.cleaned_data[name] for name in self.Meta.fields}, "week": self.week}
        with transaction.atomic():
            if self.instance.pk is None:
                kept = Calendar.objects.create(**said)
            else:
                Calendar.objects.filter(pk=self.instance.pk).update(**said, version=F("version") + 1)
                kept = Calendar.objects.get(pk=self.instance.pk)
                for year in followed_years(kept):
                    kept.follow_russia(year)
            tell("calendars", kept, by=by)
        return kept


class DayForm(forms.Form):
    """One date that differs."""

    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    hours = HoursField(label=_("Hours"), help_text=_("Empty: a day off."))
    label = forms.CharField(label=_("What day it is"), required=False, max_length=120)

    def keep(self, calendar: Calendar, *, by: Member) -> None:
        said = self.cleaned_data
        with transaction.atomic():
            calendar.set_day(said["date"], said["hours"], label=said["label"])
            tell("calendars", calendar, by=by)


def followed_years(calendar: Calendar) -> list[int]:
    """The years whose days came from the Russian production calendar."""
    return [day.year for day in calendar.days.filter(is_by_hand=False).dates("date", "year")]


def follow(calendar: Calendar, year: int, *, by: Member) -> int:
    with transaction.atomic():
        count = calendar.follow_russia(year)
        tell("calendars", calendar, by=by)
    return count


def forget_day(calendar: Calendar, day: date, *, by: Member) -> None:
    with transaction.atomic():
        calendar.clear_day(day)
        tell("calendars", calendar, by=by)


def take_up(calendar: Calendar, days: Iterable[ical.Dated], *, by: Member) -> int:
    """Make every date of a read file a day off; how many they are."""
    rows = [CalendarDay(calendar=calendar, date=day.date, label=day.label, spans=[]) for day in days]
    with transaction.atomic():
        CalendarDay.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["calendar", "date"],
            update_fields=["spans", "label", "is_by_hand"],
        )
        calendar.touch()
        tell("calendars", calendar, by=by)
    return len(rows)


def exported(calendar: Calendar) -> str:
    """The dates that differ, as iCalendar."""
    days = (ical.Dated(day.date, _summary(day)) for day in calendar.days.all())
    return ical.write(calendar.name, days, host=settings.SITE_HOST, at=now())


def _summary(day: CalendarDay) -> str:
    label = day.label or gettext("Day off")
    return f"{label} ({day.hours_text})" if day.spans else label


def to_remind(at: datetime | None = None) -> list[Calendar]:
    """From November on: calendars that follow Russia this year and not the next one yet."""
    today = at or now()
    if today.month < REMINDED_FROM:
        return []
    days = CalendarDay.objects.filter(is_by_hand=False)
    this, coming = (days.filter(date__year=today.year + more).values("calendar") for more in (0, 1))
    return list(Calendar.objects.filter(pk__in=this).exclude(pk__in=coming))


# How a date of the year is marked, and what the legend calls the mark.
MARKS = {
    "free": _("day off"),
    "short": _("other hours"),
    "extra": pgettext_lazy("of a day", "working, though its weekday is not"),
}


@dataclass(frozen=True)
class Cell:
    """A date of a month; `mark` is a key of MARKS, "rest" for a usual day off, or "" for a usual working day."""

    date: date
    mark: str
    about: str


def year_of(calendar: Calendar, year: int) -> list[tuple[date, list[list[Cell | None]]]]:
    """The twelve months: the first of each, and its weeks; None where another month begins or ends."""
    hours = calendar.hours()
    labels = {day.date: day.label for day in calendar.days.all()}
    months = []
    for month in range(1, 13):
        weeks = Months().monthdatescalendar(year, month)
        cells = [[_cell(day, hours, labels) if day.month == month else None for day in week] for week in weeks]
        months.append((date(year, month, 1), cells))
    return months


def _cell(day: date, hours: Any, labels: dict[date, str]) -> Cell:
    usual: Spans = hours.week[day.weekday()]
    own: Spans = hours.on(day)
    if day not in labels or own == usual:
        return Cell(day, "" if own else "rest", "")
    mark = "free" if not own else "short" if usual else "extra"
    return Cell(day, mark, ", ".join(part for part in (labels[day], hours_text(own) or str(MARKS["free"])) if part))
