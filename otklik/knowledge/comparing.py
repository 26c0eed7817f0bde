"""What changed between two versions of an article, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

LINES_MAX = 3000  # of each; nobody reads further, and comparing takes longer by the square
AROUND = 2  # lines that stay the same, shown around those that do not


class Line(NamedTuple):
    sign: str  # "+" is new, "-" was there before, "" is the same, "…" stands for lines left out
    text: str


def compared(before: str, after: str) -> list[Line]:
    old, new = before.splitlines()[:LINES_MAX], after.splitlines()[:LINES_MAX]
    groups = SequenceMatcher(None, old, new).get_grouped_opcodes(AROUND)
    return [line for place, group in enumerate(groups) for line in _told(place, group, old, new)]


def _told(place: int, group: list[tuple[str, int, int, int, int]], old: list[str], new: list[str]) -> Iterator[Line]:
    if place:
        yield Line("…", "")
    for tag, old_from, old_to, new_from, new_to in group:
        if tag == "equal":
            yield from (Line("", text) for text in old[old_from:old_to])
        else:
            yield from (Line("-", text) for text in old[old_from:old_to])
            yield from (Line("+", text) for text in new[new_from:new_to])
