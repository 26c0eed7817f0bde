"""Which articles helped on which ticket."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from otklik.journal.record import record
from otklik.staff.models import Member
from otklik.tickets.models import Ticket

from .models import Article, Use


def use(article: Article, ticket: Ticket, *, by: Member, at: datetime | None = None) -> bool:
    """Note that an article was given or told on a ticket; False if that was noted already."""
    at = at or now()
    with transaction.atomic():
        _use, is_new = Use.objects.get_or_create(article=article, ticket=ticket, defaults={"member": by, "at": at})
        if is_new:
            Article.objects.filter(pk=article.pk).update(uses=F("uses") + 1)
            record("article.used", ticket, by=by, at=at, article=article.pk)
    return is_new
