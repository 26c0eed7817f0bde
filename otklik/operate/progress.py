"""Saying on the terminal what is being done."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Say on stderr what is being done and how long it took."""
    sys.stderr.write(f"otklik: {what} … ")
    sys.stderr.flush()
    start = time.monotonic()
    yield
    sys.stderr.write(f"{time.monotonic() - start:.1f} s\n")
