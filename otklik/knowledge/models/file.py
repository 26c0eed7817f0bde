"""Pictures and files of articles."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .article import Article


class ArticleFileQuerySet(models.QuerySet["ArticleFile"]):
    def of_version(self, number: int) -> ArticleFileQuerySet:
        """The files that a version of the article is given with; not the pictures in its text."""
        return self.filter(Q(until=None) | Q(until__gt=number), since__lte=number, content_id="")


class ArticleFile(models.Model):
    """Stored already. One with a `content_id` is a picture that a text shows by ``cid:``.

    Others belong to the versions from `since` until before `until`: what an agent attaches is shown when published.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="files")
    file = models.FileField(max_length=80)
    name = models.CharField(max_length=250)
    type = models.CharField(max_length=127)
    size_bytes = models.PositiveBigIntegerField()
    content_id = models.CharField(max_length=250, blank=True)
    since = models.PositiveIntegerField(default=1)
    until = models.PositiveIntegerField(null=True)

    objects = ArticleFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "content_id"], condition=~Q(content_id=""), name="article_picture_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
