"""What holds for every test."""

import pytest
from django.test import SimpleTestCase

from otklik.lib.remembered import forget_all


@pytest.fixture(autouse=True, scope="class")
def _nothing_is_remembered_of_other_classes() -> None:
    """Before a class makes its rows, too."""
    forget_all()


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    """The rows of one test are taken back, and the next one makes others under the same keys and versions."""
    forget_all()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks the store: the rest says on PostgreSQL what it has said already, and need not run there."""
    for item in items:
        case = getattr(item, "cls", None)
        if not (isinstance(case, type) and issubclass(case, SimpleTestCase) and not case.databases):
            item.add_marker("store")
