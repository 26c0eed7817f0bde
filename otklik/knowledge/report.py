"""What readers did in the last days: what they read, what helped them, what they looked for in vain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils.timezone import localdate

from otklik.staff.models import Member

from .models import Article, Miss, Opinion, ViewsOfDay

DAYS = timedelta(days=30)
SHOWN = 20


@dataclass(frozen=True)
class Report:
    """`read` and `views` are of the last DAYS; so are `yes` and `no`, over all articles that the member sees."""

    views: int
    read: list[tuple[Article, int]]
    yes: int
    no: int
    opinions: list[Opinion]
    misses: list[Miss]

    @property
    def share(self) -> int | None:
        """How many of a hundred opinions say that it helped; None without any."""
        return round(100 * self.yes / (self.yes + self.no)) if self.yes + self.no else None


def report(member: Member, *, at: datetime) -> Report:
    seen = Article.objects.visible_to(member)
    days = ViewsOfDay.objects.filter(day__gt=localdate(at - DAYS), article__in=seen)
    sums = dict(days.order_by().values_list("article").annotate(sum=Sum("views")).order_by("-sum")[:SHOWN])
    articles = seen.in_bulk(sums)
    said = Opinion.objects.filter(at__gt=at - DAYS, article__in=seen)
    return Report(
        views=days.aggregate(sum=Sum("views", default=0))["sum"],
        read=[(articles[pk], views) for pk, views in sums.items() if pk in articles],
        yes=said.filter(is_helpful=True).count(),
        no=said.filter(is_helpful=False).count(),
        opinions=list(said.exclude(why="").select_related("article")[:SHOWN]),
        misses=list(Miss.objects.order_by("-times", "-at")[:SHOWN]),
    )
