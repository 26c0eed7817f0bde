"""Invitations: what, when, where and who of the first event in an iCalendar text (RFC 5545). Any text has an answer."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from icalendar import Calendar, Component, Event
from icalendar.prop import vDDDTypes

_LONGEST = 1_000_000  # characters that are looked at; files may be set into a calendar
_MOST_LINES = 1000
_VALUE_MAX = 500
_METHODS = ("REQUEST", "CANCEL", "REPLY")
_FOLD = re.compile(r"\r?\n[ \t]")
_WANTED = re.compile(
    r"^(?:BEGIN|END|METHOD|TZOFFSETTO|SUMMARY|DTSTART|DTEND|DURATION|LOCATION|ORGANIZER)[;:][^\r\n]{0,2000}",
    re.IGNORECASE | re.MULTILINE,
)


def meeting_of(text: str) -> dict[str, str]:
    """The card of a meeting; {} when no event is in there or it cannot be read."""
    try:
        calendar = Calendar.from_ical("\r\n".join([*_lines(text), "END:VCALENDAR"]))
        event = next((each for each in calendar.subcomponents if isinstance(each, Event)), None)
        return _card(calendar, event) if event else {}
    except Exception:  # noqa: BLE001 the library raises whatever a broken calendar leads it to
        return {}


def _lines(text: str) -> Iterator[str]:
    """What the card is made of, up to the end of the first event: the library takes its time over everything else.

    The names and rules of the calendar's own zones (TZID, RRULE) must not be among it: it would work through all of
    them, and remember each for the mails that follow.
    """
    for found in islice(_WANTED.finditer(_FOLD.sub("", text[:_LONGEST])), _MOST_LINES):
        line = found[0].rstrip()
        yield line
        if line.upper() == "END:VEVENT":
            return


def _card(calendar: Component, event: Event) -> dict[str, str]:
    starts, ends, zone = _when(event, _offsets(calendar))
    method = _words(calendar.get("METHOD")).upper()
    card = {
        "kind": "meeting",
        "method": method if method in _METHODS else "PUBLISH",
        "summary": _words(event.get("SUMMARY")),
        "starts": starts,
        "ends": ends,
        "zone": zone,
        "place": _words(event.get("LOCATION")),
        "organiser": _person(event.get("ORGANIZER")),
    }
    return {name: value for name, value in card.items() if value}


def _offsets(calendar: Component) -> set[str]:
    """What the calendar's own zones are ahead of UTC."""
    zones = (zone for zone in calendar.subcomponents if zone.name == "VTIMEZONE")
    told = (_first(times.get("TZOFFSETTO")) for zone in zones for times in zone.subcomponents)
    return {offset.to_ical() for offset in told if offset is not None}


def _when(event: Event, offsets: set[str]) -> tuple[str, str, str]:
    """When it starts, when it ends, and by which clock: as UTC is ahead, else by the zone's name."""
    told = _first(event.get("DTSTART"))
    start = told.dt if isinstance(told, vDDDTypes) else None
    if not isinstance(start, date):
        return "", "", ""
    end = _end(event, start)
    if not isinstance(start, datetime):
        return start.isoformat(), end.isoformat() if end > start else "", ""
    starts, ends = f"{start:%Y-%m-%d %H:%M}", f"{end:%Y-%m-%d %H:%M}"
    zone = _zone(start, str(told.params.get("TZID", "")), offsets)
    return starts, ends.removeprefix(f"{starts[:10]} ") if ends != starts else "", zone


def _end(event: Event, start: date) -> Any:
    """The end by the clock of the start; of whole days the last one."""
    try:
        end = event.end
    except ValueError:  # it is told wrong
        return start
    if not isinstance(start, datetime):
        return end - timedelta(days=1) if not isinstance(end, datetime) else start
    return end.astimezone(start.tzinfo) if isinstance(end, datetime) and end.tzinfo and start.tzinfo else end


def _zone(start: datetime, name: str, offsets: set[str]) -> str:
    if start.tzinfo:
        return "UTC" if name == "" else f"UTC{start.isoformat()[19:25]}"
    offset = next(iter(offsets)) if name and len(offsets) == 1 else ""
    return f"UTC{offset[:3]}:{offset[3:5]}" if offset else name[:80]


def _first(value: Any) -> Any:
    """A property that stands more than once is a list."""
    return value[0] if isinstance(value, list) else value


def _words(value: Any) -> str:
    value = _first(value)
    return " ".join(str(value).split())[:_VALUE_MAX] if value is not None else ""


def _person(value: Any) -> str:
    value = _first(value)
    address = re.sub(r"^mailto:", "", _words(value), flags=re.IGNORECASE)
    name = _words(value.params.get("CN")) if value is not None else ""
    return f"{name} <{address}>"[:_VALUE_MAX] if name and name != address else address
