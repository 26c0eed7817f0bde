"""What the search knows of articles: their words as written, and who may read them, in each store’s own index.

The words looked for are taken apart as those of tickets are, see otklik.tickets.search.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import connection

from otklik.tickets.search.query import Query
from otklik.tickets.search.spelling import FTS5, TSQUERY
from otklik.tickets.search.words import words_of

if TYPE_CHECKING:
    from .models import Article

SPELLING = {"sqlite": FTS5, "postgresql": TSQUERY}
FORGET = {
    "sqlite": "DELETE FROM knowledge_document WHERE rowid = %s",
    "postgresql": "DELETE FROM knowledge_document WHERE id = %s",
}
REMEMBER = {
    "sqlite": "INSERT INTO knowledge_document (rowid, title, words) VALUES (%s, %s, %s)",
    "postgresql": "INSERT INTO knowledge_document (id, words) VALUES (%s, %s::tsvector)",
}
# A word of the title tells more than many of the text.
FIND = {
    "sqlite": "SELECT rowid FROM knowledge_document WHERE knowledge_document MATCH %s"
    " ORDER BY bm25(knowledge_document, 8.0, 1.0) LIMIT %s",
    "postgresql": "SELECT id FROM knowledge_document, (SELECT %s::tsquery AS asked) AS question WHERE words @@ asked"
    " ORDER BY ts_rank('{0.02, 0.02, 0.02, 1.0}', words, asked) DESC, id LIMIT %s",
}


def remember(article: Article) -> None:
    """Let the search know an article as it is on the row; inside the transaction that changes it."""
    head = words_of(article.title)
    head += [word for tag in article.tags.all() for word in words_of(tag.name)]
    row = _row(article.pk, head, words_of(article.text), mark(article.state, article.audience))
    with connection.cursor() as cursor:
        cursor.execute(FORGET[connection.vendor], [article.pk])
        cursor.execute(REMEMBER[connection.vendor], row)


def forget(pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET[connection.vendor], [pk])


def mark(state: str, audience: str) -> str:
    return f"_{state}_{audience}"


def matching(query: Query, *, marks: Iterable[str], is_any: bool, most: int) -> list[int]:
    """The articles that have all the words, or any of them, and one of the marks if there are some; the best first."""
    spelling = SPELLING[connection.vendor]
    asked = replace(spelling, all_of=spelling.any_of) if is_any else spelling
    question = f"({asked.write(query, marks=(), complete=lambda _word: None)})"
    if marked := list(marks):
        question = spelling.all_of.join(
            [spelling.write(Query(), marks=[marked], complete=lambda _word: None), question]
        )
    with connection.cursor() as cursor:
        cursor.execute(FIND[connection.vendor], [question, most])
        return [pk for (pk,) in cursor.fetchall()]


def _row(pk: int, head: list[str], words: list[str], sign: str) -> tuple[Any, ...]:
    if connection.vendor == "sqlite":
        return pk, " ".join(head), " ".join([*words, sign])
    places: dict[str, list[str]] = {}
    for place, word in enumerate(head, 1):
        places.setdefault(word, []).append(f"{place}A")
    for place, word in enumerate(words, len(head) + 2):
        places.setdefault(word, []).append(f"{place}D")
    written = " ".join(f"'{word}':{','.join(found[:200])}" for word, found in places.items())
    return pk, f"{written} '{sign}'"
