"""A store that was laid at once against one that Django made step by step."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.test import TestCase

from tests.stores import on_server

# What a store is made of, in rows that do not depend on the order of making.
ASKED = {
    "sqlite": [
        """SELECT t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk
           FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'""",
        "SELECT type, name, sql FROM sqlite_master WHERE type != 'table'",
        'SELECT t.name, f."table", f."from", f."to" FROM sqlite_master t, pragma_foreign_key_list(t.name) f',
    ],
    "postgresql": [
        """SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity
           FROM information_schema.columns WHERE table_schema = 'public'""",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
           FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    ],
}


def described(store: BaseDatabaseWrapper) -> list[set[tuple[object, ...]]]:
    with store.cursor() as cursor:
        rows = []
        for question in ASKED[store.vendor]:
            cursor.execute(question)
            rows.append(set(cursor.fetchall()))
    checks = {
        (table, name, tuple(found["columns"]))
        for table in store.introspection.table_names()
        for name, found in store.introspection.get_constraints(store.cursor(), table).items()
        if found["check"] or found["unique"]
    }
    return [*rows, checks]


@contextmanager
def stepwise() -> Iterator[BaseDatabaseWrapper]:
    """A store of its own that Django's own command made."""
    name = f"otklik_stepwise_{os.getpid()}" if connection.vendor == "postgresql" else ":memory:"
    connections.settings["stepwise"] = connections.settings["default"] | {"NAME": name}
    if server := os.environ.get("OTKLIK_TEST_DATABASE_URL"):
        on_server(server, f"CREATE DATABASE {name}")
    try:
        call_command(migrate.Command(), database="stepwise", verbosity=0, skip_checks=True)
        yield connections["stepwise"]
    finally:
        connections["stepwise"].close()
        del connections["stepwise"], connections.settings["stepwise"]
        if server:
            on_server(server, f"DROP DATABASE {name}")


class LayingTests(TestCase):
    def test_a_store_laid_at_once_is_what_the_migrations_make(self) -> None:
        both = mock.patch.object(LayingTests, "databases", {"default", "stepwise"})
        with both, stepwise() as other:
            for laid, made in zip(described(connection), described(other), strict=True):
                self.assertEqual(laid, made)
                self.assertTrue(made)
            self.assertEqual(
                set(MigrationRecorder(connection).applied_migrations()),
                set(MigrationRecorder(other).applied_migrations()),
            )
