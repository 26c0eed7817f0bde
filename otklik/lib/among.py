"""A thousand rows in one question: what Django would take longer over than the store does."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import FloatField, Func
from django.db.models.expressions import RawSQL

DAY = 86_400  # seconds


def among(keys: Iterable[int]) -> RawSQL:
    """Many keys as one value: `filter(pk__in=among(keys))`."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(keys))])


class Days(Func):
    """When something was, in days since 1970: a number, since a time has to be read letter by letter on SQLite."""

    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, **more | {"template": "(julianday(%(expressions)s) - 2440587.5)"})

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(
            compiler, connection, **more | {"template": f"(extract(epoch FROM %(expressions)s)::float8 / {DAY})"}
        )
