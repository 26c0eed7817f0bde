"""Beginning an article: an empty one, one of an answer, or a translation of one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from otklik.journal.record import record
from otklik.lib.html import html_of, text_of
from otklik.lib.rich import pictures, rich
from otklik.staff.models import Language, Member
from otklik.tickets.files import Kept, kept_of
from otklik.tickets.models import Message

from . import index
from .errors import NothingWritten
from .models import Article, ArticleFile, Audience, Version
from .models.article import clean_title
from .slugs import slug_of


def begin(
    title: str,
    *,
    by: Member | None,
    html: str = "",
    language: str = Language.RUSSIAN,
    audience: str = Audience.PUBLIC,
    files: Iterable[Kept] = (),
    at: datetime | None = None,
    **rest: Any,
) -> Article:
    """A draft of an article; `rest` are columns of it. Raises NothingWritten without a title."""
    at, title = at or now(), clean_title(title)
    if not title:
        raise NothingWritten
    said = {"title": title, "html": html, "text": text_of(html) if html else ""}
    with transaction.atomic():
        article = Article.objects.create(
            **said, slug=slug_of(title), language=language, audience=audience, author=by, changed_at=at, **rest
        )
        Version.objects.create(article=article, number=1, by=by, at=at, **said)
        ArticleFile.objects.bulk_create(file_of(article, kept) for kept in files)
        record("article.begun", article, by=by, at=at, title=title)
        index.remember(article)
    return article


def file_of(article: Article, kept: Kept, *, since: int = 1) -> ArticleFile:
    return ArticleFile(
        article=article,
        file=kept.path,
        name=kept.name,
        type=kept.type[:127],
        size_bytes=kept.size_bytes,
        content_id=kept.content_id,
        since=since,
    )


def begin_of_message(message: Message, *, by: Member, at: datetime | None = None) -> Article:
    """A draft for the staff with what a message says and shows; whoever publishes it decides who reads it."""
    html = rich(message.html) if message.is_formatted else rich(html_of(message.text))
    shown = pictures(html)
    files = [kept_of(file) for file in message.attachments.all() if file.content_id in shown]
    language = message.ticket.client.language or Language.RUSSIAN
    return begin(
        message.ticket.subject, by=by, html=html, language=language, audience=Audience.STAFF, files=files, at=at
    )


def translate(article: Article, language: str, *, by: Member, at: datetime | None = None) -> Article:
    """A draft of the same in another language, with the text to be translated; the one there is, if there is one."""
    first = article.original or article
    with transaction.atomic():
        # Its row is ours: of two who begin at once, the second finds what the first began.
        Article.objects.select_for_update().get(pk=first.pk)
        there = article.translations().filter(language=language).first()
        if there or article.language == language:
            return there or article
        newest = article.newest
        copied = [
            Kept(str(file.file), file.name, file.type, file.size_bytes, file.content_id)
            for file in article.files.exclude(content_id="")
            if file.content_id in pictures(newest.html)
        ]
        made = begin(
            newest.title,
            by=by,
            html=newest.html,
            language=language,
            audience=article.audience,
            files=copied,
            at=at,
            original=first,
            section=article.section,
        )
        made.teams.set(article.teams.all())
    return made
