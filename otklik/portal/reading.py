"""Who reads the knowledge base: anybody, a client by the link of a ticket, or whoever holds a link to one article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation

from otklik.knowledge.models import Article, Section, Visitor
from otklik.knowledge.models.article import ArticleQuerySet
from otklik.knowledge.sharing import article_of
from otklik.lib.tokens import unsign

from .access import BY_MAIL, seat_or_404

POPULAR = 6
SECTION_SHOWN = 5


@dataclass(frozen=True)
class Visit:
    """`key` is what the reader came with; `shared` the one article that it opens, if it is not a client’s own."""

    reader: Visitor = Visitor.ANYBODY
    key: str = ""
    shared: int | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> Visit:
        """Who this is. A key that opens nothing (any more) gives the rights of anybody."""
        key = request.GET.get("key", "")
        if not key:
            return cls()
        if (shared := article_of(key)) is not None:
            return cls(key=key, shared=shared)
        # The link that a form shows at once went to whoever typed an address: it proves no client.
        if unsign(BY_MAIL, key):
            try:
                seat_or_404(key)
            except Http404:
                return cls()
            return cls(Visitor.CLIENT, key)
        return cls()

    def way(self, name: str, *args: Any) -> str:
        """An address of the knowledge base, with the key."""
        address = reverse(name, args=args)
        return f"{address}?key={quote(self.key)}" if self.key and self.shared is None else address

    def own_way(self, name: str, *args: Any) -> str:
        """An address that belongs to the one article that is shown."""
        address = reverse(name, args=args)
        return f"{address}?key={quote(self.key)}" if self.key else address

    def articles(self) -> ArticleQuerySet:
        return Article.objects.visible_to(self.reader)

    def article_or_404(self, pk: int) -> Article:
        reader = Visitor.CLIENT if self.shared == pk else self.reader
        return get_object_or_404(Article.objects.visible_to(reader).select_related("section__parent"), pk=pk)


@dataclass(frozen=True)
class Shelf:
    """A section with what this reader may read of it; `count` with its parts."""

    section: Section | None
    articles: list[Article]
    count: int
    parts: list[Shelf]


def shelves(visit: Visit, *, language: str = "") -> list[Shelf]:
    """The first page: sections in their order with their most read articles, empty ones left out."""
    by_section = _by_section(visit, language or translation.get_language() or "ru")
    sections = list(Section.objects.all())
    parts: dict[int | None, list[Shelf]] = {}
    for section in sections:
        if section.parent_id and section.pk in by_section:
            rows = by_section[section.pk]
            parts.setdefault(section.parent_id, []).append(Shelf(section, rows, len(rows), []))
    made = [
        _shelf(section, by_section.get(section.pk, []), parts.get(section.pk, []))
        for section in sections
        if not section.parent_id
    ]
    made.append(_shelf(None, by_section.get(None, []), []))
    return [shelf for shelf in made if shelf.count]


def _shelf(section: Section | None, rows: list[Article], parts: list[Shelf]) -> Shelf:
    return Shelf(section, rows, len(rows) + sum(part.count for part in parts), parts)


def _by_section(visit: Visit, language: str) -> dict[int | None, list[Article]]:
    found: dict[int | None, list[Article]] = {}
    rows = visit.articles().in_language(language, reader=visit.reader).order_by("-views", "title")
    for row in rows.only("pk", "title", "slug", "section", "language", "views"):
        found.setdefault(row.section_id, []).append(row)
    return found


def popular(visit: Visit) -> list[Article]:
    """What is read most, for the page that leads to it; nothing while there is nothing to read."""
    language = translation.get_language() or "ru"
    rows = visit.articles().in_language(language, reader=visit.reader).order_by("-views", "title")
    return list(rows.only("pk", "title", "slug", "language")[:POPULAR])
