"""Paging by the last row seen: a page costs the same wherever it lies, and does not shift when rows are added."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from .errors import OtklikError

Row = TypeVar("Row", bound=Model)


class BadCursor(OtklikError):
    code = "bad_cursor"
    message = _("This page address is damaged. Begin from the first page.")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursor that the next ones follow; "" on the last page."""

    rows: list[Row]
    next: str
    is_cut: bool = False  # it has fewer rows than it could: it was looked for no further, and goes on from `next`


def page(
    queryset: QuerySet[Row],
    *,
    order: tuple[str, ...],
    cursor: str = "",
    size: int = 50,
    among: QuerySet[Row] | None = None,
    looked_at: int = 0,
) -> Page[Row]:
    """One page of `queryset` in descending order of the columns `order`, the last of which must be unique.

    A column with a plus before its name ascends. With `among`, rows that `queryset` is a part of and that an index
    has in this order, no more of them than `looked_at` are looked at: a page costs no more however rare its rows are.
    Raises BadCursor for a cursor that is not one of these columns' values.
    """
    end = _beyond_which(among, order, cursor, looked_at) if among is not None else ""
    if cursor:
        queryset = queryset.filter(_beyond(order, _decode(cursor, queryset.model, order)))
    if end:
        queryset = queryset.filter(_until(order, _decode(end, queryset.model, order)))
    rows = list(_sorted(queryset, order)[: size + 1])
    more = len(rows) > size
    return Page(rows[:size], cursor_of(rows[size - 1], order) if more else end, is_cut=bool(end) and not more)


def _sorted(queryset: QuerySet[Row], order: tuple[str, ...]) -> QuerySet[Row]:
    return queryset.order_by(*(_name(column) if _ascends(column) else f"-{column}" for column in order))


def _beyond_which(among: QuerySet[Row], order: tuple[str, ...], cursor: str, looked_at: int) -> str:
    """The cursor of the last row to look at; an empty one if the end comes before. The index alone knows."""
    if cursor:
        among = among.filter(_beyond(order, _decode(cursor, among.model, order)))
    last = _sorted(among, order).values_list(*(_name(column) for column in order))[looked_at - 1 : looked_at].first()
    return _encode(last) if last else ""


def first(queryset: QuerySet[Row], *, order: tuple[str, ...], end: str, cursor: str = "") -> QuerySet[Row]:
    """The rows of `queryset` in their order, those beyond `cursor` and not beyond `end`; "" is no limit."""
    if cursor:
        queryset = queryset.filter(_beyond(order, _decode(cursor, queryset.model, order)))
    if end:
        queryset = queryset.filter(_until(order, _decode(end, queryset.model, order)))
    return _sorted(queryset, order)


def horizon(among: QuerySet[Row], *, order: tuple[str, ...], looked_at: int) -> str:
    """The cursor of the last row of so many; empty if there are not so many."""
    return _beyond_which(among, order, "", looked_at)


def cursor_of(row: Model, order: tuple[str, ...]) -> str:
    """The cursor that the rows after this one follow."""
    return _encode([getattr(row, _name(column)) for column in order])


def neighbour(
    queryset: QuerySet[Row], *, order: tuple[str, ...], cursor: str, back: bool = False, **looked: Any
) -> Row | None:
    """The row that stands next to a cursor's, whether or not that one is still there; None at the end.

    `looked` is as for `page`. Raises BadCursor.
    """
    towards = tuple(_turned(column) for column in order) if back else order
    return next(iter(page(queryset, order=towards, cursor=cursor, size=1, **looked).rows), None)


def _turned(column: str) -> str:
    return _name(column) if _ascends(column) else f"+{column}"


def _name(column: str) -> str:
    return column.removeprefix("+")


def _ascends(column: str) -> bool:
    return column.startswith("+")


def _beyond(order: tuple[str, ...], values: list[Any], *, itself: bool = False) -> Q:
    """Rows that come after these values; or have them, if `itself`."""
    beyond, names = Q(), [_name(column) for column in order]
    past = [f"{_name(column)}__{'gt' if _ascends(column) else 'lt'}" for column in order]
    for depth, compared in enumerate(past):
        same = dict(zip(names[:depth], values, strict=False))
        is_last = depth == len(past) - 1
        beyond |= Q(**same, **{f"{compared}e" if itself and is_last else compared: values[depth]})
    # Said again for the first column alone: both stores find the start in the index by it.
    return Q(**{f"{past[0]}e": values[0]}) & beyond


def _until(order: tuple[str, ...], values: list[Any]) -> Q:
    """Rows that do not come after these values."""
    return _beyond(tuple(_turned(column) for column in order), values, itself=True)


def _encode(values: Iterable[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decode(cursor: str, model: type[Model], order: tuple[str, ...]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(order):
            raise BadCursor
        return [_value(_column(model, _name(name)), value) for name, value in zip(order, values, strict=True)]
    except (ValueError, TypeError, ValidationError, OverflowError, RecursionError) as fault:
        raise BadCursor from fault


def _value(column: Field[Any, Any], plain: Any) -> Any:
    value = column.to_python(plain)
    if value is None:
        raise BadCursor
    # The store wants UTC, in which the ends of the calendar do not exist for everybody.
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _column(model: type[Model], name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", model._meta.get_field(name))
