"""What readers did: how often they read, what they thought of it, what they looked for in vain."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from otklik.lib.forgetting import forget as forget_some
from otklik.staff.models import Language, Member
from otklik.tickets.models import Ticket

from .article import Article

WHY_MAX = 500  # letters
MISS_MAX = 80
MISSES_KEPT = timedelta(days=180)
DAYS_KEPT = timedelta(days=400)


class ViewsOfDay(models.Model):
    """How often an article was read by clients on one day, by the company’s calendar."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "day"], name="views_of_day_once")]
        indexes = [models.Index(fields=["day"], name="views_by_day")]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.views}"


class Opinion(models.Model):
    """One visitor’s yes or no on one version. `visitor` and `network` cannot be traced back to anybody."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="opinions")
    version = models.PositiveIntegerField()
    visitor = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    is_helpful = models.BooleanField()
    why = models.TextField(blank=True, max_length=WHY_MAX)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["article", "version", "visitor"], name="opinion_once")]
        indexes = [
            models.Index(fields=["network", "at"], name="opinion_network"),
            models.Index(fields=["-at"], condition=~Q(why=""), name="opinion_why"),
        ]

    def __str__(self) -> str:
        return self.why[:60]


class Use(models.Model):
    """An article that somebody gave or read out on a ticket."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="used")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "ticket"], name="article_used_once")]

    def __str__(self) -> str:
        return f"{self.article_id} in #{self.ticket_id}"


class Miss(models.Model):
    """Words that were looked for and not found; never who looked."""

    text = models.CharField(max_length=MISS_MAX)
    language = models.CharField(max_length=2, choices=Language)
    times = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-times", "-at"]
        constraints = [models.UniqueConstraint(fields=["text", "language"], name="miss_once")]

    def __str__(self) -> str:
        return self.text


def forget(at: datetime | None = None) -> bool:
    """Forget a little of what nobody looks for any more, and of counts of days long past; False if there was none."""
    at = at or now()
    gone = forget_some(Miss.objects.filter(at__lt=at - MISSES_KEPT))
    return forget_some(ViewsOfDay.objects.filter(day__lt=(at - DAYS_KEPT).date())) or gone
