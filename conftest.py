"""What holds for every test."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from django.db import connection, connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import SimpleTestCase

from otklik.lib.remembered import forget_all
from tests import stores
from tests.chromium import chromium

COPIED = stores.FOLDER in os.environ


@pytest.fixture(autouse=True, scope="class")
def _nothing_is_remembered_of_other_classes() -> None:
    """Before a class makes its rows, too."""
    forget_all()


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    """The rows of one test are taken back, and the next one makes others under the same keys and versions.

    Within a test nothing is forgotten by time: a busy machine would ask once more, and queries are counted.
    """
    forget_all()
    with mock.patch("otklik.lib.remembered.monotonic", return_value=0.0):
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks the store: the rest says on PostgreSQL what it has said already, and need not run there."""
    for item in items:
        case = getattr(item, "cls", None)
        if not (isinstance(case, type) and issubclass(case, SimpleTestCase) and not case.databases):
            item.add_marker("store")


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Close the browser before a test that needs none: its driver keeps an event loop in this thread."""
    if nextitem is None or not nextitem.get_closest_marker("browser"):
        chromium.close()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """Whether Django finds the test's store as it should be."""
    return COPIED or django_db_keepdb


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """Put a migrated copy where Django looks for its test database."""
    if not COPIED:
        yield
    elif connection.vendor == "sqlite":
        stores.copy_store(Path(connection.settings_dict["TEST"]["NAME"]))
        yield
    else:
        url = os.environ["OTKLIK_TEST_DATABASE_URL"]
        name = f"test_{connection.settings_dict['NAME']}"
        stores.copy_database(f"{url.rpartition('/')[0]}/{name}")
        yield
        connections.close_all()
        stores.on_server(url, f"DROP DATABASE {name}")


@pytest.fixture(autouse=True, scope="session")
def _emptied_quickly() -> Iterator[None]:
    """Empty PostgreSQL's tables row by row: TRUNCATE makes a new file for each table and index, and few have rows."""

    def deletes(self: DatabaseOperations, _style: object, tables: list[str], **_options: bool) -> list[str]:
        return [f"DELETE FROM {self.quote_name(table)};" for table in tables]  # noqa: S608 our tables

    with mock.patch.object(DatabaseOperations, "sql_flush", deletes):
        yield
