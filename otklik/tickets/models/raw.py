"""What came from outside, byte for byte, before anybody tried to understand it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.lib.inbound import Reason
from otklik.lib.prepared import set_columns

from .channel import Channel
from .conversation import Message

LEASE = timedelta(minutes=5)
# What is dropped for one of these reasons a person may have written; the others are programs talking.
PERHAPS_LOST = (Reason.EMPTY, Reason.NO_SENDER, Reason.MALFORMED, Reason.STAFF_REFUSED)


class RawMessageQuerySet(models.QuerySet["RawMessage"]):
    def due(self, at: datetime | None = None) -> RawMessageQuerySet:
        return self.filter(due_at__lte=at or now()).order_by("due_at", "pk")

    def unread(self) -> RawMessageQuerySet:
        """Given up on after all tries: an administrator's matter."""
        return self.filter(outcome=RawMessage.Outcome.FAILED)

    def perhaps_lost(self) -> RawMessageQuerySet:
        """Read and dropped, though a person may have written it."""
        return self.filter(outcome=RawMessage.Outcome.DROPPED, reason__in=PERHAPS_LOST)


class RawMessage(models.Model):
    """The bytes of one message, and what became of it. A row is a piece of work while `due_at` is set.

    The same bytes by the same channel are one row (`raw_message_once`), so storing again is harmless.
    `envelope` is what the transport said besides: for SMTP ``mail_from`` and ``rcpt_to``.
    """

    class Outcome(models.TextChoices):
        WAITING = "", _("Not read yet")
        RECEIVED = "received", _("Became a message")
        DROPPED = "dropped", _("Dropped")
        FAILED = "failed", _("Could not be read")

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="raw_messages")
    envelope = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(null=True, default=now)
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    reason = models.TextField(blank=True)  # why it was dropped, or the last failure
    message = models.OneToOneField(Message, models.SET_NULL, null=True, related_name="raw")
    body = models.BinaryField()

    objects = RawMessageQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "digest"], name="raw_message_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="raw_message_due"),
            models.Index(fields=["outcome", "-id"], name="raw_message_outcome"),
        ]

    @property
    def reason_label(self) -> str:
        """The reason as people read it."""
        return str(Reason(self.reason).label) if self.reason in Reason.values else self.reason

    def claim(self, at: datetime | None = None) -> bool:
        """Take this message for the length of LEASE; False if a worker has it."""
        at = at or now()
        free = RawMessage.objects.filter(pk=self.pk, due_at__lte=at)
        return bool(free.update(due_at=at + LEASE, tries=F("tries") + 1))

    @classmethod
    def claim_fresh(cls, numbers: list[int], at: datetime | None = None) -> set[int]:
        """Take those of some messages that nobody has begun yet, at one stroke; which they are."""
        at = at or now()
        lease = at + LEASE  # to the microsecond: nobody else's claim bears the same
        fresh = cls.objects.filter(pk__in=numbers, tries=0, due_at__lte=at)
        if not numbers or not fresh.update(due_at=lease, tries=1):
            return set()
        return set(cls.objects.filter(pk__in=numbers, due_at=lease).values_list("pk", flat=True))

    def settle(self, outcome: str, **columns: Any) -> None:
        """Write down what became of it; it is no work any more."""
        set_columns(self, outcome=outcome, due_at=None, **columns)

    def read_again(self) -> bool:
        """Make a message that became nothing due again; False if it became a message or is due anyway."""
        over = RawMessage.objects.filter(pk=self.pk, due_at=None).exclude(outcome=self.Outcome.RECEIVED)
        return bool(over.update(due_at=now(), tries=0, outcome="", reason=""))
