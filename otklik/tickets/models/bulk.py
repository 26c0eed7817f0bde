"""One wish about many tickets, and what became of it on each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.staff.models import Member

from .ticket import Ticket

LEASE = timedelta(minutes=2)
KEPT = timedelta(days=30)


class BulkQuerySet(models.QuerySet["Bulk"]):
    def visible_to(self, member: Member) -> BulkQuerySet:
        """What somebody changes is their own matter; the tickets’ histories tell it to everybody."""
        return self.filter(member=member) if member.is_active else self.none()

    def due(self, at: datetime) -> BulkQuerySet:
        return self.filter(due_at__lte=at).order_by("due_at", "pk")


class Bulk(models.Model):
    """What a member wants done to many tickets; `steps` are deeds, see deeds.py, each as {"do": key, …}.

    `press` is the page that it was wished on: pressing twice makes one. `due_at` is its lease, then the time of the
    next round; none when it has ended.
    """

    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    press = models.UUIDField(default=uuid.uuid4)
    steps = models.JSONField()
    total = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = BulkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "press"], name="bulk_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="bulk_due"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="bulk_age"),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.total}"

    @classmethod
    def begin(
        cls, steps: list[dict[str, Any]], tickets: Iterable[int], *, by: Member, press: uuid.UUID, at: datetime
    ) -> Bulk:
        """A wish about the tickets of these numbers. The same `press` again answers the one that it made."""
        numbers = list(tickets)
        with transaction.atomic():
            bulk, is_new = cls.objects.get_or_create(
                member=by,
                press=press,
                defaults={"steps": steps, "total": len(numbers), "made_at": at, "due_at": at},
            )
            if is_new:
                BulkRow.objects.bulk_create([BulkRow(bulk=bulk, ticket_id=number) for number in numbers], 500)
        return bulk

    def claim(self, *, at: datetime) -> bool:
        """Take it for the length of LEASE; False if another worker has it, or it has ended."""
        free = Bulk.objects.filter(pk=self.pk, due_at=self.due_at)
        return self.due_at is not None and bool(free.update(due_at=at + LEASE))

    def stop(self, *, at: datetime | None = None) -> bool:
        """Leave the rest as it is; False if it has ended, or was stopped."""
        at = at or now()
        going = Bulk.objects.filter(pk=self.pk, ended_at=None, stopped_at=None)
        return bool(going.update(stopped_at=at))

    def tally(self) -> dict[str, int]:
        """How many tickets each outcome has; "" are those that wait."""
        found = self.rows.order_by().values_list("outcome").annotate(number=Count("pk"))
        return dict.fromkeys(BulkRow.Outcome.values, 0) | dict(found)


class BulkRow(models.Model):
    """One ticket of a wish. `why` is the reason of a refusal, in the words that the member was to read."""

    class Outcome(models.TextChoices):
        WAITS = "", _("Waits")
        CHANGED = "changed", _("Changed")
        SAME = "same", _("Was so already")
        REFUSED = "refused", _("Refused")

    bulk = models.ForeignKey(Bulk, models.CASCADE, related_name="rows", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    why = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "ticket"], name="bulk_ticket_once")]
        indexes = [models.Index(fields=["bulk", "outcome", "id"], name="bulk_row_outcome")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.get_outcome_display()}"
