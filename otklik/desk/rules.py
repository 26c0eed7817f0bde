"""The builder of rules: what was typed, as rows that a page shows and a form posts, with or without JavaScript.

A rule is built of conditions, see asking.py, and a list of actions, with an empty row at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.lib.judging import Tree, check_actions
from otklik.lib.rulebook import Book, events
from otklik.lib.ruling import Action
from otklik.rules.models import Rule

from .conditions import ROWS_MAX, Asked, asked_from, asked_of, prefixes, wrong

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
    """All rows of a rule that is being built."""

    asked: Asked
    steps: list[Step]

    @property
    def actions(self) -> list[Tree]:
        return [step.given for step in self.steps if step.part]

    @property
    def is_right(self) -> bool:
        return bool(self.actions) and self.asked.is_right and not any(step.error for step in self.steps)


def draft_of(rule: Rule, book: Book) -> Draft:
    """The rows of a rule as it is kept. A part that does not exist any more is left out, so that it can be saved."""
    return Draft(asked_of(rule.conditions, book), _steps(rule.actions, book))


def draft_from(posted: Mapping[str, str], rule: Rule, book: Book, *, is_checked: bool) -> Draft:
    """The rows as they were posted, without the one that was dropped; `is_checked`: with what is wrong in them."""
    steps = _steps(list(_posted_steps(posted, book)), book, is_checked=is_checked)
    return Draft(asked_from(posted, rule.conditions, book, is_checked=is_checked), steps)


def _posted_steps(posted: Mapping[str, str], book: Book) -> Iterator[Tree]:
    for prefix in prefixes(posted, "do"):
        action = book.actions.get(posted.get(f"{prefix}-do", ""))
        if action:
            given = {each.name: posted.get(f"{prefix}-{each.name}", "").strip() for each in action.parameters}
            yield {"do": action.key, **given}


def _steps(given: list[Tree], book: Book, *, is_checked: bool = False) -> list[Step]:
    known = [step for step in given if step["do"] in book.actions]
    steps = [
        Step(f"do-{number}", book.action(one["do"]), one, wrong(check_actions, [one], book) if is_checked else "")
        for number, one in enumerate(known)
    ]
    return [*steps, Step(f"do-{len(steps)}", None, {})][:ROWS_MAX]
