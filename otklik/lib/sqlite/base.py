"""Django's SQLite, but whoever waits for the store looks often whether it is free; docs/decisions/0023.

SQLite has one writer at a time. Whoever comes meanwhile it lets sleep longer and longer, up to a tenth of a second, and
that one misses the moment while others come and go. Where intake, web and a dozen threads of a worker write, most of
the time went by asleep, with the store free.
"""

import sqlite3
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.backends.sqlite3 import base

Answer = TypeVar("Answer")

LOOK_EVERY = 0.001  # seconds


def when_free(ask: Callable[[], Answer], patience: float) -> Answer:
    """What the store answers, once nobody else writes. Raises the driver's error when so many seconds are over."""
    until = time.monotonic() + patience
    while True:
        try:
            return ask()
        except sqlite3.OperationalError as fault:
            # Only this goes by. That another wrote since a transaction began to read, for instance, does not.
            if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(LOOK_EVERY)


class Connection(sqlite3.Connection):
    """The driver's; `timeout` is how many seconds it waits for others, in this way."""

    def __init__(self, database: Any, *, timeout: float, **options: Any) -> None:
        self.patience = timeout
        super().__init__(database, timeout=0, **options)

    def execute(self, *asked: Any) -> sqlite3.Cursor:
        return when_free(lambda: super(Connection, self).execute(*asked), self.patience)


class Cursor(base.SQLiteCursorWrapper):
    """Waits for others, too, but for `executemany`, which is at home in a transaction that has begun."""

    connection: Connection

    def execute(self, query: str, params: Any = None) -> Any:
        return when_free(lambda: super(Cursor, self).execute(query, params), self.connection.patience)


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        return {"timeout": 5.0, **super().get_connection_params(), "factory": Connection}

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)
