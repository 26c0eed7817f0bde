"""What has to be remembered of mails that were sent: how many in this hour, and whom a program answered when."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from otklik.tickets.models import Channel


class SendingHour(models.Model):
    """How many mails a mailbox has sent in the hour that began with the first of them."""

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="sending_hour")
    began_at = models.DateTimeField(default=now)
    mails = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.mails}"


class AutoAnswered(models.Model):
    """Somebody who got an automatic answer, and when: they get none soon after, from whichever mailbox."""

    address = models.CharField(max_length=254, unique=True)
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.address
