"""What was looked for and not found, counted without anything that could tell who looked."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import now

from otklik.tickets.search.words import words_of

from .models import Miss
from .models.reading import MISS_MAX

WORDS_MAX = 8  # a longer text is somebody's story, and may name them
KINDS_MAX = 2000  # a flood of nonsense must not fill the store
PERSONAL = re.compile(r"@|\d{4}")  # an address, a phone, a contract


def note_miss(text: str, language: str, *, at: datetime | None = None) -> bool:
    """Count a search that found nothing; False for what is not kept: personal, too long, or one too many."""
    words = words_of(text)
    said = " ".join(words)[:MISS_MAX]
    if not words or len(words) > WORDS_MAX or PERSONAL.search(re.sub(r"(?<=\d)[\s()-]+(?=\d)", "", text)):
        return False
    at, known = at or now(), Miss.objects.filter(text=said, language=language)
    if known.update(times=F("times") + 1, at=at):
        return True
    if Miss.objects.count() >= KINDS_MAX:
        return False
    try:
        with transaction.atomic():
            Miss.objects.create(text=said, language=language, at=at)
    except IntegrityError:  # somebody else missed it at the same moment
        known.update(times=F("times") + 1, at=at)
    return True
