"""Showing where in a text the words of a query stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import normalize

from otklik.lib.morphology import fold, forms

from .query import Query
from .words import PHONE, WORD, digits_of, words_of

SNIPPET = 220  # letters
BEFORE = 60  # of them before the first marked word
TEXT_MAX = 8_000  # of a text, what is looked through for a snippet
SPANS_MAX = 200


class Piece(NamedTuple):
    text: str
    is_marked: bool


class Span(NamedTuple):
    start: int
    end: int
    term: int  # which of the query's


@dataclass(frozen=True)
class Snippet:
    """A part of a text; `terms` of the query stand in it."""

    pieces: tuple[Piece, ...] = ()
    terms: int = 0


class Marker:
    """Marks the words of one query in any number of texts."""

    def __init__(self, query: Query) -> None:
        self.terms = [*query.wanted, *(term for words in query.senders for term in words)]
        self.begun = [(number, term.words[-1]) for number, term in enumerate(self.terms) if term.is_begun]
        self.ends = [frozenset(term.words[-1:]) if term.is_exact else forms(term.words[-1]) for term in self.terms]
        self.lasts: dict[str, list[int]] = defaultdict(list)  # the last words of terms -> the terms
        for number, ends in enumerate(self.ends):
            for word in ends:
                self.lasts[word].append(number)

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """The whole of a short text."""
        text = normalize("NFC", text)
        return tuple(_cut(text, list(self._spans(text)), 0, len(text)))

    def covers(self, text: str) -> bool:
        """Whether everything that is wanted stands in a short text."""
        # Most texts lack a word, and their words are soon looked through when it does not matter where they stand.
        if not self._may_cover(set(words_of(text))):
            return False
        words = _words(normalize("NFC", text))
        return len({span.term for span in (*self._of_words(words), *self._of_phones(text))}) == len(self.terms)

    def _may_cover(self, words: set[str]) -> bool:
        """Whether each term that is no phone number has its last word among these."""
        return all(
            term.phone
            or not ends.isdisjoint(words)
            or (term.is_begun and any(word.startswith(term.words[-1]) for word in words))
            for term, ends in zip(self.terms, self.ends, strict=True)
        )

    def snippet(self, text: str) -> Snippet:
        """Where most of what is wanted stands closest together; the beginning of a text without any."""
        text = " ".join(normalize("NFC", text[:TEXT_MAX]).split())
        spans = list(self._spans(text))[:SPANS_MAX]
        counts = [len({other.term for other in spans if 0 <= other.start - span.start < SNIPPET}) for span in spans]
        best = max(range(len(spans)), key=lambda place: (counts[place], -place), default=None)
        start = _word_start(text, spans[best].start) if best is not None else 0
        end = _word_end(text, start + SNIPPET)
        pieces = _cut(text, [span for span in spans if start <= span.start and span.end <= end], start, end)
        around = [Piece("…", False)] if start else [], [Piece("…", False)] if end < len(text) else []
        return Snippet((*around[0], *pieces, *around[1]), counts[best] if best is not None else 0)

    def _spans(self, text: str) -> Iterator[Span]:
        """In their order; of those that overlap, the first."""
        spans = sorted((*self._of_words(_words(text)), *self._of_phones(text)))
        end = 0
        for span in spans:
            if span.start >= end:
                yield span
                end = span.end

    def _of_words(self, words: list[tuple[int, int, str]]) -> Iterator[Span]:
        for place, (_start, end, word) in enumerate(words):
            numbers = self.lasts.get(word, [])
            if self.begun:
                numbers = [*numbers, *(number for number, beginning in self.begun if word.startswith(beginning))]
            for number in numbers:
                before = self.terms[number].words[:-1]
                first = place - len(before)
                if first >= 0 and tuple(word for _start, _end, word in words[first:place]) == before:
                    yield Span(words[first][0], end, number)

    def _of_phones(self, text: str) -> Iterator[Span]:
        for number, term in enumerate(self.terms):
            if term.phone:
                for found in PHONE.finditer(text):
                    if digits_of(found[0]).endswith(term.phone):
                        yield Span(found.start(), found.end(), number)


def _words(text: str) -> list[tuple[int, int, str]]:
    """Each word folded, and where it stands."""
    folded = fold(text)
    if len(folded) == len(text):
        return [(found.start(), found.end(), found[0]) for found in WORD.finditer(folded)]
    return [(found.start(), found.end(), fold(found[0])) for found in WORD.finditer(text)]


def _cut(text: str, spans: list[Span], start: int, end: int) -> Iterator[Piece]:
    at = start
    for span in spans:
        if span.start > at:
            yield Piece(text[at : span.start], False)
        yield Piece(text[span.start : span.end], True)
        at = span.end
    if at < end:
        yield Piece(text[at:end], False)


def _word_start(text: str, mark: int) -> int:
    """Where to begin, a little before a mark and not within a word."""
    at = mark - BEFORE
    return 0 if at <= 0 else text.find(" ", at, mark) + 1 or mark


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    found = text.rfind(" ", at - BEFORE, at)
    return at if found < 0 else found
