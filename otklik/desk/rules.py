"""The builder of rules: what was typed, as rows that a page shows and a form posts, with or without JavaScript.

A rule is built of conditions, see conditions.py, and of actions, see steps.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.lib.judging import Tree
from otklik.lib.rulebook import Book, events
from otklik.rules.models import Rule

from .conditions import Asked, asked_from, asked_of
from .steps import Steps, steps_from, steps_of

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
class Draft:
    """All rows of a rule that is being built."""

    asked: Asked
    steps: Steps

    @property
    def actions(self) -> list[Tree]:
        return self.steps.chosen

    @property
    def is_right(self) -> bool:
        return self.asked.is_right and self.steps.is_right


def draft_of(rule: Rule, book: Book) -> Draft:
    """The rows of a rule as it is kept. A part that does not exist any more is left out, so that it can be saved."""
    return Draft(asked_of(rule.conditions, book), steps_of(rule.actions, book.actions))


def draft_from(posted: Mapping[str, str], rule: Rule, book: Book, *, is_checked: bool) -> Draft:
    """The rows as they were posted, without the one that was dropped; `is_checked`: with what is wrong in them."""
    steps = steps_from(posted, book.actions, is_checked=is_checked)
    return Draft(asked_from(posted, rule.conditions, book, is_checked=is_checked), steps)
