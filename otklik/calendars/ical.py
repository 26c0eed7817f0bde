"""Days that differ as iCalendar (RFC 5545): written for people’s own calendars, read from files of holidays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from icalendar import Calendar, Event, vRecur

FILE_MAX_BYTES = 512 * 1024
DATES_MAX = 1000
EVENT_MAX_DAYS = 62
YEARS_AHEAD = 3  # of a holiday that comes every year
YEARS_BACK = 4  # before that, and the days of the file itself
ENDS = {"INTERVAL", "COUNT", "UNTIL", "WKST"}  # parts of a rule that do not say on which day
FIRST_YEAR = 1900
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Dated:
    """A date and what day it is."""

    date: date
    label: str


def write(name: str, days: Iterable[Dated], *, host: str, at: datetime) -> str:
    """A calendar of whole-day events."""
    calendar = Calendar()
    for key, value in (("version", "2.0"), ("prodid", "-//Otklik//calendar//"), ("x-wr-calname", name)):
        calendar.add(key, value)
    for day in days:
        event = Event()
        facts = {
            "uid": f"{day.date:%Y%m%d}@{host}",
            "dtstamp": at,
            "dtstart": day.date,
            "dtend": day.date + ONE_DAY,
            "summary": " ".join(day.label.split()),
            "transp": "TRANSPARENT",
        }
        for key, fact in facts.items():
            event.add(key, fact)
        calendar.add_component(event)
    return str(calendar.to_ical().decode())


def read(content: bytes, *, at: datetime | None = None) -> list[Dated]:
    """Every date that an event of the file covers; of one that comes every year, the years up to YEARS_AHEAD from now.

    Of what repeats otherwise the first time counts. Raises ValidationError.
    """
    if len(content) > FILE_MAX_BYTES:
        raise ValidationError(_("The file is too large for a calendar: half a megabyte is the most."))
    last = date((at or now()).year + YEARS_AHEAD, 12, 31)
    events = _events(content)
    found = {day.date: day for event in events for day in _days(event, last)}
    if not found:
        raise ValidationError(_("There is no event with a date in this file."))
    if len(found) > DATES_MAX:
        raise ValidationError(_("The file names more than a thousand dates. Export fewer years."))
    return [found[key] for key in sorted(found)]


def _events(content: bytes) -> list[Any]:
    try:
        return list(Calendar.from_ical(content.decode("utf-8-sig", "replace")).walk("VEVENT"))
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError) as fault:
        raise ValidationError(
            _("This is no iCalendar file. Export one with the ending .ics and choose that.")
        ) from fault


def _days(event: Any, last: date) -> Iterator[Dated]:
    first = _date(event, "DTSTART")
    if first is None:
        return
    length = max(1, ((_date(event, "DTEND") or first + ONE_DAY) - first).days)
    label = " ".join(str(event.get("SUMMARY", "")).split())[:120]
    if length > EVENT_MAX_DAYS:
        raise ValidationError(
            _("“%(name)s” lasts longer than two months; that is no day off."), params={"name": label[:80]}
        )
    for begin in _begins(event, first, last):
        for number in range(length):
            yield Dated(begin + number * ONE_DAY, label)


def _begins(event: Any, first: date, last: date) -> Iterable[date]:
    """The first day, and of what comes every year on that day the later years. Any other rule counts once.

    By hand: a library looks for a rule that never comes true, the 31st of February, through all of time.
    """
    rule = event.get("RRULE")
    if not isinstance(rule, vRecur) or first.year < FIRST_YEAR:
        return [first]
    try:
        told = {name: [str(one).upper() for one in given] for name, given in rule.items()}
        usual = {"FREQ": ["YEARLY"], "BYMONTH": [str(first.month)], "BYMONTHDAY": [str(first.day)]}
        if any(told[name] != usual.get(name) for name in told.keys() - ENDS) or "FREQ" not in told:
            return [first]
        every, count = (int(rule[name][0]) if name in rule else 1 for name in ("INTERVAL", "COUNT"))
        years = range(first.year, min(last, _until(rule) or last).year + 1, max(1, every))
        days = [first.replace(year=year) for year in (years[:count] if "COUNT" in rule else years)]
        return [day for day in days if day.year >= last.year - YEARS_BACK] or [first]
    except (ValueError, TypeError, KeyError, IndexError):
        return [first]


def _until(rule: Any) -> date | None:
    until = rule["UNTIL"][0] if "UNTIL" in rule else None
    return date(until.year, until.month, until.day) if until else None


def _date(event: Any, name: str) -> date | None:
    value = getattr(event.get(name), "dt", None)
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
