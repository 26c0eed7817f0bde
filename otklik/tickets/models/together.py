"""Colleagues at one ticket: who wants to know what happens on it, and who looks at it just now."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.journal.record import record
from otklik.staff.models import Member

from .ticket import Actor, Ticket

PRESENT = timedelta(seconds=60)  # so long after their page was heard of last, somebody still looks
FORGOTTEN = timedelta(hours=1)


class Watch(models.Model):
    """A member is told what happens on a ticket, whoever has it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="watches")
    member = models.ForeignKey(Member, models.CASCADE, related_name="watches")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "member"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.member} → {self.ticket}"


def watch(ticket: Ticket, member: Member, *, by: Actor, at: datetime | None = None) -> bool:
    """Tell a member of a ticket from now on; False if they are told already."""
    with transaction.atomic():
        _row, new = Watch.objects.get_or_create(ticket=ticket, member=member)
        if new:
            record("ticket.watched", ticket, by=by, at=at, member=member.pk)
    return new


def unwatch(ticket: Ticket, member: Member, *, by: Actor, at: datetime | None = None) -> bool:
    """Tell a member of a ticket no more; False if they were not told."""
    with transaction.atomic():
        gone, _rows = Watch.objects.filter(ticket=ticket, member=member).delete()
        if gone:
            record("ticket.unwatched", ticket, by=by, at=at, member=member.pk)
    return bool(gone)


class LookingQuerySet(models.QuerySet["Looking"]):
    def present(self, at: datetime | None = None) -> LookingQuerySet:
        return self.filter(seen_at__gt=(at or now()) - PRESENT)


class Looking(models.Model):
    """A member has a ticket open. No event and no lock: the row is written anew while the page lives, then ignored."""

    class Doing(models.TextChoices):
        READING = "reading", _("is looking at this ticket")
        REPLY = "reply", _("is writing an answer")
        NOTE = "note", _("is writing a note")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="lookers")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    doing = models.CharField(max_length=10, choices=Doing, default=Doing.READING)
    seen_at = models.DateTimeField(default=now)

    objects = LookingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "member"], name="looking_once")]
        indexes = [models.Index(fields=["seen_at"], name="looking_seen")]

    def __str__(self) -> str:
        return f"{self.member} {self.get_doing_display()}"

    @classmethod
    def note(cls, ticket: Ticket, member: Member, doing: str, *, at: datetime | None = None) -> None:
        """A member is there, and does this; what they looked at long ago is forgotten."""
        at = at or now()
        seen = {"doing": doing, "seen_at": at}
        _row, new = cls.objects.update_or_create(ticket=ticket, member=member, defaults=seen)
        if new:
            cls.objects.filter(member=member, seen_at__lt=at - FORGOTTEN).delete()

    @classmethod
    def gone(cls, ticket: Ticket, member: Member) -> None:
        cls.objects.filter(ticket=ticket, member=member).delete()
