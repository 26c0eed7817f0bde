"""How people write hours of a day and lengths of time, and read them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .hours import AROUND_THE_CLOCK, CLOSED, DAY_MINUTES, Spans, check_spans

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONGEST = timedelta(days=366)  # no promise reaches further
TIME = r"(\d{1,2})(?:[:.](\d\d))?"
SPAN = re.compile(rf"{TIME}\s*[-–—]\s*{TIME}")
PART = re.compile(r"(\d{1,4})\s*([a-zа-яё]+)\.?", re.IGNORECASE)  # cyrillic: units that are typed in Russian
# What each unit is typed as, by its first letter or two; in Russian too, whatever the language of the page.
UNITS = {"d": "d", "д": "d", "h": "h", "ч": "h", "m": "min", "м": "min"}  # cyrillic: as above
ALWAYS = ("24", "24/7", "0-24")


def hours_text(spans: Spans) -> str:
    """“9:00–13:00, 14:00–18:00”; empty for a day off."""
    return ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in spans)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def read_hours(text: str) -> Spans:
    """The hours of a day as they are typed; an empty text or a dash is a day off. Raises ValidationError."""
    plain = text.strip().lower()
    if plain in ("", "-", "–", "—"):
        return CLOSED
    if plain in ALWAYS:
        return AROUND_THE_CLOCK
    spans = tuple(_span(part) for part in re.split(r"[,;]", plain))
    try:
        check_spans(spans)
    except ValueError:
        raise ValidationError(_("Hours must be in order, apart from each other, and within one day.")) from None
    return spans


def _span(text: str) -> tuple[int, int]:
    found = SPAN.fullmatch(text.strip())
    if not found:
        raise ValidationError(
            _("“%(text)s” are not hours. Type them like this: 9:00–13:00, 14:00–18:00."), params={"text": text.strip()}
        )
    opens, past_opens, closes, past_closes = (int(number or 0) for number in found.groups())
    if max(past_opens, past_closes) > 59 or opens * 60 + past_opens >= closes * 60 + past_closes:
        raise ValidationError(_("“%(text)s” does not end after it begins."), params={"text": text.strip()})
    return opens * 60 + past_opens, closes * 60 + past_closes


def usual_day(week: tuple[Spans, ...]) -> timedelta:
    """How long a working day is: the length that most days of the week have, the longer of two as frequent ones."""
    lengths = [sum(closes - opens for opens, closes in spans) for spans in week if spans]
    counted = Counter(lengths)
    most = max(counted, key=lambda minutes: (counted[minutes], minutes), default=DAY_MINUTES)
    return most * MINUTE


def length_text(length: timedelta, *, day: timedelta = DAY, parts: int = 3) -> str:
    """“1 d 2 h 30 min”, in days as long as `day`; the largest parts only. Less than a minute is a minute."""
    left, found = max(length, MINUTE), list[str]()
    for unit, one in (("d", day), ("h", HOUR), ("min", MINUTE)):
        count, left = divmod(left, one)
        if count:
            found.append(_counted(unit, count))
    return " ".join(found[:parts])


def _counted(unit: str, count: int) -> str:
    texts = {"d": gettext("%(count)s d"), "h": gettext("%(count)s h"), "min": gettext("%(count)s min")}
    return texts[unit] % {"count": count}


def read_length(text: str, *, day: timedelta) -> timedelta:
    """A length as it is typed, “1 d 2 h 30 min”, a day being as long as `day`. Raises ValidationError."""
    plain = " ".join(text.split())
    found = PART.findall(plain)
    units = [UNITS.get(unit[0].lower()) for _count, unit in found]
    if not found or None in units or PART.sub("", plain).strip():
        raise ValidationError(
            _("“%(text)s” is not a length of time. Type it like this: 30 min, 2 h, or 1 d 4 h."), params={"text": plain}
        )
    sizes = {"d": day, "h": HOUR, "min": MINUTE}
    length = sum(
        (int(count) * sizes[str(unit)] for (count, _word), unit in zip(found, units, strict=True)), timedelta()
    )
    if not timedelta() < length <= LONGEST:
        raise ValidationError(_("A promise is longer than nothing and shorter than a year."))
    return length
