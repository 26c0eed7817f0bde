"""What rules are put together from: conditions and actions, offered by the floors that own what they are about.

A module named in RULE_PARTS offers any of `conditions()`, `actions()`, `reckonings()` and EVENTS, which names the kinds
of events to wait for. A condition reads one value of a subject; how it is compared depends on the kind of value alone,
so that every screen knows the operators.
"""

# cyrillic: it folds letters
from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .errors import OtklikError

Label = str | Promise
Choices = Callable[[], list[tuple[str, Any]]]
Given = Mapping[str, str]  # what a person filled in, by the parameter's name


class UnknownPart(OtklikError):
    code = "unknown_rule_part"
    message = _("The rule speaks of “%(key)s”, which does not exist any more. Open the rule and choose something else.")


class WrongValue(OtklikError):
    code = "wrong_rule_value"
    message = _("“%(label)s”: “%(value)s” does not fit. Choose or enter another value.")


class ValueKind(StrEnum):
    CHOICE = "choice"  # the subject has a set of keys
    WORDS = "words"  # the subject has a text
    HOURS = "hours"  # the subject has a length of time
    NUMBER = "number"  # the subject has a number or none


class Operator(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    CONTAINS_NOT = "contains_not"
    MORE = "more"
    LESS = "less"


OPERATOR_LABELS: dict[str, Label] = {
    Operator.IS: _("is"),
    Operator.IS_NOT: _("is not"),
    Operator.CONTAINS: _("contains"),
    Operator.CONTAINS_NOT: _("does not contain"),
    Operator.MORE: _("more than"),
    Operator.LESS: _("less than"),
}
OPERATORS: dict[ValueKind, tuple[Operator, ...]] = {
    ValueKind.CHOICE: (Operator.IS, Operator.IS_NOT),
    ValueKind.WORDS: (Operator.CONTAINS, Operator.CONTAINS_NOT),
    ValueKind.HOURS: (Operator.MORE, Operator.LESS),
    ValueKind.NUMBER: (Operator.MORE, Operator.LESS),
}


@dataclass(frozen=True)
class Subject:
    """What a rule looks at: a ticket, the event that brought it up (None in a dry run), and when.

    The rows are of floors above this one, hence Any.
    """

    ticket: Any
    event: Any
    at: datetime


@dataclass(frozen=True)
class Condition:
    """Something to ask of a subject. `read` answers what `kind` says; `choices` is for the kind CHOICE alone."""

    key: str
    label: Label
    kind: ValueKind
    read: Callable[[Subject], Any]
    choices: Choices = list

    def test(self, subject: Subject, operator: str, value: str) -> bool:
        """Whether it is so. Raises WrongValue for an operator or a value that does not belong to its kind."""
        self.check(operator, value)
        return _compare(self.kind, self.read(subject), operator, value)

    def check(self, operator: str, value: str) -> None:
        """Raise WrongValue unless this operator and this value belong to its kind."""
        is_number = self.kind in (ValueKind.HOURS, ValueKind.NUMBER)
        if operator not in OPERATORS[self.kind] or not value.strip() or (is_number and number_of(value) is None):
            raise WrongValue(label=self.label, value=value)


@dataclass(frozen=True)
class Parameter:
    """A blank in an action, chosen from a list, or written: one line, or `is_long`."""

    name: str
    label: Label
    choices: Choices | None = None
    is_long: bool = False
    is_optional: bool = False


@dataclass(frozen=True)
class Action:
    """Something to do to a ticket. `do` answers whether anything changed, like the verbs that it calls.

    `by` is the rule, a row with a `journal_name`.
    """

    key: str
    label: Label
    parameters: tuple[Parameter, ...]
    do: Callable[[Subject, Given, Any, datetime], bool]
    check_more: Callable[[Given], None] | None = None

    def check(self, given: Given) -> None:
        """Raise WrongValue unless every blank is filled with what it allows."""
        for each in self.parameters:
            value = given.get(each.name, "")
            if each.is_optional and not value.strip():
                continue
            known = {key for key, _label in each.choices()} if each.choices else {value}
            if not value.strip() or value not in known:
                raise WrongValue(label=each.label, value=value)
        if self.check_more:
            self.check_more(given)


@dataclass(frozen=True)
class Reckoning:
    """A way to count time: when a length that began at a moment is over; None if never."""

    key: str
    label: Label
    due: Callable[[datetime, timedelta], datetime | None]


def fold(text: str) -> str:
    """The spelling in which texts are compared: lower case, ё as е, one space between words."""
    return " ".join(text.lower().replace("ё", "е").split())


def contains(text: str, wanted: str) -> bool:
    """Whether a text has any of the words or phrases, parted by commas; `print*` is any word that begins so."""
    folded = fold(text)
    return any(pattern.search(folded) for pattern in _patterns(wanted))


@lru_cache(maxsize=200)  # every mail is compared with the same few
def _patterns(wanted: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_pattern(phrase)) for phrase in fold(wanted).split(",") if phrase.strip(" *"))


def _pattern(phrase: str) -> str:
    phrase = phrase.strip()
    ends = "" if phrase.endswith("*") else r"(?!\w)"
    return rf"(?<!\w){re.escape(phrase.rstrip('*'))}{ends}"


def number_of(value: Any) -> float | None:
    """A number as people write it; None for anything else."""
    try:
        number = float(str(value).replace(",", ".").replace(" ", ""))
    except ValueError:
        return None
    return number if abs(number) < 1e12 else None


def _compare(kind: ValueKind, found: Any, operator: str, value: str) -> bool:
    match kind:
        case ValueKind.CHOICE:
            return (value in found) == (operator == Operator.IS)
        case ValueKind.WORDS:
            return contains(found, value) == (operator == Operator.CONTAINS)
        case ValueKind.HOURS:
            found = None if found is None else found / timedelta(hours=1)
    limit = number_of(value)
    if found is None or limit is None:
        return False
    return bool(found > limit if operator == Operator.MORE else found < limit)
