"""The production calendar of Russia for a year: holidays, days off that were moved, working Saturdays, short days.

Holidays and moves are the `holidays` library's, which follows the government's yearly decree. What it lacks is
the short day: by article 95 of the Labour Code the working day right before a holiday is an hour shorter; a working
Saturday that took such a day's place is short in its stead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from .hours import CLOSED, Spans
from .regions import Region

SHORTER_MINUTES = 60
FRIDAY = 4
MOVED = re.compile(r"substituted from (\d{2}/\d{2}/\d{4})")  # in the library's English names
NEXT_DAY = timedelta(days=1)
# The labels of this calendar are Russian, as the library's are.
SATURDAY = "рабочая суббота"  # cyrillic: a label of the Russian calendar
SHORT = "сокращённый день"  # cyrillic: a label of the Russian calendar
INSTEAD = "перенос"  # cyrillic: a label of the Russian calendar


@dataclass(frozen=True)
class Different:
    """A date whose hours differ from its weekday's, and what day it is, in Russian."""

    date: date
    spans: Spans
    label: str


def is_decreed(year: int) -> bool:
    """Whether the government has moved this year's days off already; before that only the holidays are known."""
    return any(MOVED.search(name) or "(observed)" in name for name in _named(year, "en_US").values())


def different_days(year: int, week: tuple[Spans, ...], region: Region | None = None) -> Iterator[Different]:
    """The dates of a year that differ in a calendar with these weekly hours, in order."""
    free = _named(year, "ru") | (_of_region(year, region) if region else {})
    working = {day for day in _library(year).weekend_workdays if day.year == year} - free.keys()
    own = region.holidays(year).keys() if region else set()
    short = set(_short(year, free, working, own))
    for day in _days(year):
        if day in free:
            if week[day.weekday()]:
                yield Different(day, CLOSED, free[day])
        elif day in working:
            hours = week[FRIDAY]
            yield Different(day, shorter(hours) if day in short else hours, _label(day, short, working))
        elif day in short and week[day.weekday()]:
            yield Different(day, shorter(week[day.weekday()]), _label(day, short, working))


def _of_region(year: int, region: Region) -> dict[date, str]:
    """What a region has off besides, in Russian; a federal day keeps its name."""
    named = _named(year, "ru")
    days = region.holidays(year)
    instead = {
        day: f"{name} ({INSTEAD})"
        for day, name in region.moved(year, lambda day: day in _named(day.year, "ru")).items()
    }
    return {day: name for day, name in (instead | days).items() if day not in named}


def shorter(spans: Spans) -> Spans:
    """The hours of a day that ends an hour early."""
    left: list[tuple[int, int]] = list(spans)
    cut = SHORTER_MINUTES
    while left and cut:
        opens, closes = left.pop()
        taken = min(cut, closes - opens)
        cut -= taken
        if closes - taken > opens:
            left.append((opens, closes - taken))
    return tuple(left)


def _short(year: int, free: Mapping[date, str], working: set[date], own: Collection[date]) -> Iterator[date]:
    """The working days right before a holiday, be it the country’s or one of the region’s `own`."""
    names = _named(year, "en_US")
    stands_for = {_date(found[1]): day for day, name in names.items() if (found := MOVED.search(name))}
    for day in _days(year):
        eve_of = stands_for.get(day, day) if day in working else day
        is_working = day in working or (day.weekday() <= FRIDAY and day not in free)
        if is_working and (_is_holiday(eve_of + NEXT_DAY) or day + NEXT_DAY in own):
            yield day


def _is_holiday(day: date) -> bool:
    """Whether it is a holiday of article 112 itself, not a day off that was moved."""
    name = _named(day.year, "en_US").get(day, "")
    return bool(name) and "(" not in name


def _label(day: date, short: set[date], working: set[date]) -> str:
    kinds = ((SATURDAY, working), (SHORT, short))
    words = [word for word, dates in kinds if day in dates]
    return ", ".join(words)


@cache
def _named(year: int, language: str) -> dict[date, str]:
    days = _library(year, language=language)
    return {day: name for day, name in days.items() if day.year == year}


def _library(year: int, **options: Any) -> Any:
    # Imported when asked for: it takes ten megabytes of every process, and is asked for once a year.
    from holidays import country_holidays

    return country_holidays("RU", years=year, **options)


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))


def _date(american: str) -> date:
    return datetime.strptime(american, "%m/%d/%Y").date()  # noqa: DTZ007 a day, not a moment
