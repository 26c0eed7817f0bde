"""A side conversation: what staff write about a ticket with a third party, and never with the client."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.journal.record import record
from otklik.staff.models import Member

from .channel import Channel
from .ticket import Actor, Ticket


class AsideQuerySet(models.QuerySet["Aside"]):
    def visible_to(self, member: Member) -> AsideQuerySet:
        return self.filter(ticket__in=Ticket.objects.visible_to(member))


class Aside(models.Model):
    """Letters between staff and a third party, on a ticket. Each letter is a message with this as its `aside`.

    `wakes`: the third party's answer opens a ticket that waits for a third party. One that has ended takes answers
    all the same, and begins again with them.
    """

    journal_name = "aside"
    NEW = "aside"  # where the draft of a first letter is kept

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="asides")
    subject = models.CharField(_("subject"), max_length=250)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="asides", verbose_name=_("mailbox"))
    opened_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)
    wakes = models.BooleanField(default=True)

    objects = AsideQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return f"{self.ticket.get_absolute_url()}#aside-{self.pk}"

    @property
    def place(self) -> str:
        """Where the drafts of its next letters are kept."""
        return f"{self.NEW}-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def addresses(self) -> list[str]:
        """Whom the next letter goes to, unless its writer decides otherwise."""
        return [party.address for party in self.parties.all() if party.is_asked]

    def end(self, *, by: Actor, at: datetime | None = None) -> bool:
        """Nothing more is expected of it; False if that is known."""
        at = at or now()
        return self._move(Aside.objects.filter(ended_at=None), "aside.ended", by=by, at=at, ended_at=at)

    def reopen(self, *, by: Actor, at: datetime | None = None) -> bool:
        """It goes on; False if it did not end."""
        over = Aside.objects.exclude(ended_at=None)
        return self._move(over, "aside.reopened", by=by, at=at or now(), ended_at=None)

    def _move(
        self, still: models.QuerySet[Aside], kind: str, *, by: Actor, at: datetime, ended_at: datetime | None
    ) -> bool:
        with transaction.atomic():
            if not still.filter(pk=self.pk).update(ended_at=ended_at):
                return False
            record(kind, self.ticket, by=by, at=at, aside=self.pk)
        self.ended_at = ended_at
        return True


class Party(models.Model):
    """One address in a side conversation: one that we write to (`is_asked`), or one that answered unasked.

    Nobody's account and no client: it may see nothing but the letters that it is sent.
    """

    journal_name = "party"

    aside = models.ForeignKey(Aside, models.CASCADE, related_name="parties")
    address = models.CharField(max_length=320)
    name = models.CharField(max_length=320)  # the address until they write
    is_asked = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["aside", "address"], name="party_once")]

    def __str__(self) -> str:
        return self.name
