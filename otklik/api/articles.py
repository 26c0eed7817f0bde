"""Articles over the API: those that a token’s member sees, and without a token those for everybody."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Field, Query, Router, Schema

from otklik.knowledge.finding import TEXT_MAX, keys_of
from otklik.knowledge.models import Article, Reader, Visitor
from otklik.knowledge.models.article import ArticleQuerySet
from otklik.lib.keyset import page
from otklik.tickets.models import Tag

from .access import ApiRequest, Bearer
from .finding import Limit
from .schemas import Named, Number
from .showing import named

READ = Bearer("articles:read")
ORDER = ("changed_at", "id")
TAGS = Prefetch("tags", queryset=Tag.objects.order_by("name"))

router = Router(tags=["articles"])

Language = Literal["ru", "en"]
Audience = Literal["public", "clients", "staff"]
State = Literal["draft", "review", "published", "archived"]


class PublicFilter(Schema):
    """`text`: words in any form; all of them are wanted."""

    text: Annotated[str, Field(max_length=TEXT_MAX)] = ""
    language: Language | None = None
    section: Number | None = None
    cursor: str = ""
    limit: Limit = 50


class ArticleFilter(PublicFilter):
    audience: Audience | None = None
    state: State | None = None


class PublicArticle(Schema):
    id: int
    title: str
    language: Language
    section: Named | None
    tags: list[str]
    url: str
    published_at: datetime | None


class PublicArticleRead(PublicArticle):
    """`html` names its pictures by ``cid:``."""

    text: str
    html: str


class ArticleOut(PublicArticle):
    """What is newer than `version` waits to be published, up to `latest`."""

    audience: Audience
    state: State
    translation_of: int | None
    version: int
    latest: int
    owner: Named | None
    review_on: date | None
    changed_at: datetime
    views: int
    uses: int
    helpful: int
    unhelpful: int


class ArticleRead(ArticleOut):
    text: str
    html: str


class ArticlePage(Schema):
    items: list[ArticleOut]
    next: str | None


class PublicArticlePage(Schema):
    items: list[PublicArticle]
    next: str | None


@router.get("articles", auth=READ, response=ArticlePage)
def list_articles(request: ApiRequest, wanted: Query[ArticleFilter]) -> ArticlePage:
    """Articles that the token’s member sees, what was changed last first."""
    same = {name: value for name in ("audience", "state") if (value := getattr(wanted, name))}
    rows = _narrowed(request.auth.member, wanted).filter(**same)
    found = page(rows, order=ORDER, cursor=wanted.cursor, size=wanted.limit)
    return ArticlePage(items=[ArticleOut(**_of_staff(row)) for row in found.rows], next=found.next or None)


@router.get("articles/{int:number}", auth=READ, response=ArticleRead)
def get_article(request: ApiRequest, number: int) -> ArticleRead:
    """One article as readers see it; one that was never published, as it was saved last."""
    row = get_object_or_404(_with_all(Article.objects.visible_to(request.auth.member)), pk=number)
    return ArticleRead(**_of_staff(row), text=row.text, html=row.html)


@router.get("public/articles", auth=None, response=PublicArticlePage)
def list_public_articles(request: HttpRequest, wanted: Query[PublicFilter]) -> PublicArticlePage:
    """Published articles for everybody; no token is needed."""
    rows = _narrowed(Visitor.ANYBODY, wanted)
    found = page(rows, order=ORDER, cursor=wanted.cursor, size=wanted.limit)
    return PublicArticlePage(items=[PublicArticle(**_of_anybody(row)) for row in found.rows], next=found.next or None)


@router.get("public/articles/{int:number}", auth=None, response=PublicArticleRead)
def get_public_article(request: HttpRequest, number: int) -> PublicArticleRead:
    row = get_object_or_404(_with_all(Article.objects.visible_to(Visitor.ANYBODY)), pk=number)
    return PublicArticleRead(**_of_anybody(row), text=row.text, html=row.html)


def _narrowed(reader: Reader, wanted: PublicFilter) -> ArticleQuerySet:
    rows = Article.objects.visible_to(reader)
    if wanted.text.strip():
        rows = rows.filter(pk__in=keys_of(wanted.text, reader=reader))
    same = {name: value for name in ("language", "section") if (value := getattr(wanted, name))}
    return _with_all(rows.filter(**same)).defer("html", "text")


def _with_all(rows: ArticleQuerySet) -> ArticleQuerySet:
    return rows.select_related("section", "owner").prefetch_related(TAGS)


def _of_anybody(row: Article) -> dict[str, Any]:
    """What everybody may know of an article for everybody."""
    return {
        "id": row.pk,
        "title": row.title,
        "language": row.language,
        "section": named(row.section),
        "tags": [tag.name for tag in row.tags.all()],
        "url": settings.URL + reverse("portal:article", args=[row.pk, row.slug]),
        "published_at": row.published_at,
    }


def _of_staff(row: Article) -> dict[str, Any]:
    names = ("audience", "state", "latest", "review_on", "changed_at", "views", "uses", "helpful", "unhelpful")
    more = {name: getattr(row, name) for name in names}
    return {
        **_of_anybody(row),
        **more,
        "translation_of": row.original_id,
        "version": row.shown,
        "owner": named(row.owner),
    }
