"""Links to articles: an address for everybody, and a signed one that opens one article for clients."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings

from otklik.lib.tokens import sign, unsign

from .models import Article, Audience

PURPOSE = "knowledge.article"


def link_to(article: Article, address: str) -> str:
    """The whole address to give a client: what only clients may read opens by its signature."""
    key = f"?key={quote(sign(PURPOSE, str(article.pk)))}" if article.audience == Audience.CLIENTS else ""
    return f"{settings.URL}{address}{key}"


def article_of(key: str) -> int | None:
    """The article that a key opens; None if it is none of these."""
    value = unsign(PURPOSE, key)
    return int(value) if value else None
