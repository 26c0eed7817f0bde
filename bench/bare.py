"""The same rows written by the store's bare driver: what a mail and a reply cost before we do anything.

    python -m bench.bare SECONDS

takes the rows of the newest mail and of a reply as patterns and prints JSON: how many such sets of transactions the
store commits a second as `mail` and `reply`, and the processor's milliseconds for the worker's part of a mail as
`mail_processor`.
"""

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

# Columns that differ in every row, or come of themselves.
FRESH = {"digest", "value", "external_id"}
LEFT_OUT = {"id", "tx", "is_open", "message_id"}
RAW = "tickets_rawmessage"
MAIL = ("clients_person", "clients_address", "tickets_ticket", "tickets_message", *("journal_event",) * 3)
REPLY = ("tickets_message", *("journal_event",) * 2)


def pattern(table: str) -> tuple[str, list[Any], list[int]]:
    """An INSERT for one row like the newest of the table, its values, and which of them must be fresh."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id DESC LIMIT 1")
        row = cursor.fetchone()
        names = [column[0] for column in cursor.description]
    left_out = LEFT_OUT - ({"message_id"} if table == "tickets_delivery" else set())
    kept = [place for place, name in enumerate(names) if name not in left_out]
    mark = "?" if connection.vendor == "sqlite" else "%s"
    columns, marks = ", ".join(names[place] for place in kept), ", ".join(mark for _ in kept)
    fresh = [number for number, place in enumerate(kept) if names[place] in FRESH]
    values = [json.dumps(row[place]) if isinstance(row[place], dict) else row[place] for place in kept]
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})", values, fresh


def writer(*tables: str, synced: bool = True) -> Callable[[], None]:
    """One transaction with a row for each table."""
    patterns = [pattern(table) for table in tables]
    driver = connection.connection
    level = "FULL" if synced else "NORMAL"

    def write() -> None:
        cursor = driver.cursor()
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA synchronous={level}")
            cursor.execute("BEGIN IMMEDIATE")
        else:
            cursor.execute("BEGIN")
        for statement, values, fresh in patterns:
            for place in fresh:
                values[place] = secrets.token_hex(32)
            cursor.execute(statement, values)
        cursor.execute("COMMIT")

    return write


def rate(seconds: float, *writes: Callable[[], None]) -> float:
    count, began = 0, time.monotonic()
    while time.monotonic() - began < seconds:
        for write in writes:
            write()
        count += 1
    return count / (time.monotonic() - began)


@contextmanager
def taken_back(*tables: str) -> Iterator[None]:
    """Leave the tables as they were. Thousands of addresses of one person would be on each page of their tickets."""
    with connection.cursor() as cursor:
        last = {}
        for table in tables:
            cursor.execute(f"SELECT max(id) FROM {table}")
            last[table] = cursor.fetchone()[0]
        yield
        for table in reversed(last):
            cursor.execute(f"DELETE FROM {table} WHERE id > %s", [last[table]])


def main(seconds: float) -> None:
    connection.ensure_connection()
    with taken_back(RAW, *MAIL):
        # As the programs do it: intake flushes the raw bytes to the disk, the worker what came of them only in time.
        mail = rate(seconds, writer(RAW), writer(*MAIL, synced=False))
        reply = rate(seconds, writer(*REPLY))
        began = time.process_time()
        of_worker = rate(seconds, writer(*MAIL, synced=False)) * seconds
        processor = (time.process_time() - began) * 1000 / of_worker
    print(json.dumps({"mail": mail, "reply": reply, "mail_processor": processor}))


if __name__ == "__main__":
    main(float(sys.argv[1]))
