"""A query as each store’s own index is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from otklik.lib.morphology import forms

from .query import Query, Term
from .words import ending_in

Complete = Callable[[str], list[str] | None]


@dataclass(frozen=True)
class Spelling:
    """How one store writes what is asked. Words have no quotes in them, so they need only be put into some."""

    word: str
    begun: str
    word_of_people: str
    begun_of_people: str
    people: str
    then: str
    any_of: str
    all_of: str
    but_not: str

    def write(self, query: Query, *, marks: Iterable[Iterable[str]], complete: Complete) -> str:
        """The whole question; see `parts`."""
        return self.all_of.join(self.parts(query, marks=marks, complete=complete))

    def parts(self, query: Query, *, marks: Iterable[Iterable[str]], complete: Complete) -> list[str]:
        """The questions that a document must all answer to. Of `marks`, each group wants any of its own.

        `complete` gives all words that begin so, or None if the store had better find out itself. What is to be
        left out must be left out of something: `query` wants at least one thing, or `marks` do.
        """
        parts = [self._any(self.word % mark for mark in group) for group in marks]
        parts += [self._term(term, complete) for term in query.wanted]
        if query.senders:
            parts.append(self._any(self._sender(sender, complete) for sender in query.senders))
        unwanted = [self._term(term, complete) for term in query.unwanted]
        unwanted += [self._sender(sender, complete) for sender in query.unwanted_senders]
        if unwanted:
            parts[-1] = self.but_not % (parts[-1], self._any(unwanted))
        return parts

    def _any(self, questions: Iterable[str]) -> str:
        return f"({self.any_of.join(questions)})"

    def _sender(self, words: tuple[Term, ...], complete: Complete) -> str:
        terms = (self._term(term, complete, of_people=True) for term in words)
        return self.people % f"({self.all_of.join(terms)})"

    def _term(self, term: Term, complete: Complete, *, of_people: bool = False) -> str:
        word = self.word_of_people if of_people else self.word
        begun = self.begun_of_people if of_people else self.begun
        *before, last = term.words
        ends = [word % end for end in sorted({last} if term.is_exact else forms(last))]
        if term.is_begun:
            completed = complete(last)
            ends += [begun % last] if completed is None else [word % end for end in completed]
        ways = [self.then.join([*(word % one for one in before), end]) for end in dict.fromkeys(ends)]
        if term.phone:
            ways.append(begun % ending_in(term.phone))
        return self._any(ways)


FTS5 = Spelling(
    word='"%s"',
    begun='"%s" *',
    word_of_people='"%s"',
    begun_of_people='"%s" *',
    people="people : %s",
    then=" + ",
    any_of=" OR ",
    all_of=" AND ",
    but_not="(%s NOT %s)",
)
TSQUERY = Spelling(
    word="'%s'",
    begun="'%s':*",
    word_of_people="'%s':A",
    begun_of_people="'%s':*A",
    people="%s",
    then=" <-> ",
    any_of=" | ",
    all_of=" & ",
    but_not="(%s & !%s)",
)
