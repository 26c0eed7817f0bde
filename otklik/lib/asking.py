"""What may be asked of rows: criteria, offered by the floors that own what they are about, joined into one Q.

Conditions are a tree as JSON keeps it: {"all": […]}, {"any": […]}, and leaves
{"if": key, "is": operator, "value": [text, …]}. A module named in VIEW_PARTS offers CRITERIA, and by
`criteria_of_rows()` those that are made of rows. Nothing here reads or writes a row but the lists of choices.
"""

# cyrillic: it folds letters
from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from importlib import import_module
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Q
from django.utils import formats
from django.utils.functional import Promise
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from . import ruling
from .errors import OtklikError

Label = str | Promise
Tree = dict[str, Any]
Values = list[str]
Choices = Callable[[], list[tuple[str, Any]]]

LEAVES_MAX = 60
TEXT_MAX = 100
NUMBER_MAX = 10_000  # hours or days
YEARS = range(1970, 2200)


class UnknownCriterion(OtklikError):
    code = "unknown_criterion"
    message = _("The view asks for “%(key)s”, which does not exist any more. Open the view and choose something else.")


class WrongCondition(OtklikError):
    code = "wrong_condition"
    message = _("“%(label)s”: “%(value)s” does not fit. Choose or enter another value.")


class Operator(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    CONTAINS_NOT = "contains_not"
    MORE = "more"
    LESS = "less"
    DURING = "during"
    LAST = "last"
    AGO = "ago"
    NEXT = "next"
    LATER = "later"
    SINCE = "since"
    UNTIL = "until"


OPERATOR_LABELS: dict[str, Label] = {
    **ruling.OPERATOR_LABELS,
    Operator.DURING: _("is"),
    Operator.LAST: _("within the last"),
    Operator.AGO: _("longer ago than"),
    Operator.NEXT: _("within the next"),
    Operator.LATER: _("later than in"),
    Operator.SINCE: _("on this day or after"),
    Operator.UNTIL: _("on this day or before"),
}
UNITS = {
    "hours": (timedelta(hours=1), _("hours"), ngettext_lazy("%(count)s hour", "%(count)s hours", "count")),
    "days": (timedelta(days=1), _("days"), ngettext_lazy("%(count)s day", "%(count)s days", "count")),
}
# Days counted from today: where a period begins, and how many days it has.
PERIODS: dict[str, tuple[Callable[[date], date], int, Label]] = {
    "today": (lambda today: today, 1, _("today")),
    "yesterday": (lambda today: today - timedelta(days=1), 1, _("yesterday")),
    "tomorrow": (lambda today: today + timedelta(days=1), 1, _("tomorrow")),
    "week": (lambda today: today - timedelta(days=today.weekday()), 7, _("this week")),
    "last_week": (lambda today: today - timedelta(days=today.weekday() + 7), 7, _("last week")),
}


@dataclass(frozen=True)
class Asker:
    """For whom something is asked (a member of staff, of a floor above this one), and when."""

    member: Any
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """Something to ask. Its kind says by what it is compared, and so what a screen has to offer."""

    key: str
    label: Label
    operators: ClassVar[tuple[Operator, ...]]

    def q(self, operator: str, values: Values, asker: Asker) -> Q:
        raise NotImplementedError

    def check(self, operator: str, values: Values) -> None:
        """Raise WrongCondition unless this operator and these values belong to its kind."""
        if operator not in self.operators or not values or not all(isinstance(each, str) and each for each in values):
            raise self.wrong(values)

    def wrong(self, values: Iterable[Any]) -> WrongCondition:
        return WrongCondition(label=self.label, value=", ".join(str(each) for each in values))

    def in_words(self, operator: str, values: Values) -> str:
        return ", ".join(values)


@dataclass(frozen=True, kw_only=True)
class Choice(Criterion):
    """One of a list. `find` answers the Q of rows that have any of the values."""

    find: Callable[[Values, Asker], Q]
    choices: Choices
    operators = (Operator.IS, Operator.IS_NOT)

    def q(self, operator: str, values: Values, asker: Asker) -> Q:
        try:
            found = self.find(values, asker)
        except ValueError:  # a number is none
            raise self.wrong(values) from None
        return ~found if operator == Operator.IS_NOT else found

    def check(self, operator: str, values: Values) -> None:
        super().check(operator, values)
        known = {key for key, _label in self.choices()}
        if unknown := [each for each in values if each not in known]:
            raise self.wrong(unknown)

    def in_words(self, operator: str, values: Values) -> str:
        known = dict(self.choices())
        either = __(" or ").join(str(known.get(each, each)) for each in values)
        return either if operator == Operator.IS else __("not %(these)s") % {"these": either}


@dataclass(frozen=True, kw_only=True)
class Words(Criterion):
    """A text. `find` answers the Q of rows whose text fits a regular expression."""

    find: Callable[[str], Q]
    operators = (Operator.CONTAINS, Operator.CONTAINS_NOT)

    def q(self, operator: str, values: Values, asker: Asker) -> Q:
        found = self.find(pattern(values[0][:TEXT_MAX]))
        return ~found if operator == Operator.CONTAINS_NOT else found

    def check(self, operator: str, values: Values) -> None:
        super().check(operator, values)
        if not values[0].strip() or len(values[0]) > TEXT_MAX:
            raise self.wrong(values)

    def in_words(self, operator: str, values: Values) -> str:
        words = {"operator": OPERATOR_LABELS[operator], "text": values[0]}
        return __("%(operator)s “%(text)s”") % words


@dataclass(frozen=True, kw_only=True)
class Number(Criterion):
    """A number or none. `find` answers the Q of rows above, or else below a limit."""

    find: Callable[[str, float], Q]  # "gt" or "lt", and the limit
    operators = (Operator.MORE, Operator.LESS)

    def q(self, operator: str, values: Values, asker: Asker) -> Q:
        limit = ruling.number_of(values[0])
        if limit is None:
            raise self.wrong(values)
        return self.find("gt" if operator == Operator.MORE else "lt", limit)

    def check(self, operator: str, values: Values) -> None:
        super().check(operator, values)
        if ruling.number_of(values[0]) is None:
            raise self.wrong(values)

    def in_words(self, operator: str, values: Values) -> str:
        words = {"operator": OPERATOR_LABELS[operator], "number": values[0]}
        return __("%(operator)s %(number)s") % words


@dataclass(frozen=True, kw_only=True)
class Moment(Criterion):
    """A time. `find` answers the Q of rows whose time lies from `begin` on and before `end`; None is no bound."""

    find: Callable[[datetime | None, datetime | None], Q]
    is_past: bool = True
    is_future: bool = False

    @property
    def operators(self) -> tuple[Operator, ...]:  # type: ignore[override]
        past = (Operator.LAST, Operator.AGO) if self.is_past else ()
        future = (Operator.NEXT, Operator.LATER) if self.is_future else ()
        return (Operator.DURING, *past, *future, Operator.SINCE, Operator.UNTIL)

    def q(self, operator: str, values: Values, asker: Asker) -> Q:
        return self.find(*self._span(operator, values, asker.at))

    def check(self, operator: str, values: Values) -> None:
        super().check(operator, values)
        self._span(operator, values, localtime())

    def _span(self, operator: str, values: Values, at: datetime) -> tuple[datetime | None, datetime | None]:
        try:
            match operator:
                case Operator.DURING:
                    begin, days, _label = PERIODS[values[0]]
                    first = begin(localtime(at).date())
                    return _midnight(first), _midnight(first + timedelta(days=days))
                case Operator.SINCE:
                    return _midnight(_day(values[0])), None
                case Operator.UNTIL:
                    return None, _midnight(_day(values[0]) + timedelta(days=1))
            away = length_of(values)
        except (ValueError, KeyError, IndexError):
            raise self.wrong(values) from None
        spans = {"last": (at - away, at), "ago": (None, at - away), "next": (at, at + away), "later": (at + away, None)}
        return spans[operator]

    def in_words(self, operator: str, values: Values) -> str:
        if operator == Operator.DURING:
            return str(PERIODS[values[0]][2]) if values[0] in PERIODS else values[0]
        try:
            is_day = operator in (Operator.SINCE, Operator.UNTIL)
            said = formats.date_format(_day(values[0])) if is_day else _length_in_words(values)
        except (ValueError, KeyError, IndexError):
            said = " ".join(values)
        return __("%(operator)s %(time)s") % {"operator": OPERATOR_LABELS[operator], "time": said}


def length_of(values: Values) -> timedelta:
    """The length that a number and a unit make. Raises ValueError, KeyError, IndexError for anything else."""
    number = int(values[0])
    if not 0 <= number <= NUMBER_MAX:
        raise ValueError(number)
    return number * UNITS[values[1]][0]


def _length_in_words(values: Values) -> str:
    return str(UNITS[values[1]][2] % {"count": int(values[0])})


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(text)
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), get_current_timezone())


def pattern(text: str) -> str:
    """A regular expression for a text in any letter case, ё as е, that both stores read alike."""
    return "".join(_letter(sign) for sign in " ".join(text.split()))


def _letter(sign: str) -> str:
    if sign in "еЕёЁ":
        return "[еЕёЁ]"
    lower, upper = sign.lower(), sign.upper()
    return f"[{lower}{upper}]" if lower != upper and len(lower) == len(upper) == 1 else re.escape(sign)


class Book:
    """All criteria that there are. Some are made of rows (custom fields), so a book is good for one page."""

    def __init__(self) -> None:
        self.modules = [import_module(name) for name in settings.VIEW_PARTS]

    @cached_property
    def fixed(self) -> dict[str, Criterion]:
        return {each.key: each for module in self.modules for each in module.CRITERIA}

    @cached_property
    def of_rows(self) -> dict[str, Criterion]:
        makers = [module.criteria_of_rows for module in self.modules if hasattr(module, "criteria_of_rows")]
        return {each.key: each for make in makers for each in make()}

    @property
    def criteria(self) -> dict[str, Criterion]:
        return {**self.fixed, **self.of_rows}

    def criterion(self, key: str) -> Criterion:
        """Raises UnknownCriterion. The rows are asked for only if the key is not one of the fixed ones."""
        found = self.fixed.get(key) or self.of_rows.get(key)
        if found is None:
            raise UnknownCriterion(key=key)
        return found


def compiled(tree: Tree, book: Book, asker: Asker) -> Q:
    """The Q of all rows for which the conditions hold. Raises UnknownCriterion, WrongCondition."""
    if "all" in tree:
        found = Q()
        for each in tree["all"]:
            found &= compiled(each, book, asker)
        return found
    if "any" in tree:
        found = Q()
        for each in tree["any"]:
            found |= compiled(each, book, asker)
        return found
    if not tree:
        return Q()
    criterion, operator, values = book.criterion(tree["if"]), tree["is"], tree["value"]
    if operator not in criterion.operators or not values:
        raise criterion.wrong(values)
    return criterion.q(operator, values, asker)


def check(tree: Tree, book: Book) -> None:
    """Raise UnknownCriterion or WrongCondition for conditions that nobody could have built."""
    leaves = list(leaves_of(tree))
    if len(leaves) > LEAVES_MAX:
        raise WrongCondition(label=_("Conditions"), value=str(len(leaves)))
    for leaf in leaves:
        book.criterion(leaf["if"]).check(leaf["is"], leaf["value"])


def leaves_of(tree: Tree) -> Iterable[Tree]:
    """Every leaf of the tree, in order."""
    if not tree:
        return
    branches = tree.get("all", tree.get("any"))
    if branches is None:
        yield tree
    for each in branches or ():
        yield from leaves_of(each)


def in_words(tree: Tree, book: Book) -> str:
    """Conditions as a person reads them; an empty text for none."""
    if "all" in tree:
        return __(" and ").join(in_words(each, book) for each in tree["all"])
    if "any" in tree:
        either = __(" or ").join(in_words(each, book) for each in tree["any"])
        return f"({either})" if len(tree["any"]) > 1 else either
    if not tree:
        return ""
    try:
        criterion = book.criterion(tree["if"])
    except UnknownCriterion:
        return __("“%(key)s”, which does not exist any more") % {"key": tree["if"]}
    words = {"label": criterion.label, "value": criterion.in_words(tree["is"], tree["value"])}
    return __("%(label)s: %(value)s") % words
