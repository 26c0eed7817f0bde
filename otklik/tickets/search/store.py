"""The documents in the store: an FTS5 table on SQLite, a tsvector under GIN on PostgreSQL.

Both are asked for the newest documents first, and for no more than are wanted. SQLite reads its index in that order
by itself; PostgreSQL is asked for one era after another (eras.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter
from typing import Any

from django.db import OperationalError, connection, transaction

from .documents import Document
from .eras import LookBack, end_of, era_of, mark_of
from .query import Query
from .spelling import FTS5, TSQUERY
from .words import GAP, of_team

# PostgreSQL may have to look up every place of a phrase. Whoever waits is shown what was found SOON; who waits for all
# that there is, and whoever would otherwise see nothing, waits so long for one question.
SOON = timedelta(milliseconds=20)
PATIENCE = {False: timedelta(milliseconds=400), True: timedelta(seconds=3)}  # by whether all is waited for
ERAS_OF_BEGINNING = 4  # at first: PostgreSQL gathers all that begins so, for however few eras it is asked
COMPLETIONS_MAX = 400
MERGED_PAGES = 500  # at once; meanwhile nobody else can write
TOO_LONG = re.compile("statement timeout")
PREFIX = 4  # letters of a beginning for which FTS5 keeps an index of its own

PART = "words @@ (SELECT %s::tsquery)"
# Whatever the planner expects, so little is to be done that neither a compiler nor more processes are worth their
# start; and what begins so in a large store must be gathered without forgetting where on a page it stands.
MANNER = (
    "SELECT set_config('statement_timeout', %s, true), set_config('jit', 'off', true),"
    " set_config('max_parallel_workers_per_gather', '0', true), set_config('work_mem', '32MB', true)"
)

FORGET = {
    "sqlite": "DELETE FROM tickets_document WHERE rowid = %s",
    "postgresql": "DELETE FROM tickets_document WHERE id = %s",
}
REMEMBER = {
    "sqlite": "INSERT INTO tickets_document (rowid, words, people) VALUES (%s, %s, %s)",
    "postgresql": "INSERT INTO tickets_document (id, words) VALUES (%s, %s::tsvector)",
}
FIND = {
    "sqlite": "SELECT rowid FROM tickets_document WHERE tickets_document MATCH %s ORDER BY rowid DESC LIMIT %s",
    # Each part is a question of its own, as GIN then leaps from one’s next match to the other’s, instead of looking at
    # every place of every rare form there ever was. Each is within a SELECT, or the planner would guess how often it
    # matches, far too often, and scan the table. `+ 0`: or it would read the key’s whole index besides.
    "postgresql": "SELECT id FROM tickets_document WHERE {parts} AND id + 0 < %s ORDER BY id + 0 DESC LIMIT %s",
}

# Each word is looked up after the one before it: the list of words goes through every place where a word stands.
COMPLETE = """
WITH RECURSIVE found(term) AS (
    SELECT (SELECT term FROM tickets_document_term WHERE term >= %s LIMIT 1)
    UNION ALL
    SELECT (SELECT term FROM tickets_document_term WHERE term >= found.term || char(0) LIMIT 1) FROM found
    WHERE found.term < %s
) SELECT term FROM found WHERE term < %s LIMIT %s
"""
SWEEP = {
    "sqlite": "DELETE FROM tickets_document WHERE rowid IN (SELECT rowid FROM tickets_document WHERE rowid > 0"
    " EXCEPT SELECT id FROM tickets_message)",
    "postgresql": "DELETE FROM tickets_document WHERE id > 0 AND NOT EXISTS"
    " (SELECT FROM tickets_message WHERE tickets_message.id = tickets_document.id)",
}


def remember(documents: Iterable[Document]) -> None:
    """Put documents in the place of what was known under their keys."""
    rows = [_row(document) for document in documents]
    forget(row[0] for row in rows)
    _write(REMEMBER, rows)


def forget(keys: Iterable[int]) -> None:
    _write(FORGET, [(key,) for key in keys])


def _write(statements: dict[str, str], rows: list[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statements[connection.vendor], rows)


def sweep() -> None:
    """Forget the documents of messages that are no more."""
    with connection.cursor() as cursor:
        cursor.execute(SWEEP[connection.vendor])


def tidy() -> bool:
    """Bring a little order into what was written piece by piece; False if there is none to bring."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT gin_clean_pending_list('tickets_document_words')")
            return False
        before = connection.connection.total_changes
        cursor.execute("INSERT INTO tickets_document (tickets_document, rank) VALUES ('merge', %s)", [MERGED_PAGES])
        # That is how FTS5 says it.
        return bool(connection.connection.total_changes - before >= 2)


def hold() -> None:
    """Let nobody else write to the index until the transaction ends: what is written last was read last."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tickets_document'))")


@dataclass
class Newest:
    """Keys of documents in falling order. `is_cut`: there may be older ones; `is_hurried`: only time was wanting."""

    keys: list[int] = field(default_factory=list)
    is_cut: bool = False
    is_hurried: bool = False


def newest(query: Query, *, teams: Iterable[int] | None, most: int, is_patient: bool) -> Newest:
    """The newest documents that a query means; of these teams only, unless it is None."""
    marks = [] if teams is None else [[of_team(team) for team in teams]]
    if [] in marks:
        return Newest()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            found = _looked_back(cursor, query, marks, most, is_patient=is_patient)
        else:
            cursor.execute(FIND["sqlite"], [FTS5.write(query, marks=marks, complete=_completions), most])
            found = Newest([key for (key,) in cursor.fetchall()])
    found.is_cut = found.is_hurried or len(found.keys) >= most
    return found


def _looked_back(cursor: Any, query: Query, marks: list[list[str]], most: int, *, is_patient: bool) -> Newest:
    cursor.execute("SELECT max(id) FROM tickets_document")
    era = era_of(cursor.fetchone()[0] or 0)
    first = ERAS_OF_BEGINNING if any(term.is_begun for term in query.wanted) else 1
    look = LookBack(most, era, first, None if is_patient else SOON.total_seconds())
    found = Newest()
    try:
        with transaction.atomic():
            cursor.execute(MANNER, [f"{PATIENCE[is_patient] // timedelta(milliseconds=1)}ms"])
            while not look.is_over:
                began = perf_counter()
                keys = _keys_of(cursor, query, marks, look)
                look.saw(len(keys), perf_counter() - began)
                found.keys += keys
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as fault:
        if not TOO_LONG.search(str(fault)):
            raise
        look.is_hurried = True
    found.is_hurried = look.is_hurried
    return found


def _keys_of(cursor: Any, query: Query, marks: list[list[str]], look: LookBack) -> list[int]:
    eras = [] if look.eras is None else [[mark_of(era) for era in look.eras]]
    parts = TSQUERY.parts(query, marks=[*eras, *marks], complete=lambda _word: None)
    question = FIND["postgresql"].format(parts=" AND ".join([PART] * len(parts)))
    cursor.execute(question, [*parts, end_of(look.era), look.most - look.found])
    return [key for (key,) in cursor.fetchall()]


def _completions(word: str) -> list[str] | None:
    """Words of the index that begin so, for a beginning that is too long for FTS5’s own index of beginnings.

    Without one it would gather all matches of all of them before it gave the first; None where it had better do so.
    """
    if len(word) <= PREFIX:
        return None
    with connection.cursor() as cursor:
        end = f"{word}\U0010ffff"
        cursor.execute(COMPLETE, [word, end, end, COMPLETIONS_MAX + 1])
        found = [term for (term,) in cursor.fetchall()]
    return found if len(found) <= COMPLETIONS_MAX else None


def _row(document: Document) -> tuple[Any, ...]:
    if connection.vendor == "postgresql":
        return document.key, _tsvector(document)
    return document.key, " ".join([*document.words, GAP, *document.marks]), " ".join(document.people)


def _tsvector(document: Document) -> str:
    """In PostgreSQL’s own writing, since its parsers have their own idea of what a word is: 'word':1,5 'name':9A."""
    places: dict[str, list[str]] = {}
    at = 0
    for at, word in enumerate(document.words, 1):
        places.setdefault(word, []).append(str(at))
    for place, word in enumerate(document.people, at + 2):
        places.setdefault(word, []).append(f"{place}A")
    for mark in (*document.marks, mark_of(era_of(document.key))):
        places.setdefault(mark, [])
    return " ".join(f"'{word}':{','.join(found)}" if found else f"'{word}'" for word, found in places.items())
