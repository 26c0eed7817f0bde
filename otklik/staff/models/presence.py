"""Whether a member is at the desk: what they say, and what their browser shows by leases that run out by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.journal.record import record

from .company import Company
from .member import Member

NEARLY = timedelta(minutes=1)
LEASE = timedelta(minutes=3)  # a browser wakes a hidden page once a minute; it may miss a turn


class Status(models.TextChoices):
    ONLINE = "online", _("Online")
    AWAY = "away", _("Away")
    OFFLINE = "offline", _("Offline")


class PresenceQuerySet(models.QuerySet["Presence"]):
    def due(self, at: datetime) -> PresenceQuerySet:
        return self.filter(due_at__lte=at).order_by("due_at", "pk")


class Presence(models.Model):
    """One member's presence. What they choose is the most that they are: online means “as my browser shows”.

    `open_until`: some page of the desk is open; `active_until`: they use it. `status` is what the journal was last
    told, and `due_at` when that will change if nothing more is heard.
    """

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="presence")
    chosen = models.CharField(max_length=10, choices=Status, default=Status.ONLINE)
    open_until = models.DateTimeField(null=True)
    active_until = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OFFLINE)
    since = models.DateTimeField(default=now)
    due_at = models.DateTimeField(null=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="presence_due")]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_status_display()}"

    @classmethod
    def of(cls, member: Member) -> Presence:
        """The member's presence; of somebody who was never here, one that is not kept yet."""
        return cls.objects.filter(member=member).first() or cls(member=member)

    def at(self, at: datetime) -> Status:
        """How it stands at a time, whether or not the journal was told."""
        if self.chosen == Status.OFFLINE or not _reaches(self.open_until, at):
            return Status.OFFLINE
        if self.chosen == Status.AWAY or not _reaches(self.active_until, at):
            return Status.AWAY
        return Status.ONLINE

    def fades(self, at: datetime) -> bool:
        """Whether half of a lease is over, so that it is time to write down that the member is still here."""
        return not _reaches(self.open_until, at + LEASE / 2) or self.is_idle(at)

    def is_idle(self, at: datetime) -> bool:
        """Whether the time is nearly over after which somebody who does nothing is away."""
        return not _reaches(self.active_until, at + NEARLY)

    def hear(self, *, is_active: bool, at: datetime | None = None) -> bool:
        """A page of the desk is open and, if `is_active`, was just used; whether anything had to be written."""
        at = at or now()
        if _reaches(self.open_until, at + LEASE / 2) and not (is_active and self.is_idle(at)):
            return False
        heard = {"open_until": at + LEASE}
        if is_active:
            heard["active_until"] = at + Company.current().patience
        return self._change(heard, by=None, at=at)

    def choose(self, status: str, *, at: datetime | None = None) -> bool:
        """The member says how available they are at most; False if nothing changes by it."""
        at = at or now()
        # Somebody who presses a button is there.
        heard = {"open_until": at + LEASE, "active_until": at + Company.current().patience}
        return self._change({"chosen": status, **heard}, by=self.member, at=at)

    def leave_desk(self, *, at: datetime | None = None) -> bool:
        """The member signed out: no page is open any more."""
        at = at or now()
        return self._change({"open_until": at}, by=self.member, at=at)

    def settle(self) -> bool:
        """Tell the journal what came of time alone, as of when it did; False if more was heard meanwhile."""
        return self._change({}, by=None, at=self.due_at) if self.due_at else False

    def _change(self, changes: dict[str, Any], *, by: Member | None, at: datetime) -> bool:
        with transaction.atomic():
            Presence.objects.get_or_create(member=self.member)
            row = Presence.objects.select_for_update().get(pk=self.member_id)
            before = Status(row.status)
            for name, value in changes.items():
                setattr(row, name, value)
            after = row.at(at)
            told = {"status": after, "since": at} if after != before else {}
            Presence.objects.filter(pk=row.pk).update(**changes, **told, due_at=row.ends(after))
            if told:
                record("member.presence_changed", self.member, by=by, at=at, before=before, after=after)
        self.refresh_from_db()
        return bool(changes or told)

    def ends(self, status: Status) -> datetime | None:
        """When a status ends if nothing more is heard; None if it does not."""
        if status == Status.OFFLINE or self.open_until is None:
            return None
        if status == Status.ONLINE and self.active_until:
            return min(self.open_until, self.active_until)
        return self.open_until


def _reaches(until: datetime | None, at: datetime) -> bool:
    return until is not None and at < until
