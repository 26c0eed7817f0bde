"""What an article said and says: every text of it stays."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from otklik.staff.models import Member

TITLE_MAX = 200


class Version(models.Model):
    """One text of an article, by whom and when; never changed afterwards."""

    article = models.ForeignKey("Article", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_MAX)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="version_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"
