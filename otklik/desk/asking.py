"""The builder of a view's conditions: what was typed, as rows that a page shows and a form posts, without code.

A view asks for all, or for any, of its conditions; a group among them turns that round: any, or all, of the group's.
Each group has an empty row at its end, and there is an empty group at the end; a row without a criterion is no row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.lib.asking import (
    OPERATOR_LABELS,
    PERIODS,
    UNITS,
    Book,
    Choice,
    Criterion,
    Moment,
    Number,
    Operator,
    Tree,
    check,
)
from otklik.lib.errors import OtklikError

ALL, ANY = "all", "any"
OTHER = {ALL: ANY, ANY: ALL}
GROUPS_MAX, ROWS_MAX = 6, 10
WITH_LENGTH = (Operator.LAST, Operator.AGO, Operator.NEXT, Operator.LATER)


@dataclass(frozen=True)
class Row:
    """One condition as it is built. `prefix` begins the names of its fields; `criterion` is None in an empty row."""

    prefix: str
    criterion: Criterion | None = None
    operator: str = ""
    values: tuple[str, ...] = ()
    error: str = ""

    @property
    def leaf(self) -> Tree:
        key = self.criterion.key if self.criterion else ""
        return {"if": key, "is": self.operator, "value": list(self.values)}

    @property
    def key(self) -> str:
        return self.criterion.key if self.criterion else ""

    @property
    def operators(self) -> list[tuple[str, Any]]:
        return [(one.value, OPERATOR_LABELS[one]) for one in self.criterion.operators] if self.criterion else []

    @property
    def input(self) -> str:
        """What the value is entered by: "choices", "period", "length", "date", "number" or "text"."""
        if isinstance(self.criterion, Choice):
            return "choices"
        if isinstance(self.criterion, Moment):
            return (
                "length" if self.operator in WITH_LENGTH else "period" if self.operator == Operator.DURING else "date"
            )
        return "number" if isinstance(self.criterion, Number) else "text"

    @property
    def choices(self) -> list[tuple[str, Any, bool]]:
        offered = self.criterion.choices() if isinstance(self.criterion, Choice) else []
        return [(key, label, key in self.values) for key, label in offered]

    @property
    def chosen(self) -> str:
        return ", ".join(str(label) for _key, label, is_chosen in self.choices if is_chosen)

    @property
    def periods(self) -> list[tuple[str, Any]]:
        return [(key, label) for key, (_begin, _days, label) in PERIODS.items()]

    @property
    def units(self) -> list[tuple[str, Any]]:
        return [(key, label) for key, (_length, label, _said) in UNITS.items()]

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def unit(self) -> str:
        return self.values[1] if len(self.values) > 1 else ""


@dataclass(frozen=True)
class Group:
    """Rows that stand together; the first of a draft are the view's own, `number` 0."""

    number: int
    rows: list[Row]

    @property
    def leaves(self) -> list[Tree]:
        return [row.leaf for row in self.rows if row.criterion]


@dataclass(frozen=True)
class Draft:
    """Conditions as they are built: all or any, as `match` says, of the first group's and of the other groups."""

    match: str
    groups: list[Group]

    @property
    def other(self) -> str:
        return OTHER[self.match]

    @property
    def conditions(self) -> Tree:
        first, *others = self.groups
        nested = [{self.other: group.leaves} for group in others if group.leaves]
        return {self.match: [*first.leaves, *nested]}

    @property
    def whole(self) -> Tree:
        """The conditions but those in which nothing was entered yet."""
        groups = [replace(group, rows=[row for row in group.rows if row.value]) for group in self.groups]
        return replace(self, groups=groups).conditions

    @property
    def is_right(self) -> bool:
        return not any(row.error for group in self.groups for row in group.rows)


def draft_of(tree: Tree, book: Book) -> Draft:
    """The rows of kept conditions. A criterion that does not exist any more is left out, so that it can be saved."""
    match = ANY if ANY in tree else ALL
    parts = tree.get(match, [])
    own = [part for part in parts if "if" in part]
    nested = [part.get(ALL, part.get(ANY, [])) for part in parts if "if" not in part]
    return _draft(match, [[_kept(leaf, book) for leaf in leaves] for leaves in (own, *nested)])


def _kept(leaf: Tree, book: Book) -> Row:
    return Row("", book.criteria.get(leaf["if"]), leaf["is"], tuple(leaf["value"]))


def draft_from(posted: QueryDict, book: Book, *, is_checked: bool) -> Draft:
    """The rows as they were posted, without the one that was dropped; `is_checked`: with what is wrong in them."""
    match = posted.get("match", ALL)
    groups = [list(_posted(posted, number, book)) for number in range(GROUPS_MAX)]
    draft = _draft(match if match in OTHER else ALL, groups)
    return replace(draft, groups=[_checked(group, book) for group in draft.groups]) if is_checked else draft


def _draft(match: str, groups: list[list[Row]]) -> Draft:
    filled = [[row for row in rows if row.criterion] for rows in groups]
    kept = [filled[0], *(rows for rows in filled[1:] if rows)][:GROUPS_MAX]
    kept = [*kept, []][:GROUPS_MAX] if kept[0] else kept
    return Draft(match, [Group(number, _numbered(number, rows)) for number, rows in enumerate(kept)])


def _numbered(group: int, rows: list[Row]) -> list[Row]:
    every = [*rows, Row("")][:ROWS_MAX]
    return [replace(row, prefix=f"g{group}-{place}") for place, row in enumerate(every)]


def _posted(posted: QueryDict, group: int, book: Book) -> Iterator[Row]:
    for place in range(ROWS_MAX):
        prefix = f"g{group}-{place}"
        criterion = book.criteria.get(posted.get(f"{prefix}-if", ""))
        if criterion and prefix != posted.get("drop"):
            operator = posted.get(f"{prefix}-is", "")
            # Another criterion was chosen, and the operator is still the old one's.
            operator = operator if operator in criterion.operators else criterion.operators[0]
            row = Row(prefix, criterion, operator)
            yield replace(row, values=tuple(_values(posted, row)))


def _values(posted: QueryDict, row: Row) -> list[str]:
    """What was entered, if it was entered for this way of comparing: the fields of another one say nothing."""
    values = [each.strip() for each in posted.getlist(f"{row.prefix}-{row.input}") if each.strip()]
    if row.input == "length":
        return [values[0] if values else "", posted.get(f"{row.prefix}-unit", "days")]
    return values


def _checked(group: Group, book: Book) -> Group:
    return replace(group, rows=[replace(row, error=_wrong(row, book)) for row in group.rows])


def _wrong(row: Row, book: Book) -> str:
    if row.criterion is None:
        return ""
    if not row.value:
        return str(_("Choose or enter a value."))
    try:
        check(row.leaf, book)
    except OtklikError as refusal:
        return str(refusal)
    return ""
