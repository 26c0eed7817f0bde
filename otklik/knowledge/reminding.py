"""The worker’s watch over the days on which articles are to be checked."""

from datetime import datetime

from django.utils.timezone import now

from .models import Article

BATCH = 100


def remind_due(at: datetime | None = None) -> bool:
    """Tell of some articles that are to be checked today; False if there was none. Any number of workers may do it."""
    at = at or now()
    return any([article.remind(at=at) for article in Article.objects.to_review(at)[:BATCH]])
