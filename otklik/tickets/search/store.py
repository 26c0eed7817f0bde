"""The documents in the store: an FTS5 table on SQLite, a tsvector under GIN on PostgreSQL.

Both are asked for the newest documents first, and for no more than are wanted. SQLite reads its index in that order
by itself. PostgreSQL would first gather every match there is, so each document has a mark of its era, and one era after
another is asked for, each reach four times as long as the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection, transaction

from .documents import Document
from .query import Query
from .spelling import FTS5, TSQUERY
from .words import GAP, of_team

# For one question to PostgreSQL, which may have to look up every place of a phrase; then what was found so far is all.
PATIENCE = timedelta(milliseconds=400)
ERA_BITS = 12  # 4096 messages
REACHES = (1, 4, 16, 64)  # eras; then all the rest
COMPLETIONS_MAX = 400
MERGED_PAGES = 500  # at once; meanwhile nobody else can write
TOO_LONG = re.compile("statement timeout")
PREFIX = 4  # letters of a beginning for which FTS5 keeps an index of its own

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
    # Within a SELECT of its own, or the planner would guess how often it matches, far too often, and scan the table.
    "postgresql": "SELECT id FROM tickets_document WHERE words @@ (SELECT %s::tsquery) AND id < %s"
    " ORDER BY id DESC LIMIT %s",
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
    """Keys of documents in falling order. `is_cut`: there may be older ones."""

    keys: list[int] = field(default_factory=list)
    is_cut: bool = False


def newest(query: Query, *, teams: Iterable[int] | None, most: int) -> Newest:
    """The newest documents that a query means; of these teams only, unless it is None."""
    marks = [] if teams is None else [[of_team(team) for team in teams]]
    found = Newest()
    if [] in marks:
        return found
    ask = _era_by_era if connection.vendor == "postgresql" else _at_once
    try:
        with connection.cursor() as cursor:
            for key in ask(cursor, query, marks, most):
                found.keys.append(key)
    except OperationalError as fault:
        if not TOO_LONG.search(str(fault)):
            raise
        found.is_cut = True
    found.is_cut |= len(found.keys) >= most
    return found


def _at_once(cursor: Any, query: Query, marks: list[list[str]], most: int) -> Iterator[int]:
    question = FTS5.write(query, marks=marks, complete=_completions)
    cursor.execute(FIND["sqlite"], [question, most])
    yield from (key for (key,) in cursor)


def _era_by_era(cursor: Any, query: Query, marks: list[list[str]], most: int) -> Iterator[int]:
    cursor.execute("SELECT max(id) FROM tickets_document")
    latest = _era(cursor.fetchone()[0] or 0)
    with transaction.atomic():
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true)", [f"{PATIENCE // timedelta(milliseconds=1)}ms"]
        )
        for reach in (*REACHES, None):
            eras = [_of_era(era) for era in range(latest, max(latest - reach, -1), -1)] if reach else None
            question = TSQUERY.write(query, marks=[*marks, eras] if eras else marks, complete=lambda _word: None)
            cursor.execute(FIND["postgresql"], [question, (latest + 1) << ERA_BITS, most])
            for (key,) in cursor.fetchall():
                yield key
                most -= 1
            latest -= reach or 0
            if most <= 0 or latest < 0:
                break
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")


def _era(key: int) -> int:
    return max(key, 0) >> ERA_BITS


def _of_era(era: int) -> str:
    return f"_era{era}"


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
    for mark in (*document.marks, _of_era(_era(document.key))):
        places.setdefault(mark, [])
    return " ".join(f"'{word}':{','.join(found)}" if found else f"'{word}'" for word, found in places.items())
