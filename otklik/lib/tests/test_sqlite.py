"""Two who write to one store in a file."""

import sqlite3
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from django.db import OperationalError
from django.test import SimpleTestCase

from otklik.lib.sqlite.base import LOOK_EVERY, DatabaseWrapper

PATIENCE = 0.2


class WaitingTests(SimpleTestCase):
    databases = {"default"}  # its connections bear that name, and lead to a store of their own

    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "store"
        self.other = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self.addCleanup(self.other.close)
        self.other.executescript("PRAGMA journal_mode=WAL; CREATE TABLE mail (number int)")

    def wrapper(self, timeout: float = PATIENCE) -> DatabaseWrapper:
        options = {"transaction_mode": "IMMEDIATE", "timeout": timeout}
        settings = {"NAME": self.path, "OPTIONS": options, "AUTOCOMMIT": True, "CONN_MAX_AGE": None}
        settings |= {"ATOMIC_REQUESTS": False, "CONN_HEALTH_CHECKS": False, "TIME_ZONE": None}
        wrapper = DatabaseWrapper(settings)
        self.addCleanup(wrapper.close)
        wrapper.ensure_connection()
        return wrapper

    def test_whoever_waits_looks_often_and_goes_on_as_soon_as_the_store_is_free(self):
        waiting = self.wrapper(timeout=20)
        self.other.execute("BEGIN IMMEDIATE")
        sleeps = []

        def sleep(seconds: float) -> None:
            sleeps.append(seconds)
            if len(sleeps) == 30:
                self.other.execute("COMMIT")

        with mock.patch("otklik.lib.sqlite.base.time.sleep", sleep):
            waiting.cursor().execute("INSERT INTO mail VALUES (%s)", [1])
        self.assertEqual(sleeps, [LOOK_EVERY] * 30)
        # Nor does SQLite sleep in between.
        self.assertEqual(waiting.cursor().execute("PRAGMA busy_timeout").fetchone(), (0,))

    def test_every_way_to_write_waits_and_not_for_ever(self):
        waiting = self.wrapper()
        self.other.execute("BEGIN IMMEDIATE")
        ways = (
            waiting._start_transaction_under_autocommit,
            lambda: waiting.cursor().execute("DELETE FROM mail WHERE number = %s", [1]),
            lambda: waiting.cursor().execute("DELETE FROM mail"),
        )
        for number, way in enumerate(ways):
            began = time.monotonic()
            with self.subTest(number), self.assertRaisesMessage(OperationalError, "database is locked"):
                way()
            self.assertGreater(time.monotonic() - began, PATIENCE)
        with self.assertRaisesMessage(sqlite3.OperationalError, "database is locked"):
            waiting.connection.execute("DELETE FROM mail WHERE number = ?", (1,))

    def test_what_no_waiting_mends_is_told_at_once(self):
        late = self.wrapper(timeout=20)
        late.cursor().execute("BEGIN DEFERRED")
        late.cursor().execute("SELECT * FROM mail").fetchall()
        self.other.execute("INSERT INTO mail VALUES (1)")
        began = time.monotonic()
        for statement in ("INSERT INTO mail VALUES (2)", "INSERT INTO nothing VALUES (2)"):
            with self.subTest(statement), self.assertRaises(OperationalError):
                late.cursor().execute(statement)
        self.assertLess(time.monotonic() - began, 10)
