"""Finding articles: by what somebody typed to find one, and by what somebody wrote about something else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from otklik.lib.layout import other_layout
from otklik.staff.models import Member
from otklik.tickets.search.marking import Marker, Piece
from otklik.tickets.search.query import Query, parse
from otklik.tickets.search.words import words_of

from . import index
from .models import Article, Audience, Reader, State
from .models.article import AUDIENCES, ArticleQuerySet

FOUND_MAX = 100
TEXT_MAX = 200  # letters of what is looked for
SUGGESTED_FROM = 20
SUGGESTED = 5


@dataclass(frozen=True)
class Hit:
    article: Article
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]


@dataclass(frozen=True)
class Found:
    """`text` is what was looked for in the end: what finds nothing is read as typed in the other layout."""

    text: str
    hits: list[Hit] = field(default_factory=list)


def find(text: str, *, reader: Reader, language: str = "", most: int = FOUND_MAX) -> Found:
    """Published articles that have all the words, in any form, the best first. With a `language`, of several
    translations only the one in it.
    """
    found = Found(text)
    for said in dict.fromkeys((text[:TEXT_MAX], other_layout(text[:TEXT_MAX]))):
        query = _query(said)
        rows = list(_rows(query, reader, language, is_any=False))[:most] if query.asks_for_words else []
        if rows:
            marker = Marker(query)
            return Found(said, [_hit(row, marker) for row in rows])
    return found


def suggest(text: str, *, reader: Reader, language: str = "", most: int = SUGGESTED) -> list[Article]:
    """Published articles that may answer what a text is about: a word in the title, or several in one place."""
    query = parse(" ".join(words_of(text[: 2 * TEXT_MAX])) + " ")
    if not query.asks_for_words:
        return []
    marker = Marker(query)
    return [row for row in _rows(query, reader, language, is_any=True) if _tells(row, marker)][:most]


def related(article: Article, *, reader: Reader) -> list[Article]:
    """Others that speak of the same, not its translations."""
    own = {article.pk, *article.translations().values_list("pk", flat=True)}
    found = suggest(article.title, reader=reader, language=article.language, most=SUGGESTED + len(own))
    return [one for one in found if one.pk not in own][:SUGGESTED]


def _query(text: str) -> Query:
    """What is typed here has no operators: “type: contract” looks for both words."""
    return parse(re.sub("[:#№]", " ", text))  # cyrillic: the sign that stands before a number


def _rows(query: Query, reader: Reader, language: str, *, is_any: bool) -> Iterable[Article]:
    most = SUGGESTED_FROM if is_any else FOUND_MAX
    keys = index.matching(query, marks=_marks(reader), is_any=is_any, most=most)
    rows: ArticleQuerySet = Article.objects.visible_to(reader).published()
    if language and not isinstance(reader, Member):
        rows = rows.in_language(language, reader=reader)
    known = rows.filter(pk__in=keys).select_related("section").in_bulk() if keys else {}
    ranked = [known[pk] for pk in keys if pk in known]
    # Whoever answers in several languages is shown the client’s first.
    return sorted(ranked, key=lambda row: bool(language) and row.language != language)


def _marks(reader: Reader) -> list[str]:
    """What the index says of articles that this reader may read; what they do read, `visible_to` says."""
    audiences = list(Audience) if isinstance(reader, Member) else AUDIENCES[reader]
    return [index.mark(State.PUBLISHED, audience) for audience in audiences]


def _hit(article: Article, marker: Marker) -> Hit:
    return Hit(article, marker.pieces(article.title), marker.snippet(article.text).pieces)


def _tells(article: Article, marker: Marker) -> bool:
    named = any(piece.is_marked for piece in marker.pieces(article.title))
    return named or marker.snippet(article.text).terms > 1


def keys_of(text: str, *, reader: Reader) -> list[int]:
    """The articles with all the words, for whoever narrows a list of those that a reader sees; drafts for the staff."""
    marks = () if isinstance(reader, Member) else _marks(reader)
    for said in dict.fromkeys((text[:TEXT_MAX], other_layout(text[:TEXT_MAX]))):
        query = _query(said)
        keys = index.matching(query, marks=marks, is_any=False, most=FOUND_MAX) if query.asks_for_words else []
        if keys:
            return keys
    return []
