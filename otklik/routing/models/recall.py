"""Members whose tickets are to be taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.staff.models import Member, Team

LEASE = timedelta(minutes=1)


class RecallQuerySet(models.QuerySet["Recall"]):
    def due(self, at: datetime) -> RecallQuerySet:
        return self.filter(due_at__lte=at).order_by("due_at", "pk")


class Recall(models.Model):
    """What a member has of a team's is taken back at `due_at`, batch by batch, until nothing is left."""

    class Why(models.TextChoices):
        ON_LEAVE = "on_leave", _("on leave")
        GONE = "gone", _("does not answer here any more")
        AWAY = "away", _("away, and the client waits")

    member = models.ForeignKey(Member, models.CASCADE, db_index=False, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+")
    why = models.CharField(max_length=10, choices=Why)
    due_at = models.DateTimeField()

    objects = RecallQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "team", "why"], name="recall_once")]
        indexes = [models.Index(fields=["due_at", "id"], name="recall_due")]

    def __str__(self) -> str:
        return f"{self.member}, {self.team}: {self.get_why_display()}"

    def claim(self, *, at: datetime) -> bool:
        """Take it for the length of LEASE; False if another worker has it."""
        return bool(Recall.objects.filter(pk=self.pk, due_at=self.due_at).update(due_at=at + LEASE))
