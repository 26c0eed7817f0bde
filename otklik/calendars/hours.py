"""Working time: pure arithmetic over opening hours, exact over holidays, time zones and changes of clocks.

`OpeningHours` is what people say: hours for each weekday, other hours on some dates, a time zone. `prepare` lays
them out once as intervals of real time with running sums; every question after that is two binary searches.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_MINUTES = 24 * 60

Spans = tuple[tuple[int, int], ...]  # minutes after local midnight: ((540, 780), (840, 1080)) is 9-13 and 14-18
AROUND_THE_CLOCK: Spans = ((0, DAY_MINUTES),)
CLOSED: Spans = ()


def check_spans(spans: Spans) -> None:
    """Raise ValueError unless the spans are in order, apart, and within one day."""
    edges = [edge for span in spans for edge in span]
    if edges != sorted(set(edges)) or (edges and not 0 <= edges[0] <= edges[-1] <= DAY_MINUTES):
        raise ValueError(f"{spans} are not hours of one day in order.")


@dataclass(frozen=True)
class OpeningHours:
    """Hours for each weekday, Monday first, and for dates that differ: holidays, moved and shortened days."""

    zone: ZoneInfo
    week: tuple[Spans, ...]
    dates: Mapping[date, Spans] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("A week has seven days.")
        for spans in (*self.week, *self.dates.values()):
            check_spans(spans)

    def on(self, day: date) -> Spans:
        """The hours of one date."""
        return self.dates.get(day, self.week[day.weekday()])

    def intervals(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """Real time from opening to closing of every span, both dates included, in UTC."""
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            for opens, closes in self.on(day):
                begin, end = self._moment(day, opens), self._moment(day, closes)
                # A span within an hour that the clocks jump over is empty that day.
                if begin < end:
                    yield begin, end

    def _moment(self, day: date, minutes: int) -> datetime:
        # Of a local time that comes twice, the first is meant: nobody promised to stay for the second.
        local = (datetime.combine(day, time()) + timedelta(minutes=minutes)).replace(tzinfo=self.zone)
        moment = local.astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) == local.replace(tzinfo=None):
            return moment
        return self._jump(local.replace(fold=1).astimezone(UTC))

    def _jump(self, before: datetime) -> datetime:
        """The moment, soon after `before`, at which the clocks jump: where a local time that does not exist is."""
        shift = before.astimezone(self.zone).utcoffset()
        minutes = (before + timedelta(minutes=n) for n in range(DAY_MINUTES))
        return next(at for at in minutes if at.astimezone(self.zone).utcoffset() != shift)


@dataclass(frozen=True)
class Interval:
    """A stretch of working time that counted."""

    begin: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.begin


@dataclass(frozen=True)
class WorkingTime:
    """Opening hours laid out over some years. Times before and after them raise ValueError."""

    begins: list[int]  # microseconds since 1970, of each interval
    ends: list[int]
    until: list[int]  # working microseconds from the first interval to the beginning of each, one more for the end
    first: int
    last: int

    def due(self, start: datetime, target: timedelta) -> datetime | None:
        """When a promise made at `start` runs out, counting opening hours only.

        `start` is aware; the answer is in UTC. `target` is working time: 8 hours promised at 16:00, with the desk
        open 9:00-18:00, end the next working day at 15:00. What ends exactly at closing time is due at closing time.

        None: the desk is not open for so long in the years laid out. Raises ValueError for a negative target, a naive
        start, or one outside the years laid out.
        """
        moment = self.add(micros(start), target // MICROSECOND)
        return None if moment is None else EPOCH + moment * MICROSECOND

    def add(self, start: int, target: int) -> int | None:
        """`due` in whole microseconds since 1970, for many questions at once."""
        if target < 0:
            raise ValueError("A promise is not made for the past.")
        index, done = self._place(start)
        wanted = self.until[index] + done + target
        # The interval in which the sum is reached; its end counts as reaching it, but nothing promised means now
        # when open, and the next opening when shut.
        found = bisect_left(self.until, wanted) - 1 if target else index
        if found >= len(self.begins):
            return None
        moment = self.begins[found] + wanted - self.until[found]
        return moment if moment <= self.ends[found] else None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; zero if `end` is not later."""
        if end <= start:
            return timedelta()
        return (self._worked(micros(end)) - self._worked(micros(start))) * MICROSECOND

    def why(self, start: datetime, end: datetime) -> list[Interval]:
        """The intervals that `between` sums up, in order: the answer to “why this deadline?”."""
        index, _done = self._place(micros(start))
        found = []
        while index < len(self.begins) and self.begins[index] < micros(end):
            begin = max(EPOCH + self.begins[index] * MICROSECOND, start)
            stop = min(EPOCH + self.ends[index] * MICROSECOND, end)
            found.append(Interval(begin, stop))
            index += 1
        return found

    @property
    def end(self) -> datetime:
        """The last moment laid out."""
        return EPOCH + self.last * MICROSECOND

    def is_open(self, at: datetime) -> bool:
        moment = micros(at)
        index = bisect_right(self.begins, moment) - 1
        return index >= 0 and moment < self.ends[index]

    def opens(self, at: datetime) -> datetime | None:
        """`at` itself when open, else the next opening; None if there is none in the years laid out."""
        return at if self.is_open(at) else self.due(at, timedelta())

    def closes(self, at: datetime) -> datetime | None:
        """When it shuts after a time at which it is open, midnights between two open days apart.

        None when it is shut, or does not shut in the years laid out.
        """
        if not self.is_open(at):
            return None
        index = bisect_right(self.begins, micros(at)) - 1
        while index + 1 < len(self.begins) and self.begins[index + 1] == self.ends[index]:
            index += 1
        return EPOCH + self.ends[index] * MICROSECOND if index + 1 < len(self.begins) else None

    def _worked(self, moment: int) -> int:
        index, done = self._place(moment)
        return self.until[index] + done

    def _place(self, moment: int) -> tuple[int, int]:
        """The interval that `moment` is in, or the next one, and how much of it has passed."""
        if not self.first <= moment <= self.last:
            raise ValueError("This time is outside the years that the calendar was prepared for.")
        index = bisect_right(self.ends, moment)
        if index == len(self.begins) or moment <= self.begins[index]:
            return index, 0
        return index, moment - self.begins[index]


def micros(moment: datetime) -> int:
    """Whole microseconds since 1970. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("A time without a zone names no moment.")
    return (moment - EPOCH) // MICROSECOND


def prepare(hours: OpeningHours, first: date, last: date) -> WorkingTime:
    """Lay out the hours of all dates from `first` to `last`, which a caller chooses wide enough for its questions."""
    found = list(hours.intervals(first, last))
    begins, ends = [micros(begin) for begin, _end in found], [micros(end) for _begin, end in found]
    lengths = [end - begin for begin, end in zip(begins, ends, strict=True)]
    edges = [datetime.combine(day, time(), hours.zone) for day in (first, last + timedelta(days=1))]
    return WorkingTime(begins, ends, [0, *accumulate(lengths)], micros(edges[0]), micros(edges[1]))
