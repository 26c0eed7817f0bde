"""What the administrator set, kept in memory: the way of a mail asks for it at no cost.

A process looks anew once a second. Whoever changes a setting forgets at once what this process remembers, and lets the
tickets that came in meanwhile be swept up, see Assignment.sweep_at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from otklik.lib.remembered import Briefly
from otklik.lib.rulebook import Book, rulebook

from .models import Assignment, Route

FRESH_SECONDS = 1.0


@dataclass(frozen=True)
class Setup:
    """The routes in use, in order, with the book to judge them by; the teams that say something about assignment."""

    routes: tuple[Route, ...]
    book: Book | None
    ways: Mapping[int, Assignment]

    @property
    def keeps_watch(self) -> bool:
        """Whether any ticket may have to wait for somebody."""
        return bool(self.routes) or any(way.keeps_watch for way in self.ways.values())


def _read() -> Setup:
    routes = tuple(Route.objects.active().select_related("team").prefetch_related("skills"))
    ways = {way.pk: way for way in Assignment.objects.select_related("team__calendar")}
    return Setup(routes, rulebook() if routes else None, ways)


setup = Briefly(FRESH_SECONDS, _read)
