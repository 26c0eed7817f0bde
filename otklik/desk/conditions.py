"""Conditions of rules and routes as they are built of rows: as a page shows them and a form posts them.

There are two lists, all of the one and any of the other. Each has an empty row at its end; a row whose part was not
chosen is no row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from otklik.lib.errors import OtklikError
from otklik.lib.judging import Tree, check_tree
from otklik.lib.rulebook import Book
from otklik.lib.ruling import OPERATOR_LABELS, OPERATORS, Condition, ValueKind

ROWS_MAX = 30
ALL, ANY = "all", "any"


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
class Asked:
    """All rows of conditions; `kept` are conditions deeper than the builder can show, which stay as they are."""

    all: list[Row]
    any: list[Row]
    kept: Tree | None = None

    @property
    def conditions(self) -> Tree:
        if self.kept is not None:
            return self.kept
        either = [row.leaf for row in self.any if row.part]
        return {ALL: [row.leaf for row in self.all if row.part] + ([{ANY: either}] if either else [])}

    @property
    def is_right(self) -> bool:
        return not any(row.error for row in (*self.all, *self.any))


def asked_of(conditions: Tree, book: Book) -> Asked:
    """The rows of conditions as they are kept. A part that does not exist any more is left out."""
    kept = deep(conditions)
    leaves = conditions.get(ALL, []) if kept is None else []
    plain = [leaf for leaf in leaves if "if" in leaf]
    either: list[Tree] = next((leaf[ANY] for leaf in leaves if ANY in leaf), [])
    return Asked(_rows(ALL, plain, book), _rows(ANY, either, book), kept)


def asked_from(posted: Mapping[str, str], conditions: Tree, book: Book, *, is_checked: bool) -> Asked:
    """The rows as they were posted, without the one that was dropped; `is_checked`: with what is wrong in them."""
    every, either = (
        _rows(branch, list(_posted_leaves(posted, branch)), book, is_checked=is_checked) for branch in (ALL, ANY)
    )
    return Asked(every, either, deep(conditions))


def deep(conditions: Tree) -> Tree | None:
    """Conditions that are more than the builder shows; None if they are not."""
    return conditions if conditions and not _fits(conditions) else None


def _fits(tree: Tree) -> bool:
    """Whether conditions are what the builder makes: leaves of which all hold, and at most one list of “any”."""
    leaves = tree.get(ALL, [])
    lists = [leaf for leaf in leaves if "if" not in leaf]
    return ALL in tree and len(lists) <= 1 and all("if" in leaf for one in lists for leaf in one.get(ANY, [{}]))


def _posted_leaves(posted: Mapping[str, str], branch: str) -> Iterator[Tree]:
    for prefix in prefixes(posted, branch):
        if key := posted.get(f"{prefix}-if"):
            yield {"if": key, "is": posted.get(f"{prefix}-is", ""), "value": posted.get(f"{prefix}-value", "").strip()}


def prefixes(posted: Mapping[str, str], branch: str) -> Iterator[str]:
    """What the names of the fields of each posted row begin with."""
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
    return Row(prefix, part, leaf, wrong(check_tree, leaf, book) if is_checked else "")


def wrong(check: Any, what: Any, book: Book) -> str:
    """What a person is told of a part that cannot be; empty if it can."""
    try:
        check(what, book)
    except OtklikError as refusal:
        return str(refusal)
    return ""
