"""One word in all its forms: «вернули» is also «вернуть» and «верну», “invoices” is also “invoice”.

Texts are kept as they were written; it is the word looked for that is taken apart. So storing a text costs no
morphology, a word of two meanings loses neither, and what was found can be marked without understanding it again.
"""

# cyrillic: it knows the letters of Russian
from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any
from unicodedata import normalize

FORMS_MAX = 120
SHARE_MIN = 0.1  # of its uses in texts: «почту» is hardly ever of «почтить»
_RUSSIAN = re.compile("[а-я]+")
_ENGLISH = re.compile("[a-z]{3,}")
# What an English word may end with after what its stem leaves of it; the stemmer is asked about each.
_ENDINGS = ("", "e", "s", "es", "ed", "d", "ing", "er", "ers", "ly", "y", "ies", "ied", "ment", "ments", "ion", "ions")


def fold(text: str) -> str:
    """A text without what does not tell words apart: case, ё and е, ways of composing a letter."""
    return normalize("NFC", text).casefold().replace("ё", "е")


@lru_cache(maxsize=4096)
def forms(word: str) -> frozenset[str]:
    """All forms of all words that a folded word may be a form of; the word itself at least."""
    if _RUSSIAN.fullmatch(word):
        return frozenset({word, *_russian(word)})
    if _ENGLISH.fullmatch(word):
        return frozenset({word, *_english(word)})
    return frozenset({word})


def is_known(word: str) -> bool:
    """Whether a folded word stands in the Russian dictionary."""
    return bool(_RUSSIAN.fullmatch(word)) and _dictionary().word_is_known(word)


def _russian(word: str) -> set[str]:
    """Of the words that it may be, those that it often is, with all their forms."""
    shares: dict[str, float] = {}
    parses = _dictionary().parse(word)
    for parse in parses:
        shares[parse.normal_form] = shares.get(parse.normal_form, 0) + parse.score
    most = max(shares.values())
    found: set[str] = set()
    for parse in parses:
        share = shares.pop(parse.normal_form, 0)
        if share == most or (share >= SHARE_MIN and len(found) < FORMS_MAX):
            found.update(fold(form.word) for form in parse.lexeme)
    return found


def _english(word: str) -> set[str]:
    stem = _stemmer()(word)
    # The stem of “replies” is “repli”, of “running” “run”: the other letter, and the last one twice.
    beginnings = {stem, f"{stem}{stem[-1]}", re.sub("i$", "y", stem), re.sub("y$", "i", stem)}
    spellings = (beginning + ending for beginning in beginnings for ending in _ENDINGS)
    return {spelling for spelling in spellings if _stemmer()(spelling) == stem}


@cache
def _dictionary() -> Any:
    """30 MB and a third of a second, so only once somebody asks."""
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer(lang="ru")


@cache
def _stemmer() -> Any:
    from snowballstemmer import stemmer

    return stemmer("english").stemWord
