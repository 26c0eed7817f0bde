"""For all tests: what a process keeps in memory of rows is forgotten between tests, as the rows are."""

import pytest

from otklik.calendars import models as calendars


@pytest.fixture(autouse=True)
def _forget_rows() -> None:
    calendars._laid_out.cache_clear()
