"""Days that differ as iCalendar (RFC 5545): written for people’s own calendars, read from files of holidays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FILE_MAX_BYTES = 512 * 1024
DATES_MAX = 1000
EVENT_MAX_DAYS = 62
FOLD_BYTES = 73
ONE_DAY = timedelta(days=1)
LINE = re.compile(r"([A-Za-z-]{1,40})(?:;[^:]{0,400})?:(.*)")
DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
ESCAPED = re.compile(r"\\([\\;,nN])")


@dataclass(frozen=True)
class Dated:
    """A date and what day it is."""

    date: date
    label: str


def write(name: str, days: Iterable[Dated], *, host: str, at: datetime) -> str:
    """A calendar of whole-day events."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Otklik//calendar//", f"X-WR-CALNAME:{_escaped(name)}"]
    for day in days:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{day.date:%Y%m%d}@{host}",
            f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day.date:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day.date + ONE_DAY:%Y%m%d}",
            f"SUMMARY:{_escaped(day.label)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", " ".join(text.split()))


def _folded(line: str) -> str:
    """At most 75 octets a line; a letter is never cut in two."""
    parts, length = [""], 0
    for letter in line:
        size = len(letter.encode())
        if length + size > FOLD_BYTES:
            parts, length = [*parts, ""], 0
        parts[-1] += letter
        length += size
    return "\r\n ".join(parts)


def read(content: bytes) -> list[Dated]:
    """Every date that an event of the file covers; of one that repeats, its first time. Raises ValidationError."""
    if len(content) > FILE_MAX_BYTES:
        raise ValidationError(_("The file is too large for a calendar: half a megabyte is the most."))
    text = re.sub(r"\r?\n[ \t]", "", content.decode("utf-8-sig", "replace"))
    if "BEGIN:VCALENDAR" not in text[:1000].upper():
        raise ValidationError(_("This is no iCalendar file. Export one with the ending .ics and choose that."))
    found = {day.date: day for event in _events(text) for day in _days(event)}
    if not found:
        raise ValidationError(_("There is no event with a date in this file."))
    if len(found) > DATES_MAX:
        raise ValidationError(_("The file names more than a thousand dates. Export fewer years."))
    return [found[key] for key in sorted(found)]


def _events(text: str) -> Iterator[dict[str, str]]:
    event: dict[str, str] | None = None
    for line in text.splitlines():
        match = LINE.fullmatch(line.strip())
        name, value = (match[1].upper(), match[2]) if match else ("", "")
        if (name, value.upper()) == ("BEGIN", "VEVENT"):
            event = {}
        elif (name, value.upper()) == ("END", "VEVENT") and event is not None:
            yield event
            event = None
        elif event is not None:
            event.setdefault(name, value)


def _days(event: dict[str, str]) -> Iterator[Dated]:
    first = _date(event.get("DTSTART", ""))
    if first is None:
        return
    end = _date(event.get("DTEND", "")) or first + ONE_DAY
    label = ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], event.get("SUMMARY", ""))
    if (end - first).days > EVENT_MAX_DAYS:
        raise ValidationError(
            _("“%(name)s” lasts longer than two months; that is no day off."), params={"name": label[:80]}
        )
    for number in range(max(1, (end - first).days)):
        yield Dated(first + number * ONE_DAY, " ".join(label.split())[:120])


def _date(value: str) -> date | None:
    found = DATE.match(value)
    if not found:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:  # the 31st of February
        return None
