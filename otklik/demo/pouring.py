"""Many rows at once, each store by its quickest way: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Field, Max, Model

encode = json.JSONEncoder(ensure_ascii=False).encode


class Pool:
    """Rows for one table, kept until they are poured. Columns that are not named get their fields' defaults."""

    def __init__(self, model: type[Model], *names: str) -> None:
        self.model = model
        fields = {field.name: field for field in model._meta.concrete_fields}
        others = [field for name, field in fields.items() if name not in names and _wants_value(field)]
        self.columns = [str(field.column) for field in (*(fields[name] for name in names), *others)]
        self.defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in others)
        self.rows: list[Sequence[Any]] = []

    def add(self, *values: Any) -> None:
        self.rows.append((*values, *self.defaults))

    def pour(self) -> None:
        """Write the rows, as they stand: times by `stamper`, JSON by `as_json`."""
        quote = connection.ops.quote_name
        table, columns = quote(self.model._meta.db_table), ", ".join(map(quote, self.columns))
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in self.rows:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(self.columns))
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", self.rows)  # noqa: S608
        self.rows = []


def _wants_value(field: Field[Any, Any]) -> bool:
    return not (field.primary_key or field.generated or field.has_db_default())


def stamper() -> Callable[[datetime], Any]:
    """What makes a time in UTC one that the store takes; Django's own way asks more questions, a million times."""
    if connection.vendor == "sqlite":
        return lambda at: str(at.replace(tzinfo=None))
    return lambda at: at


def as_json(**facts: Any) -> str:
    return encode(facts)


def last_key(model: type[Model]) -> int:
    return int(model._default_manager.aggregate(last=Max("pk"))["last"] or 0)


def keep_counting(models: Iterable[type[Model]]) -> None:
    """Let the store number new rows after those that came with numbers of their own."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
