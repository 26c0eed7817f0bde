"""What a member has typed into an article and not saved yet."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from otklik.staff.models import Member

from .article import Article
from .version import TITLE_MAX


class ArticleDraft(models.Model):
    """One row for each article and author; `seen` is the version that it was begun from."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="drafts")
    author = models.ForeignKey(Member, models.CASCADE, related_name="+")
    title = models.CharField(max_length=TITLE_MAX, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    seen = models.PositiveIntegerField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "author"], name="article_draft_once")]

    def __str__(self) -> str:
        return self.text[:60]

    @classmethod
    def keep(cls, article: Article, author: Member, *, title: str, text: str, html: str, seen: int) -> None:
        typed = {"title": title[:TITLE_MAX], "text": text, "html": html, "seen": seen, "at": now()}
        cls.objects.update_or_create(article=article, author=author, defaults=typed)
