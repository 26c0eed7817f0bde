"""On which days something comes again: pure arithmetic, with a calendar's working days where they matter."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

Works = Callable[[date], bool]
DAY = timedelta(days=1)
SHIFT_MAX = 31  # days that a date is moved at most; a calendar that is closed for longer has no date then
LOOKED_AHEAD = timedelta(days=6 * 366)


class How(TextChoices):
    DAY = "day", _("Every day")
    WORKING_DAY = "working_day", _("Every working day")
    WEEK = "week", _("Every week")
    MONTH = "month", _("Every month on a date")
    LAST_WORKING_DAY = "last_working_day", _("Every month on the last working day")
    YEAR = "year", _("Every year")


class Shift(TextChoices):
    """What becomes of a date that is no working day."""

    NONE = "", _("Stay on that day")
    NEXT = "next", _("Move to the next working day")
    PREVIOUS = "previous", _("Move to the working day before")
    SKIP = "skip", _("Leave it out")


@dataclass(frozen=True)
class Pattern:
    """`month_day` beyond a month's end means its last day. `weekdays`: Monday is 0. `begins` and `ends` bound the days
    as planned, before they are moved.
    """

    how: str
    at: time
    zone: ZoneInfo
    begins: date
    ends: date | None = None
    weekdays: frozenset[int] = frozenset()
    month_day: int = 1
    month: int = 1
    shift: str = Shift.NONE

    def days(self, since: date, works: Works) -> Iterator[date]:
        """The days from `since` on, in order, each once: what two dates are moved to is one day."""
        last: date | None = None
        day = max(self.begins, since - SHIFT_MAX * DAY)
        end = min(self.ends or date.max, day + LOOKED_AHEAD)
        while day <= end:
            moved = self._moved(day, works) if self._is_planned(day, works) else None
            if moved and moved >= since and moved != last:
                yield moved
                last = moved
            day += DAY

    def times(self, after: datetime, works: Works) -> Iterator[tuple[date, datetime]]:
        """Days with their moments in UTC, those later than `after`."""
        for day in self.days(after.astimezone(self.zone).date(), works):
            moment = self.moment(day)
            if moment > after:
                yield day, moment

    def moment(self, day: date) -> datetime:
        """The hour of that day. One that comes twice is the first; one that the clocks jump over, an hour later."""
        return datetime.combine(day, self.at, self.zone).astimezone(UTC)

    def next(self, after: datetime, works: Works, count: int = 1) -> list[tuple[date, datetime]]:
        return list(islice(self.times(after, works), count))

    def _is_planned(self, day: date, works: Works) -> bool:
        match self.how:
            case How.WORKING_DAY:
                return works(day)
            case How.WEEK:
                return day.weekday() in self.weekdays
            case How.MONTH:
                return day == _in_month(day, self.month_day)
            case How.LAST_WORKING_DAY:
                return works(day) and not any(works(later) for later in _rest_of_month(day))
            case How.YEAR:
                return day.month == self.month and day == _in_month(day, self.month_day)
        return True

    def _moved(self, day: date, works: Works) -> date | None:
        if self.shift == Shift.NONE or works(day):
            return day
        if self.shift == Shift.SKIP:
            return None
        step = DAY if self.shift == Shift.NEXT else -DAY
        return next((moved for n in range(1, SHIFT_MAX + 1) if works(moved := day + n * step)), None)


def _in_month(day: date, number: int) -> date:
    return day.replace(day=min(number, monthrange(day.year, day.month)[1]))


def _rest_of_month(day: date) -> Iterator[date]:
    last = monthrange(day.year, day.month)[1]
    return (day.replace(day=number) for number in range(day.day + 1, last + 1))
