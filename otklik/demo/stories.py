"""Stories: what was said and done on the demo tickets, read from texts that anybody can edit.

A file holds several. A story is a line ``# Subject``, a line of ``name: value`` pairs between ``|``, the client's first
message, and steps, each begun by ``@when who act [what]``. `when` is the pause since the step before: ``20m``, ``3h``,
or ``+1d 09:40`` for a time of day so many days on. Lines ``+name`` attach a file of the folder ``files``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent / "stories"
SPOKEN = ("says", "answers", "resolves", "notes", "asks", "hears", "judges")
DONE = ("assign", "team", "state", "priority", "type", "tag", "untag", "field", "link", "merge", "copy", "surveys")
STEP = re.compile(r"@((?:\d+[mh])|(?:\+\d+d \d\d:\d\d)) ([\w.-]+) (\w+)(?: (.+))?$")


class BadStory(Exception):
    """A story's text that cannot be understood."""


@dataclass
class Step:
    when: str
    who: str
    act: str
    what: str = ""
    text: str = ""
    files: list[str] = field(default_factory=list)


@dataclass
class Story:
    """`facts` are the pairs of the second line; `start` is ``90m`` ago or ``3d 10:15``, so many days ago at a time."""

    subject: str
    facts: dict[str, str]
    steps: list[Step]

    def times(self, at: datetime, zone: ZoneInfo) -> list[datetime]:
        """When each step happened if it is `at` now. Raises BadStory for one that is still to come."""
        moment = start(self.facts["start"], at, zone)
        found = []
        for step in self.steps:
            moment = later(step.when, moment, zone)
            found.append(moment)
        if found[-1] > at:
            raise BadStory(f"{self.subject}: ends in the future.")
        return found


def start(when: str, at: datetime, zone: ZoneInfo) -> datetime:
    days, _, clock = when.rpartition("d ")
    if not days:
        return at - pause(when)
    return on_day(at.astimezone(zone).date() - timedelta(days=int(days)), clock, zone)


def later(when: str, moment: datetime, zone: ZoneInfo) -> datetime:
    if not when.startswith("+"):
        return moment + pause(when)
    days, clock = when[1:].split("d ")
    return on_day(moment.astimezone(zone).date() + timedelta(days=int(days)), clock, zone)


def pause(when: str) -> timedelta:
    return timedelta(hours=int(when[:-1])) if when.endswith("h") else timedelta(minutes=int(when[:-1]))


def on_day(day: date, clock: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), zone)


def all_stories() -> list[Story]:
    return [story for path in sorted(FOLDER.glob("*.txt")) for story in read(path.read_text("utf-8"))]


def read(text: str) -> Iterator[Story]:
    """The stories of one file. Raises BadStory."""
    for block in re.split(r"^# ", text, flags=re.M)[1:]:
        subject, pairs, body = block.split("\n", 2)
        facts = dict(re.split(r": ?", pair.strip(), maxsplit=1) for pair in pairs.split("|"))
        yield Story(subject.strip(), facts, list(_steps(facts["from"], body)))


def _steps(client: str, body: str) -> Iterator[Step]:
    step = Step("0m", client, "says")
    for line in body.splitlines():
        if line.startswith("@"):
            yield _closed(step)
            step = _begun(line)
        elif line.startswith("+"):
            step.files.append(line[1:].strip())
        else:
            step.text += line + "\n"
    yield _closed(step)


def _begun(line: str) -> Step:
    match = STEP.match(line)
    if not match or match[3] not in (*SPOKEN, *DONE):
        raise BadStory(f"This is no step: {line}")
    return Step(match[1], match[2], match[3], match[4] or "")


def _closed(step: Step) -> Step:
    step.text = step.text.strip()
    return step
