"""Days off of Russia’s regions, besides the federal ones: what `regions.toml` knows, with its sources."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("regions.toml")
FRIDAY = 4
NEXT_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Region:
    """See the head of regions.toml. `every` has (month, day, name), `announced` the known dates by name."""

    key: str
    name: str
    moves: bool
    every: tuple[tuple[int, int, str], ...]
    announced: dict[str, tuple[date, ...]]
    sources: tuple[str, ...]

    def holidays(self, year: int) -> dict[date, str]:
        """The days themselves, by date."""
        return dict(sorted(self._dated(year)))

    def _dated(self, year: int) -> Iterator[tuple[date, str]]:
        yield from ((date(year, month, day), name) for month, day, name in self.every)
        yield from ((day, name) for name, days in self.announced.items() for day in days if day.year == year)

    def moved(self, year: int, is_off: Callable[[date], bool]) -> dict[date, str]:
        """The working days that are free instead of a holiday that fell on a weekend, each with that holiday’s name.

        `is_off` answers for a date whether the whole country has it off.
        """
        own = self.holidays(year)
        instead: dict[date, str] = {}
        for day, name in own.items() if self.moves else ():
            if day.weekday() <= FRIDAY:
                continue
            while is_off(day) or day.weekday() > FRIDAY or day in own or day in instead:
                day += NEXT_DAY
            instead[day] = name
        return instead

    def unknown(self, year: int) -> list[str]:
        """The days that are announced every year, and whose date in this year is not known."""
        return [name for name, days in self.announced.items() if not any(day.year == year for day in days)]


@cache
def regions() -> dict[str, Region]:
    """All of them by key, in the order of their names."""
    rows = tomllib.loads(DATA.read_text("utf-8")).items()
    return {key: _region(key, row) for key, row in sorted(rows, key=lambda row: str(row[1]["name"]))}


def choices() -> list[tuple[str, str]]:
    return [(key, region.name) for key, region in regions().items()]


def _region(key: str, row: dict[str, object]) -> Region:
    every: dict[str, str] = row.get("every", {})  # type: ignore[assignment]
    announced: dict[str, list[str]] = row.get("announced", {})  # type: ignore[assignment]
    return Region(
        key=key,
        name=str(row["name"]),
        moves=bool(row["moves"]),
        every=tuple((int(day[:2]), int(day[3:]), name) for day, name in every.items()),
        announced={name: tuple(date.fromisoformat(day) for day in days) for name, days in announced.items()},
        sources=tuple(row["sources"]),  # type: ignore[arg-type]
    )
