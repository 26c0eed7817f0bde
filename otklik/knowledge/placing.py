"""Where an article stands, who reads it and who answers for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from otklik.journal.record import record
from otklik.staff.models import Member, Team
from otklik.tickets.models import Tag

from . import index
from .errors import MayNotPublish
from .models import Article, Section

TAGS_MAX = 20


@dataclass(frozen=True)
class Place:
    section: Section | None
    audience: str
    teams: Iterable[Team]
    owner: Member | None
    review_on: date | None
    tags: Iterable[str]


def place(article: Article, wanted: Place, *, by: Member, at: datetime | None = None) -> bool:
    """Say anew where it stands and who reads it; False if all is so. Raises MayNotPublish for what is published."""
    if not article.can_be_placed_by(by):
        raise MayNotPublish
    to: dict[str, Any] = {name: getattr(wanted, name) for name in ("section", "audience", "owner", "review_on")}
    teams, names = {team.pk for team in wanted.teams}, clean_tags(wanted.tags)
    same = all(getattr(article, name) == value for name, value in to.items())
    had = {team.pk for team in article.teams.all()}, {tag.name for tag in article.tags.all()}
    if same and had == (teams, set(names)):
        return False
    if wanted.review_on != article.review_on:
        to["remind_on"] = wanted.review_on
    with transaction.atomic():
        # Published meanwhile by somebody else, it is theirs to place.
        if not Article.objects.filter(pk=article.pk, state=article.state).update(**to):
            raise MayNotPublish
        article.teams.set(teams)
        article.tags.set([Tag.objects.get_or_create(name=name)[0] for name in names])
        for name, value in to.items():
            setattr(article, name, value)
        index.remember(article)
        record("article.placed", article, by=by, at=at)
    return True


def clean_tags(tags: Iterable[str]) -> list[str]:
    names = (" ".join(tag.replace("\0", "").split())[:60] for tag in tags)
    return list(dict.fromkeys(name for name in names if name))[:TAGS_MAX]
