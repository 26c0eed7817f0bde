"""The words of a text as the index knows them. What stands there besides words begins with a `_`, as no word does."""

from __future__ import annotations

import re

from otklik.lib.morphology import fold

GAP = "_"  # between two texts, so that no phrase reaches from one into the other
WORD_MAX = 64
TEXT_MAX = 100_000  # letters of one text; what follows is no longer somebody's words
WORD = re.compile(r"[^\W_]+")
PHONE = re.compile(r"(?<![\w.])\+?\d(?:[ ()\u00a0-]*\d){9,14}(?!\w)")


def words_of(text: str) -> list[str]:
    """The words in their order, folded."""
    return [word[:WORD_MAX] for word in WORD.findall(fold(text[:TEXT_MAX]))]


def digits_of(text: str) -> str:
    return "".join(letter for letter in text if "0" <= letter <= "9")


def ending_in(digits: str) -> str:
    """What a phone number that ends so begins with in the index."""
    return f"_tel{digits[::-1]}"


def phones_of(text: str) -> list[str]:
    """The phone numbers that stand in a text, however they are spaced."""
    return [ending_in(digits_of(number)) for number in PHONE.findall(text[:TEXT_MAX])]


def of_team(team: int) -> str:
    return f"_team{team}"
