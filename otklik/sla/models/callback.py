"""A callback: the client is to be called, by when, and how often that was tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import PHONE, normalise
from otklik.journal.record import record
from otklik.sla.errors import CallbackOver, CallbackPromised, NoPhone
from otklik.staff.models import Member
from otklik.tickets.models import Ticket
from otklik.tickets.models.ticket import Actor

TRIES = 3  # after so many in vain nobody is told to try again
TRY_AGAIN = timedelta(minutes=30)


class CallbackQuerySet(models.QuerySet["Callback"]):
    def waiting(self) -> CallbackQuerySet:
        return self.filter(ended_at=None)

    def to_remind(self, at: datetime) -> CallbackQuerySet:
        return self.waiting().filter(remind_at__lte=at).order_by("remind_at", "pk")


class Callback(models.Model):
    """One promise to call the client of a ticket; one of a ticket waits at a time.

    `wanted_at` is the time that the client named, None for as soon as possible. `remind_at` is when somebody is to be
    told next. When it has to be done is the business of its clock, see `Metric.CALLBACK`.
    """

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        NOT_REACHED = "not_reached", _("Not reached")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="callbacks")
    phone = models.CharField(_("phone"), max_length=40)
    asked_at = models.DateTimeField(default=now)
    wanted_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=models.Q(ended_at=None), name="callback_once")
        ]
        indexes = [
            models.Index(fields=["remind_at"], condition=models.Q(remind_at__isnull=False), name="callback_remind")
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.phone}"

    def call(self, *, is_reached: bool, by: Member, note: str = "", at: datetime | None = None) -> Call:
        """Write down a call. It ends the callback if the client was reached, or this was the last of TRIES.

        Raises CallbackOver if it has ended.
        """
        at = at or now()
        with transaction.atomic():
            # The row is ours from this update on: two calls at once are counted one after the other.
            held = Callback.objects.waiting().filter(pk=self.pk)
            if not held.update(remind_at=at + TRY_AGAIN):
                raise CallbackOver(ticket=self.ticket)
            call = self.calls.create(member=by, at=at, is_reached=is_reached, note=note.strip())
            tried = self.calls.count()
            outcome = self.Outcome.REACHED if is_reached else self.Outcome.NOT_REACHED
            is_over = is_reached or tried >= TRIES
            if is_over:
                held.update(ended_at=at, outcome=outcome, remind_at=None)
            facts = {"outcome": outcome, "tried": tried, "note": call.note or None}
            record("callback.called", self.ticket, by=by, at=at, **facts)
        self.refresh_from_db()
        return call

    def withdraw(self, *, by: Actor, at: datetime | None = None) -> bool:
        """The client need not be called any more; False if it has ended."""
        at = at or now()
        over = {"ended_at": at, "outcome": self.Outcome.WITHDRAWN, "remind_at": None}
        with transaction.atomic():
            if not Callback.objects.waiting().filter(pk=self.pk).update(**over):
                return False
            record("callback.withdrawn", self.ticket, by=by, at=at)
        self.refresh_from_db()
        return True

    def remind(self, *, at: datetime) -> bool:
        """Tell that it is time to call; False if it was told, or is not any more."""
        with transaction.atomic():
            due = Callback.objects.waiting().filter(pk=self.pk, remind_at=self.remind_at)
            if not due.update(remind_at=None):
                return False
            record("callback.due", self.ticket, at=at)
        self.remind_at = None
        return True


class Call(models.Model):
    """One attempt to reach the client."""

    callback = models.ForeignKey(Callback, models.CASCADE, related_name="calls")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    is_reached = models.BooleanField()
    note = models.TextField(blank=True, max_length=1000)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.note[:60]


def promise_callback(
    ticket: Ticket, *, by: Actor, phone: str = "", wanted_at: datetime | None = None, at: datetime | None = None
) -> Callback:
    """Promise to call the client, at a time of theirs or as soon as possible.

    Without a phone number the client's own. A time that has passed is none. Whoever has the ticket and promises it
    themselves is reminded at the named time only. Raises NoPhone, CallbackPromised.
    """
    at = at or now()
    number = normalise(PHONE, phone) if phone.strip() else _number(ticket)
    if not number.startswith("+"):
        raise NoPhone(ticket=ticket)
    wanted_at = wanted_at if wanted_at and wanted_at > at else None
    is_own = isinstance(by, Member) and by.pk == ticket.assignee_id
    row: dict[str, Any] = {"ticket": ticket, "phone": number, "asked_at": at, "wanted_at": wanted_at}
    try:
        with transaction.atomic():
            callback = Callback.objects.create(**row, remind_at=wanted_at or (None if is_own else at))
            record("callback.promised", ticket, by=by, at=at, wanted=wanted_at.isoformat() if wanted_at else None)
    except IntegrityError:
        raise CallbackPromised(ticket=ticket) from None
    return callback


def _number(ticket: Ticket) -> str:
    address = ticket.client.address(PHONE)
    return address.value if address else ""
