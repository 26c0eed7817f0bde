"""What holds for every test."""

import pytest

from otklik.lib.remembered import forget_all


@pytest.fixture(autouse=True, scope="class")
def _nothing_is_remembered_of_other_classes() -> None:
    """Before a class makes its rows, too."""
    forget_all()


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    """The rows of one test are taken back, and the next one makes others under the same keys and versions."""
    forget_all()
