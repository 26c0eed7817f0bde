"""When requests come: so many a working day, or a table of hours; by chance, and alike for the same seed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError

HOUR = timedelta(hours=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LINE = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?\s+(?P<begin>\d{1,2})-(?P<end>\d{1,2})\s+(?P<rate>\d+(?:\.\d+)?)"
)
# How a working day of an ordinary company goes, by the hour: it begins at eight, peaks before noon and after lunch.
SHAPE = {8: 4, 9: 10, 10: 13, 11: 13, 12: 9, 13: 8, 14: 11, 15: 11, 16: 9, 17: 6, 18: 3, 19: 2, 20: 1}
WEEKEND = 0.2  # of a working day's requests


class WrongArrivals(OtklikError):
    code = "wrong_arrivals"
    message = _("Line %(number)s, “%(line)s”: write days, hours and requests an hour, as in “mon-fri 9-18 5.5”.")


@dataclass(frozen=True)
class Arrivals:
    """Requests an hour on average, by (weekday from Monday 0, hour of the day); elsewhere none."""

    rates: Mapping[tuple[int, int], float]

    @classmethod
    def a_day(cls, count: float) -> Arrivals:
        """So many on each working day, a fifth of that at weekends, spread as people write."""
        whole = sum(SHAPE.values())
        shares = [1.0] * 5 + [WEEKEND] * 2
        return cls(
            {
                (day, hour): count * share * part / whole
                for day, share in enumerate(shares)
                for hour, part in SHAPE.items()
            }
        )

    @classmethod
    def read(cls, text: str) -> Arrivals:
        """A table: lines “mon-fri 9-18 5.5”, “sat 10-14 2”; later ones win, # begins a remark. Raises WrongArrivals."""
        rates: dict[tuple[int, int], float] = {}
        for number, line in enumerate(text.splitlines(), 1):
            said = line.partition("#")[0].strip().lower()
            if said:
                rates |= dict(_hours(said, number))
        return cls(rates)

    def moments(self, first: date, days: int, zone: ZoneInfo, chance: Random) -> Iterator[datetime]:
        """When they come, in order: a Poisson process whose rate is that of the hour."""
        for day in (first + timedelta(days=number) for number in range(days)):
            for hour in range(24):
                begin = datetime.combine(day, time(hour), zone)
                rate = self.rates.get((day.weekday(), hour), 0.0)
                yield from _within(begin, rate, chance)


def _within(begin: datetime, rate: float, chance: Random) -> Iterator[datetime]:
    passed = chance.expovariate(rate) if rate else 1.0  # of the hour
    while passed < 1.0:
        yield begin + passed * HOUR
        passed += chance.expovariate(rate)


def _hours(said: str, number: int) -> Iterator[tuple[tuple[int, int], float]]:
    found = LINE.fullmatch(said)
    days = [found["first"], found["last"] or found["first"]] if found else []
    if not found or not set(days) <= set(DAYS) or not int(found["begin"]) < int(found["end"]) <= 24:
        raise WrongArrivals(number=number, line=said)
    first, last = map(DAYS.index, days)
    for day in range(first, last + 1):
        for hour in range(int(found["begin"]), int(found["end"])):
            yield (day, hour), float(found["rate"])
