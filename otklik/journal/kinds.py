"""What can happen, by name: how each kind of event is called, told, checked and scrubbed.

Every app declares its kinds in its own ``kinds.py``, found at start. An event stores bare facts (numbers, codes);
words are looked up when it is read, in the reader's language, in one query for each sort of fact on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import Event

NOTHING = "—"  # how a fact that is empty reads, in every language

# Values as stored -> words for a person. Called once for all events that are told together.
Words = Callable[[set[Any]], Mapping[Any, str]]


def as_is(values: set[Any]) -> Mapping[Any, str]:
    """The value is its own word: a subject, a number, an address."""
    return {value: str(value) for value in values}


@cache
def names_of(model: type[models.Model]) -> Words:
    """The value is a row's number; its word is `str(row)`. A row that is gone has no word."""

    def words(values: set[Any]) -> Mapping[Any, str]:
        return {pk: str(row) for pk, row in model._default_manager.in_bulk(values).items()}

    return words


def labels_of(choices: type[models.Choices]) -> Words:
    """The value is one of a list of choices; its word is the choice's label."""

    def words(values: set[Any]) -> Mapping[Any, str]:
        return {value: str(choices(value).label) for value in values}

    return words


@dataclass(frozen=True)
class Kind:
    """One kind of event.

    `keys` are exactly the facts it carries and how each becomes words, None if no sentence says it; `personal` names
    the keys that hold personal data themselves and are blanked when a person is erased (an empty tuple is a decision
    too, so it has no default).
    `also` are clauses that follow the sentence when the fact they are named by is there: after a semicolon, or in the
    sentence itself if they begin with a comma or a space.
    """

    name: str
    label: str | Promise
    sentence: str | Promise
    keys: Mapping[str, Words | None]
    personal: tuple[str, ...]
    also: Mapping[str, str | Promise]


@dataclass(frozen=True)
class Line:
    """An event as a person reads it."""

    event: Event
    at: datetime
    who: str
    label: str
    sentence: str


KINDS: dict[str, Kind] = {}
ACTORS: dict[str, Words] = {}


def moments(values: set[Any]) -> Mapping[Any, str]:
    """The value is a time in ISO 8601; its word is the local time."""
    return {value: date_format(localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT") for value in values}


def declare(
    name: str,
    label: str | Promise,
    sentence: str | Promise,
    *,
    keys: Mapping[str, Words | None] | None = None,
    personal: tuple[str, ...],
    also: Mapping[str, str | Promise] | None = None,
) -> None:
    """Make a kind known. Twice the same name raises ValueError."""
    if name in KINDS:
        raise ValueError(f"The event kind {name!r} is declared twice.")
    KINDS[name] = Kind(name, label, sentence, keys or {}, personal, also or {})


def declare_actor(journal_name: str, words: Words) -> None:
    """Make known how those who do things, `by`, are named."""
    ACTORS[journal_name] = words


def narrate(events: Iterable[Event], *, at_hand: Iterable[models.Model] = ()) -> list[Line]:
    """Events as lines in the active language, in the order given; one query for each sort of name.

    Rows that the caller has anyway, `at_hand`, are named without asking for them.
    """
    events = list(events)
    wanted: dict[Words, set[Any]] = {}
    for event in events:
        for words, value in _looked_up(event):
            wanted.setdefault(words, set()).add(value)
    named = _named(at_hand)
    known = {words: _known(words, values, named.get(words, {})) for words, values in wanted.items()}
    return [_line(event, known) for event in events]


def _named(rows: Iterable[models.Model]) -> dict[Words, dict[Any, str]]:
    named: dict[Words, dict[Any, str]] = {}
    for row in rows:
        named.setdefault(names_of(type(row)), {})[row.pk] = str(row)
    return named


def _known(words: Words, values: set[Any], named: Mapping[Any, str]) -> Mapping[Any, str]:
    unknown = values - named.keys()
    return {**named, **words(unknown)} if unknown else named


def _looked_up(event: Event) -> Iterable[tuple[Words, Any]]:
    if event.by in ACTORS:
        yield ACTORS[event.by], event.by_id
    for key, words in KINDS[event.kind].keys.items():
        if words and event.facts.get(key) is not None:
            yield words, event.facts[key]


def _line(event: Event, known: Mapping[Words, Mapping[Any, str]]) -> Line:
    kind = KINDS[event.kind]
    gone = gettext("deleted")
    facts = {}
    for key, words in kind.keys.items():
        value = event.facts.get(key)
        if words:
            facts[key] = NOTHING if value is None else known[words].get(value, gone)
    who = known[ACTORS[event.by]].get(event.by_id, gone) if event.by in ACTORS else str(_("Otklik"))
    clauses = [kind.sentence, *(clause for key, clause in kind.also.items() if event.facts.get(key))]
    return Line(event, event.at, who, str(kind.label), _joined(str(clause) % facts for clause in clauses))


def _joined(clauses: Iterable[str]) -> str:
    first, *others = clauses
    return first + "".join(other if other.startswith((",", " ")) else f"; {other}" for other in others)
