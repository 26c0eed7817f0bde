"""A list in columns, side by side: the first tickets of each, and how many each holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from otklik.lib.asking import Tree
from otklik.lib.keyset import cursor_of, first, horizon

from .listing import LOOKED_AT, Listing, counts, standing
from .models import Ticket

CARDS = 20  # of a column, at first and with each press on “more”


@dataclass(frozen=True)
class Column:
    """The first tickets that `listing` holds, the cursor that more follow, and their number as people read it."""

    listing: Listing
    rows: list[Ticket]
    next: str
    count: str


def columns(whole: Listing, leaves: Mapping[str, Tree]) -> dict[str, Column]:
    """A column for each condition, by its key. Four queries."""
    parts = {key: replace(whole, only=(*whole.only, leaf)) for key, leaf in leaves.items()}
    end = horizon(standing(whole.view), order=whole.order, looked_at=LOOKED_AT)
    arms = {
        key: first(part.tickets, order=whole.order, end=end).values("pk")[: CARDS + 1] for key, part in parts.items()
    }
    numbers = keys_of(arms)
    known = whole.shown(Ticket.objects.filter(pk__in=[pk for found in numbers.values() for pk in found])).in_bulk()
    said = counts(parts)
    return {
        key: _column(part, [known[pk] for pk in numbers[key] if pk in known], said[key]) for key, part in parts.items()
    }


def _column(listing: Listing, rows: list[Ticket], count: str) -> Column:
    more = len(rows) > CARDS
    return Column(listing, rows[:CARDS], cursor_of(rows[CARDS - 1], listing.order) if more else "", count)


def keys_of(arms: Mapping[str, QuerySet[Any]]) -> dict[str, list[int]]:
    """The keys of each arm’s rows, in their order: one query, since a union of Django’s own takes no limits."""
    found: dict[str, list[int]] = {key: [] for key in arms}
    parts, values = list[str](), list[Any]()
    for place, rows in enumerate(arms.values()):
        try:
            sql, given = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {place} AS place, pk FROM ({sql}) AS arm{place}")  # noqa: S608 Django’s own SQL
        values += given
    if parts:
        keys = list(arms)
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            for place, pk in cursor.fetchall():
                found[keys[place]].append(pk)
    return found
