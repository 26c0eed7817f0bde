"""A report as lines for a terminal, in the language that is active."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .report import Report

BAR = 30  # characters of the longest


def lines(report: Report) -> Iterator[str]:
    yield from summary(report)
    yield from table(
        (_("agreement"), _("promise"), _("in time"), _("late"), "%"),
        [(one.agreement, one.promise, one.in_time, one.late, one.percent) for one in report.kept],
    )
    longest = max((one.half_minutes for one in report.waiting), default=0) or 1
    yield from table(
        (_("hour"), _("requests"), _("half within, min"), _("nine tenths within, min"), ""),
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
        (_("who"), _("answers"), _("calls"), _("hours of work"), _("of their time, %")),
        [(one.name, one.answers, one.calls, one.hours, one.percent) for one in report.load],
    )
    yield from table((_("escalation"), _("times")), report.escalations.items())
    yield from table(
        (_("latest"), _("promise"), _("due"), _("over, min"), _("because")),
        [(f"#{one.ticket}", one.promise, one.due, one.over_minutes, one.why) for one in report.latest],
    )


def summary(report: Report) -> Iterator[str]:
    """How many came, and how many of them nobody answered."""
    count = report.requests
    yield ngettext("%(count)s request came.", "%(count)s requests came.", count) % {"count": count}
    if count := report.unanswered:
        yield ngettext("%(count)s was not answered by a person.", "%(count)s were not answered by a person.", count) % {
            "count": count
        }
    if count := report.still_open:
        yield ngettext(
            "%(count)s was still open at the end, and not late.",
            "%(count)s were still open at the end, and not late.",
            count,
        ) % {"count": count}


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
