"""Steps of a rule or a macro as they are built: rows that a page shows and a form posts, with or without JavaScript.

Each row is an action and its blanks; at the end stands an empty row, in which the next one is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from otklik.lib.errors import OtklikError
from otklik.lib.judging import Tree
from otklik.lib.ruling import Action

from .conditions import ROWS_MAX, prefixes

Actions = Mapping[str, Action]
BRANCH = "do"
WAYS = {"up": -1, "down": 1}


@dataclass(frozen=True)
class Blank:
    """One blank of an action: the name of its field, what it may be, what it is."""

    name: str
    label: Any
    choices: list[tuple[str, Any]]
    is_long: bool
    value: str


@dataclass(frozen=True)
class Step:
    """One action as it is built; `part` is None in an empty row. `moved` is which way it has just gone."""

    prefix: str
    part: Action | None
    given: Tree
    error: str = ""
    moved: str = ""

    @property
    def blanks(self) -> list[Blank]:
        return [
            Blank(
                f"{self.prefix}-{each.name}",
                each.label,
                each.choices() if each.choices else [],
                each.is_long,
                self.given.get(each.name, ""),
            )
            for each in (self.part.parameters if self.part else ())
        ]


@dataclass(frozen=True)
class Steps:
    """All rows; iterating over it gives each."""

    rows: list[Step]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.rows)

    @property
    def chosen(self) -> list[Tree]:
        return [step.given for step in self.rows if step.part]

    @property
    def is_right(self) -> bool:
        return bool(self.chosen) and not any(step.error for step in self.rows)


def steps_of(given: list[Tree], actions: Actions) -> Steps:
    """The rows of steps as they are kept. An action that is no more is left out, so that the rest can be saved."""
    return _laid(given, actions)


def steps_from(posted: Mapping[str, str], actions: Actions, *, is_checked: bool) -> Steps:
    """The rows as they were posted, without the one that was dropped, in the order that was wished.

    `is_checked`: with what is wrong in them.
    """
    given = list(_posted(posted, actions))
    place, moved = _move(given, posted)
    laid = _laid(given, actions, is_checked=is_checked)
    if not moved:
        return laid
    return Steps([replace(step, moved=moved) if number == place else step for number, step in enumerate(laid)])


def _posted(posted: Mapping[str, str], actions: Actions) -> Iterator[Tree]:
    for prefix in prefixes(posted, BRANCH):
        action = actions.get(posted.get(f"{prefix}-{BRANCH}", ""))
        if action:
            given = {each.name: posted.get(f"{prefix}-{each.name}", "").strip() for each in action.parameters}
            yield {"do": action.key, **given}


def _move(given: list[Tree], posted: Mapping[str, str]) -> tuple[int, str]:
    """Change the order as a button says, “up do-2”. Where the step stands now, and its way; "" if it stays."""
    way, _space, prefix = posted.get("move", "").partition(" ")
    number = prefix.removeprefix(f"{BRANCH}-")
    if way not in WAYS or not number.isdecimal() or int(number) >= len(given):
        return 0, ""
    place, to = int(number), int(number) + WAYS[way]
    if not 0 <= to < len(given):
        return 0, ""
    given.insert(to, given.pop(place))
    return to, way


def _laid(given: list[Tree], actions: Actions, *, is_checked: bool = False) -> Steps:
    known = [step for step in given if step["do"] in actions]
    rows = [
        Step(f"{BRANCH}-{number}", actions[one["do"]], one, _wrong(actions[one["do"]], one) if is_checked else "")
        for number, one in enumerate(known)
    ]
    return Steps([*rows, Step(f"{BRANCH}-{len(rows)}", None, {})][:ROWS_MAX])


def _wrong(action: Action, given: Tree) -> str:
    try:
        action.check(given)
    except OtklikError as refusal:
        return str(refusal)
    return ""
