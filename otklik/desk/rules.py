"""The builder of rules: what was typed, as rows that a page shows and a form posts, with or without JavaScript.

A rule is built as two lists of conditions, all of the one and any of the other, and a list of actions. Each list has an
empty row at its end; a row whose part was not chosen is no row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError
from otklik.lib.judging import Tree, check_actions, check_tree
from otklik.lib.rulebook import Book, events
from otklik.lib.ruling import OPERATOR_LABELS, OPERATORS, Action, Condition, ValueKind
from otklik.rules.models import Rule

ROWS_MAX = 30
ALL, ANY = "all", "any"
UNITS = {
    "minutes": (_("minutes"), timedelta(minutes=1)),
    "hours": (_("hours"), timedelta(hours=1)),
    "days": (_("days"), timedelta(days=1)),
}
A_YEAR_OF_DAYS = 366


class RuleForm(forms.ModelForm[Rule]):
    """What stands above the rows."""

    kinds = forms.MultipleChoiceField(label=_("When any of these happens"), widget=forms.CheckboxSelectMultiple)
    number = forms.IntegerField(label=_("After"), min_value=0, max_value=100_000, required=False)
    unit = forms.ChoiceField(label=_("Unit"), choices=[(key, label) for key, (label, _length) in UNITS.items()])
    counted_by = forms.ChoiceField(label=_("Time is counted"), required=False)

    class Meta:
        model = Rule
        fields = ["name", "position", "is_last"]

    def __init__(self, *args: Any, book: Book, typed: QueryDict | None = None, **rest: Any) -> None:
        """`typed` is what stands in the form without being judged yet."""
        super().__init__(*args, **rest)
        calendars = [(key, reckoning.label) for key, reckoning in book.reckonings.items()]
        self.fields["kinds"].choices = list(events().items())  # type: ignore[attr-defined]
        self.fields["counted_by"].choices = [("", _("round the clock")), *calendars]  # type: ignore[attr-defined]
        number, unit = in_units(self.instance.after)
        kept = {"number": number, "unit": unit, "counted_by": self.instance.counted_by, "kinds": self.instance.kinds}
        self.initial.update(kept)
        if typed is not None:
            self.initial.update({**typed.dict(), "kinds": typed.getlist("kinds"), "is_last": "is_last" in typed})

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        length = (said.get("number") or 0) * UNITS[said.get("unit", "hours")][1]
        if length > timedelta(days=A_YEAR_OF_DAYS):
            self.add_error("number", _("A rule waits for a year at most."))
        said["after"] = length
        return said

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*self.Meta.fields, "kinds", "after", "counted_by")}


def in_units(length: timedelta) -> tuple[int, str]:
    """A length as people would say it: in the largest unit that it is a whole number of."""
    fitting = [unit for unit, (_label, one) in UNITS.items() if not length % one]
    unit = fitting[-1] if length else "hours"
    return length // UNITS[unit][1], unit


@dataclass(frozen=True)
class Row:
    """One condition as it is built. `prefix` begins the names of its fields; `part` is None in an empty row."""

    prefix: str
    part: Condition | None
    leaf: Tree
    error: str = ""

    @property
    def operators(self) -> list[tuple[str, Any]]:
        return [(one.value, OPERATOR_LABELS[one]) for one in OPERATORS[self.part.kind]] if self.part else []

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return self.part.choices() if self.part else []

    @property
    def is_number(self) -> bool:
        return bool(self.part and self.part.kind in (ValueKind.HOURS, ValueKind.NUMBER))


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
    """One action as it is built; `part` is None in an empty row."""

    prefix: str
    part: Action | None
    given: Tree
    error: str = ""

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
class Draft:
    """All rows of a rule that is being built; `kept` are conditions deeper than the builder can show."""

    all: list[Row]
    any: list[Row]
    steps: list[Step]
    kept: Tree | None = None

    @property
    def conditions(self) -> Tree:
        if self.kept is not None:
            return self.kept
        either = [row.leaf for row in self.any if row.part]
        return {ALL: [row.leaf for row in self.all if row.part] + ([{ANY: either}] if either else [])}

    @property
    def actions(self) -> list[Tree]:
        return [step.given for step in self.steps if step.part]

    @property
    def is_right(self) -> bool:
        errors = [*(row.error for row in (*self.all, *self.any)), *(step.error for step in self.steps)]
        return bool(self.actions) and not any(errors)


def draft_of(rule: Rule, book: Book) -> Draft:
    """The rows of a rule as it is kept. A part that does not exist any more is left out, so that it can be saved."""
    kept = deep(rule.conditions)
    leaves = rule.conditions.get(ALL, []) if kept is None else []
    plain = [leaf for leaf in leaves if "if" in leaf]
    either: list[Tree] = next((leaf[ANY] for leaf in leaves if ANY in leaf), [])
    return Draft(_rows(ALL, plain, book), _rows(ANY, either, book), _steps(rule.actions, book), kept)


def draft_from(posted: Mapping[str, str], rule: Rule, book: Book, *, is_checked: bool) -> Draft:
    """The rows as they were posted, without the one that was dropped; `is_checked`: with what is wrong in them."""
    every, either = (
        _rows(branch, list(_posted_leaves(posted, branch)), book, is_checked=is_checked) for branch in (ALL, ANY)
    )
    steps = _steps(list(_posted_steps(posted, book)), book, is_checked=is_checked)
    return Draft(every, either, steps, deep(rule.conditions))


def deep(conditions: Tree) -> Tree | None:
    """Conditions that are more than the builder shows; None if they are not."""
    return conditions if conditions and not _fits(conditions) else None


def _fits(tree: Tree) -> bool:
    """Whether conditions are what the builder makes: leaves of which all hold, and at most one list of “any”."""
    leaves = tree.get(ALL, [])
    lists = [leaf for leaf in leaves if "if" not in leaf]
    return ALL in tree and len(lists) <= 1 and all("if" in leaf for one in lists for leaf in one.get(ANY, [{}]))


def _posted_leaves(posted: Mapping[str, str], branch: str) -> Iterator[Tree]:
    for prefix in _prefixes(posted, branch):
        if key := posted.get(f"{prefix}-if"):
            yield {"if": key, "is": posted.get(f"{prefix}-is", ""), "value": posted.get(f"{prefix}-value", "").strip()}


def _posted_steps(posted: Mapping[str, str], book: Book) -> Iterator[Tree]:
    for prefix in _prefixes(posted, "do"):
        action = book.actions.get(posted.get(f"{prefix}-do", ""))
        if action:
            given = {each.name: posted.get(f"{prefix}-{each.name}", "").strip() for each in action.parameters}
            yield {"do": action.key, **given}


def _prefixes(posted: Mapping[str, str], branch: str) -> Iterator[str]:
    numbered = (f"{branch}-{number}" for number in range(ROWS_MAX))
    return (prefix for prefix in numbered if prefix != posted.get("drop"))


def _rows(branch: str, leaves: list[Tree], book: Book, *, is_checked: bool = False) -> list[Row]:
    known = [leaf for leaf in leaves if leaf["if"] in book.conditions]
    rows = [_row(f"{branch}-{number}", leaf, book, is_checked=is_checked) for number, leaf in enumerate(known)]
    return [*rows, Row(f"{branch}-{len(rows)}", None, {})][:ROWS_MAX]


def _row(prefix: str, leaf: Tree, book: Book, *, is_checked: bool) -> Row:
    part = book.condition(leaf["if"])
    # Another condition was chosen, and the operator is still the old one's.
    operator = leaf["is"] if leaf["is"] in OPERATORS[part.kind] else OPERATORS[part.kind][0].value
    leaf = leaf | {"is": operator}
    return Row(prefix, part, leaf, _wrong(check_tree, leaf, book) if is_checked else "")


def _steps(given: list[Tree], book: Book, *, is_checked: bool = False) -> list[Step]:
    known = [step for step in given if step["do"] in book.actions]
    steps = [
        Step(f"do-{number}", book.action(one["do"]), one, _wrong(check_actions, [one], book) if is_checked else "")
        for number, one in enumerate(known)
    ]
    return [*steps, Step(f"do-{len(steps)}", None, {})][:ROWS_MAX]


def _wrong(check: Any, what: Any, book: Book) -> str:
    try:
        check(what, book)
    except OtklikError as refusal:
        return str(refusal)
    return ""
