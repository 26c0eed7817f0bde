"""Mail that has nowhere to go yet."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from otklik.tickets.models import Delivery


class OutboxMailQuerySet(models.QuerySet["OutboxMail"]):
    def waiting(self) -> OutboxMailQuerySet:
        """What is still held, newest first."""
        return self.filter(delivery__held_at__isnull=False).select_related("delivery__message").order_by("-at", "-pk")


class OutboxMail(models.Model):
    """An answer as its recipient would have got it, kept while no outgoing server is configured."""

    delivery = models.OneToOneField(Delivery, models.CASCADE, related_name="outbox_mail")
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=250)
    raw = models.BinaryField()
    at = models.DateTimeField(default=now)

    objects = OutboxMailQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"
