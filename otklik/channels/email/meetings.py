"""Invitations: what, when, where and who of the first event in an iCalendar text (RFC 5545)."""

import re
from datetime import date, timedelta

_LONGEST = 200_000
_MOST_LINES = 5000
_LINE = re.compile(r"([A-Za-z-]+)((?:;[^:;=]+=(?:\"[^\"]*\"|[^:;\"]*))*+):(.*)", re.DOTALL)
_ZONE = re.compile(r";TZID=\"?([^\";:]+)", re.IGNORECASE)
_NAME = re.compile(r";CN=(?:\"([^\"]*)\"|([^;:]*))", re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_VALUE_MAX = 500


def meeting_of(text: str) -> dict[str, str]:
    """The card of a meeting; {} when no event is in there. Times are as the organiser's calendar tells them."""
    method, zones, event = "", list[str](), dict[str, tuple[str, str]]()
    inside: list[str] = []
    for name, parameters, value in _lines(text):
        if name == "BEGIN":
            inside.append(value.upper())
        elif name == "END" and inside:
            if inside.pop() == "VEVENT":
                break
        elif name == "METHOD":
            method = value.upper()
        elif name == "TZOFFSETTO":
            zones.append(value)
        elif inside and inside[-1] == "VEVENT":
            event.setdefault(name, (parameters, value))
    return _card(method, event, zones) if "SUMMARY" in event or "DTSTART" in event else {}


def _lines(text: str) -> list[tuple[str, str, str]]:
    """Name, parameters and value of each line; one that is folded is joined before."""
    joined = re.sub(r"\r?\n[ \t]", "", text[:_LONGEST]).splitlines()[:_MOST_LINES]
    found = (_LINE.fullmatch(line.strip()) for line in joined if len(line) < 10_000)
    return [(each[1].upper(), each[2], each[3]) for each in found if each]


def _card(method: str, event: dict[str, tuple[str, str]], zones: list[str]) -> dict[str, str]:
    starts, zone = _moment(event.get("DTSTART", ("", "")), zones)
    ends, _same = _moment(event.get("DTEND", ("", "")), zones)
    if len(ends) == len("2025-05-12"):
        ends = _last_day(ends) if _last_day(ends) != starts else ""
    card = {
        "kind": "meeting",
        "method": method if method in ("REQUEST", "CANCEL", "REPLY") else "PUBLISH",
        "summary": _words(event.get("SUMMARY", ("", ""))[1]),
        "starts": starts,
        "ends": ends.removeprefix(f"{starts[:10]} "),
        "zone": zone,
        "place": _words(event.get("LOCATION", ("", ""))[1]),
        "organiser": _person(*event.get("ORGANIZER", ("", ""))),
    }
    return {name: value for name, value in card.items() if value}


def _last_day(day: str) -> str:
    """The last day of an event of whole days, which the calendar tells by the day after."""
    try:
        return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return day


def _moment(field: tuple[str, str], zones: list[str]) -> tuple[str, str]:
    """The time on the clock, and the clock: UTC, the only offset of the calendar, or the zone's name."""
    parameters, value = field
    found = _MOMENT.match(value)
    if not found:
        return "", ""
    day = f"{found[1]}-{found[2]}-{found[3]}"
    if not found[4]:
        return day, ""
    named = _ZONE.search(parameters)
    offset = f"UTC{zones[0][:3]}:{zones[0][3:5]}" if len(set(zones)) == 1 and named else ""
    zone = "UTC" if found[6] else offset or (named[1] if named else "")
    return f"{day} {found[4]}:{found[5]}", zone[:80]


def _words(value: str) -> str:
    text = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value)
    return " ".join(text.split())[:_VALUE_MAX]


def _person(parameters: str, value: str) -> str:
    address = re.sub(r"^mailto:", "", value.strip(), flags=re.IGNORECASE)
    named = _NAME.search(parameters)
    name = _words((named[1] or named[2] or "") if named else "")
    return f"{name} <{address}>"[:_VALUE_MAX] if name and name != address else address[:_VALUE_MAX]
