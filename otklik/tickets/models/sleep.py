"""Tickets that were put off: out of the lists of what is to be done, until a time or until the client writes."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.utils.timezone import now

from otklik.journal.record import record
from otklik.staff.models import Member
from otklik.tickets.errors import TimeHasPassed

from .ticket import Actor, Ticket


class Sleep(models.Model):
    """One for each ticket that sleeps. Without `until` only the client, or a colleague, ends it.

    `member` is who put it off and is told when its time has come. Promises go on meanwhile.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="sleep")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["until"], condition=models.Q(until__isnull=False), name="sleep_until"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.until or '…'}"


def put_off(ticket: Ticket, *, until: datetime | None, by: Member, at: datetime | None = None) -> bool:
    """Let an open ticket sleep until a time, or until the client writes; False if it does so already, or is over.

    Raises TimeHasPassed.
    """
    at = at or now()
    if until is not None and until <= at:
        raise TimeHasPassed
    with transaction.atomic():
        # Its row is ours from here on, so that nobody ends the ticket or wakes it in between.
        held = Ticket.objects.select_for_update().open().filter(pk=ticket.pk, merged_into=None)
        if not held.exists() or Sleep.objects.filter(ticket=ticket, until=until).exists():
            return False
        Sleep.objects.update_or_create(ticket=ticket, defaults={"member": by, "until": until})
        record("ticket.put_off", ticket, by=by, at=at, until=until.isoformat() if until else None)
    return True


def wake(ticket: Ticket, *, by: Actor, at: datetime | None = None) -> bool:
    """Let it be among what is to be done again; False if it does not sleep."""
    with transaction.atomic():
        gone, _rows = Sleep.objects.filter(ticket=ticket).delete()
        if gone:
            record("ticket.woken", ticket, by=by, at=at, told=None)
    return bool(gone)


def wake_at(sleep: Sleep, *, at: datetime) -> bool:
    """Its time has come: whoever put it off is told. False if it was woken or put off anew meanwhile."""
    with transaction.atomic():
        gone, _rows = Sleep.objects.filter(pk=sleep.pk, until=sleep.until).delete()
        if gone:
            record("ticket.woken", sleep.ticket, at=at, told=sleep.member_id)
    return bool(gone)
