"""“Was it helpful?”: one voice of a visitor on a version, without a name and without a flood."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.crypto import salted_hmac
from django.utils.timezone import now

from .errors import TooManyVoices
from .models import Article, Opinion
from .models.reading import WHY_MAX

WINDOW = timedelta(hours=1)
MOST = 20  # of one network within it, on all articles: an office shows many people by one address


def judge(
    article: Article, *, is_helpful: bool, why: str, visitor: str, network: str, at: datetime | None = None
) -> None:
    """Count what a visitor says of the version that is shown; said again, it takes the place of what they said.

    Raises TooManyVoices.
    """
    at = at or now()
    keys: dict[str, Any] = {"article": article, "version": article.shown, "visitor": _key("visitor", visitor)}
    origin = _key("network", network)
    recent = Opinion.objects.filter(network=origin, at__gt=at - WINDOW)
    if recent.count() >= MOST and not Opinion.objects.filter(**keys).exists():
        raise TooManyVoices
    said = {"is_helpful": is_helpful, "why": why.replace("\0", "").strip()[:WHY_MAX], "network": origin, "at": at}
    with transaction.atomic():
        Opinion.objects.update_or_create(**keys, defaults=said)
        counts = Opinion.objects.filter(article=article, version=article.shown).aggregate(
            helpful=Count("pk", filter=Q(is_helpful=True)), unhelpful=Count("pk", filter=Q(is_helpful=False))
        )
        Article.objects.filter(pk=article.pk, shown=article.shown).update(**counts)


def _key(sort: str, value: str) -> str:
    return salted_hmac(f"otklik.knowledge.{sort}", value, algorithm="sha256").hexdigest()
