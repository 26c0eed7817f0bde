"""Tables for spreadsheet programs."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

# A cell that begins so is a formula to such a program, and may send away what else the table holds (CWE-1236).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe(cell: Any) -> str:
    """The text of a cell, a formula to no program; numbers stay numbers."""
    text = "" if cell is None else str(cell)
    is_number = isinstance(cell, int | float)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) and not is_number else text


def csv_of(rows: Iterable[Sequence[Any]]) -> str:
    """The rows as Excel opens them by a double click in Russia: semicolons, and a mark that says UTF-8."""
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows([safe(cell) for cell in row] for row in rows)
    return "\ufeff" + written.getvalue()
