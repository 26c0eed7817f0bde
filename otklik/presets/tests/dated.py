"""Reads `cases.txt`, the table of deadlines that were worked out by hand, and lets each happen on a virtual clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

TABLE = Path(__file__).with_name("cases.txt")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOMENT = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}-\d\d-\d\d \d\d:\d\d(?:[+-]\d\d:\d\d)?"
METRICS = {
    "answer": "first_answer",
    "next answer": "next_answer",
    "resolution": "resolution",
    "in team": "in_team",
    "callback": "callback",
}


@dataclass(frozen=True)
class Case:
    """One line: of which desk and zone, when and with what it opened, what happened, what is due when, and why."""

    line: int
    preset: str
    zone: ZoneInfo
    opened: datetime
    given: dict[str, str]
    events: list[tuple[datetime, str]]
    due: dict[str, datetime]
    why: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}"


def cases() -> Iterator[Case]:
    preset, zone = "", ZoneInfo("UTC")
    for number, line in enumerate(TABLE.read_text("utf-8").splitlines(), 1):
        if heading := re.match(r"# ([a-z-]+), ([A-Za-z]+/[A-Za-z]+)", line):
            preset, zone = heading[1], ZoneInfo(heading[2])
        elif re.match(MOMENT, line):
            opened, given, events, due, why = (part.strip() for part in line.split("|"))
            yield Case(
                number,
                preset,
                zone,
                moment(opened, zone),
                _pairs(given),
                [_event(text.strip(), zone) for text in events.split(";") if text.strip()],
                dict(_promise(text.strip(), zone) for text in due.split(";")),
                why,
            )


def moment(text: str, zone: ZoneInfo) -> datetime:
    """`Fri 2025-03-07 15:45` in a zone, or with an offset of its own. Raises ValueError for a wrong weekday."""
    weekday, rest = text.split(" ", 1)
    at = datetime.fromisoformat(rest)
    if weekday != WEEKDAYS[at.weekday()]:
        raise ValueError(f"{text}: that is no {weekday}.")
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _pairs(text: str) -> dict[str, str]:
    """`type=incident priority=critical`; a value may have spaces."""
    return dict(re.findall(r"(\w+)=(.+?)(?= \w+=|$)", text))


def _event(text: str, zone: ZoneInfo) -> tuple[datetime, str]:
    found = re.match(rf"({MOMENT}) (.+)", text)
    if not found:
        raise ValueError(f"“{text}” does not begin with a moment.")
    return moment(found[1], zone), found[2]


def _promise(text: str, zone: ZoneInfo) -> tuple[str, datetime]:
    name, due = re.split(rf" (?={MOMENT})", text, maxsplit=1)
    return METRICS[name], moment(due, zone)
