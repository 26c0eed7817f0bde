"""What is kept about a mailbox besides its settings: tests of them, and how often mail usually comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.timezone import now

from otklik.staff.models import Language
from otklik.tickets.models import Channel

from .mailbox import Mailbox

LATE = timedelta(seconds=10)  # nobody took a test for so long: no worker runs
LONGEST_TEST = timedelta(minutes=3)  # whoever took a test and does not end it within this time is gone


class MailboxTestQuerySet(models.QuerySet["MailboxTest"]):
    def due(self, at: datetime | None = None) -> MailboxTestQuerySet:
        return self.filter(due_at__lte=at or now()).order_by("due_at", "pk")


class MailboxTest(models.Model):
    """One trial of a mailbox's settings. A row is a piece of work while `due_at` is set.

    `steps` are what was tried so far, each with `text`, `is_ok` and `advice`, in `language`.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="tests")
    language = models.CharField(max_length=2, choices=Language)
    steps: models.JSONField[Any, Any] = models.JSONField(default=list)
    asked_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(null=True, default=now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = MailboxTestQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="mailbox_test_due")]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def is_good(self) -> bool:
        """It ended, and nothing was wrong."""
        return self.finished_at is not None and bool(self.steps) and all(step["is_ok"] for step in self.steps)

    @property
    def is_late(self) -> bool:
        return self.started_at is None and self.asked_at < now() - LATE

    def claim(self, at: datetime | None = None) -> bool:
        """Take the test for LONGEST_TEST; False if a worker has it."""
        at = at or now()
        free = MailboxTest.objects.filter(pk=self.pk, due_at__lte=at)
        return bool(free.update(due_at=at + LONGEST_TEST, started_at=at, steps=[]))

    def tell(self, step: dict[str, Any]) -> None:
        """Show one more step to whoever looks on."""
        self.steps = [*self.steps, step]
        MailboxTest.objects.filter(pk=self.pk).update(steps=self.steps)

    def finish(self, at: datetime | None = None) -> None:
        self.due_at, self.finished_at = None, at or now()
        MailboxTest.objects.filter(pk=self.pk).update(due_at=None, finished_at=self.finished_at)


class MailboxWatch(models.Model):
    """When mail came to a mailbox in the last weeks, and since when it has been silent for longer than is usual.

    `hours` are the hours in which mail came, counted from 1970; `last_raw` is how far the raw messages were looked at.
    """

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="mailbox_watch")
    hours: models.JSONField[list[int], list[int]] = models.JSONField(default=list)
    last_raw = models.PositiveBigIntegerField(default=0)
    mail_at = models.DateTimeField(null=True)
    silent_since = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)  # the last mail before a silence that somebody called usual
    due_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="mailbox_watch_due")]

    def __str__(self) -> str:
        return str(self.channel)

    def accept(self) -> bool:
        """Somebody knows why no mail comes: say no more about it until some did; False if nothing was said."""
        silent = MailboxWatch.objects.filter(pk=self.pk, silent_since__isnull=False)
        return bool(silent.update(accepted_at=models.F("silent_since"), silent_since=None))
