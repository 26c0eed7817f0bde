"""How often articles are read: gathered in the process, and written now and then, not at every page.

What a process had gathered when it died is lost: a few views, which nobody is owed.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from threading import Lock

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate, now

from .models import Article, ViewsOfDay

GATHERED = 20  # views
WAIT = timedelta(minutes=1)


class Views:
    """The views of one process that are not written yet."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: Counter[tuple[int, date]] = Counter()
        self._written_at = now()

    def add(self, article: Article, *, at: datetime | None = None) -> None:
        """Count a view; writes what was gathered once it is much, or old."""
        at = at or now()
        with self._lock:
            self._seen[article.pk, localdate(at)] += 1
            is_due = self._seen.total() >= GATHERED or at - self._written_at >= WAIT
        if is_due:
            self.write(at=at)

    def write(self, *, at: datetime | None = None) -> None:
        with self._lock:
            seen, self._seen, self._written_at = self._seen, Counter(), at or now()
        known = set(Article.objects.filter(pk__in={pk for pk, _day in seen}).values_list("pk", flat=True))
        with transaction.atomic():
            # In one order for all processes, or two could wait for each other.
            for (pk, day), views in sorted(seen.items()):
                if pk in known:
                    Article.objects.filter(pk=pk).update(views=F("views") + views)
                    ViewsOfDay.objects.get_or_create(article_id=pk, day=day)
                    ViewsOfDay.objects.filter(article=pk, day=day).update(views=F("views") + views)


VIEWS = Views()
