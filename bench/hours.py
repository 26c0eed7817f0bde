"""Promises counted in working time: `python -m bench.hours` prints how many a second, and plain additions, as JSON.

An office's calendar with a lunch break, laid out over six years as the worker keeps it; promises of minutes to days.
"""

import json
import random
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

from otklik.calendars.hours import MICROSECOND, OpeningHours, micros, prepare

COUNT = 100_000
ROUNDS = 5
OFFICE = ((9 * 60, 13 * 60), (14 * 60, 18 * 60))


def rate(work: Callable[[], Iterable[object]]) -> float:
    """Results a second of one core, in the best of some rounds."""
    times = []
    for _round in range(ROUNDS):
        began = process_time()
        for _one in work():
            pass
        times.append(process_time() - began)
    return COUNT / min(times)


def main() -> None:
    hours = OpeningHours(ZoneInfo("Europe/Moscow"), (*[OFFICE] * 5, (), ()))
    laid_out = prepare(hours, date(2024, 1, 1), date(2029, 12, 31))
    chance, begin = random.Random(1), datetime(2026, 1, 1, tzinfo=UTC)
    asked = [
        (begin + timedelta(seconds=chance.randrange(365 * 86_400)), timedelta(seconds=chance.randrange(60, 72_000)))
        for _number in range(COUNT)
    ]
    whole = [(micros(start), length // MICROSECOND) for start, length in asked]
    rates = {
        "add": rate(lambda: (laid_out.add(start, length) for start, length in whole)),
        "due": rate(lambda: (laid_out.due(start, length) for start, length in asked)),
        "plain": rate(lambda: (start + length for start, length in asked)),
    }
    print(json.dumps(rates))


if __name__ == "__main__":
    main()
