"""How people type how long something took, and read it."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from otklik.calendars.writing import length_text

from .errors import BadDuration, OddDuration

LONGEST = 24 * 60  # minutes that can be written down at once
CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])")
PART = re.compile(r"([0-9]{1,5}(?:[.,][0-9]{1,3})?)\s*([a-zа-яё]*)\.?\s*")  # cyrillic: units that are typed in Russian
HOURS = re.compile(r"h|hrs?|hours?|ч|час(?:а|ов)?")  # cyrillic: as above
MINUTES = re.compile(r"m|mins?|minutes?|м|мин|минут[ауы]?")  # cyrillic: as above


def read_minutes(text: str) -> int:
    """How many minutes were typed, in Russian or English, whatever the language of the page.

    “1:30”, “90”, “90 min”, “1 h 30 min”, “1h30”, “1.5 h” with a point or a comma. Raises BadDuration, OddDuration.
    """
    plain = " ".join(text.lower().split())
    clock = CLOCK.fullmatch(plain)
    minutes = Decimal(60 * int(clock[1]) + int(clock[2])) if clock else _sum(plain)
    whole = int(minutes.quantize(Decimal(1), ROUND_HALF_UP))
    if not 0 < whole <= LONGEST:
        raise OddDuration
    return whole


def _sum(plain: str) -> Decimal:
    """Hours, then minutes, either alone; a whole number without a unit is of minutes."""
    parts = PART.findall(plain)
    if PART.sub("", plain) or not 1 <= len(parts) <= 2:
        raise BadDuration(text=plain)
    sorts, total = "", Decimal()
    for number, unit in parts:
        amount = Decimal(number.replace(",", "."))
        if HOURS.fullmatch(unit):
            sorts, total = sorts + "h", total + 60 * amount
        elif MINUTES.fullmatch(unit) or (not unit and amount == amount.to_integral_value()):
            sorts, total = sorts + "m", total + amount
        else:
            raise BadDuration(text=plain)
    if sorts not in ("h", "m", "hm"):
        raise BadDuration(text=plain)
    return total


def in_words(minutes: int) -> str:
    """“26 h 5 min”: hours however many, never days, which are of no certain length."""
    return length_text(timedelta(minutes=minutes), day=timedelta.max)
