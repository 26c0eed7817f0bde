"""A report as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .report import Report

BAR = 30  # characters of the longest


def lines(report: Report) -> Iterator[str]:
    yield f"{report.requests} requests; {report.unanswered} of them were not answered by a person."
    yield from table(
        ("agreement", "promise", "kept", "late", "%"),
        [(one.agreement, one.promise, one.in_time, one.late, one.percent) for one in report.kept],
    )
    longest = max((one.half_minutes for one in report.waiting), default=0) or 1
    yield from table(
        ("hour", "requests", "half within, min", "90 % within, min", ""),
        [
            (
                f"{one.hour:02}–{one.hour + 1:02}",
                one.requests,
                one.half_minutes,
                one.most_minutes,
                "█" * round(BAR * one.half_minutes / longest),
            )
            for one in report.waiting
        ],
    )
    yield from table(
        ("who", "answers", "calls", "hours of work", "% of their time"),
        [(one.name, one.answers, one.calls, one.hours, one.percent) for one in report.load],
    )
    yield from table(("escalation", "times"), report.escalations.items())
    yield from table(
        ("latest", "promise", "due", "over, min", "because"),
        [(f"#{one.ticket}", one.promise, one.due, one.over_minutes, one.why) for one in report.latest],
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Columns of one width each, numbers to the right; nothing without rows."""
    told = [tuple(map(str, row)) for row in rows]
    if not told:
        return
    widths = [max(map(len, column)) for column in zip(heads, *told, strict=True)]
    yield ""
    for row in (heads, *told):
        cells = zip(row, widths, strict=True)
        yield "  ".join(cell.rjust(width) if _is_number(cell) else cell.ljust(width) for cell, width in cells).rstrip()


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).isdecimal()
