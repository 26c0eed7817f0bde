"""What the chat keeps besides the ticket: who talks, what their page may show, what they agreed to."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import CHAT, Person
from otklik.journal.record import record
from otklik.staff.models import Language, Member
from otklik.tickets.models import Channel, Message, Ticket

KIND = CHAT  # of the channel, and of the addresses of its visitors
HERE = timedelta(seconds=45)  # so long after their page was heard of last, a visitor is there
TYPING = timedelta(seconds=6)


def new_key() -> str:
    return secrets.token_hex(16)


class Visitor(models.Model):
    """Somebody with the chat open in one browser, known by a signed token; `key` is their address of kind "chat".

    What they say of themselves is only said: an e-mail typed here never leads to what the owner of that e-mail wrote.
    `touched` grows with whatever their page has to show anew.
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    key = models.CharField(max_length=32, unique=True, default=new_key)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(max_length=2, choices=Language, blank=True)
    page_url = models.CharField(max_length=500, blank=True)
    page_title = models.CharField(max_length=200, blank=True)
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, related_name="visitors")
    created_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)
    typing_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    transcript_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)
    touched = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["seen_at"], name="chat_visitor_seen"),
            models.Index(fields=["created_at"], condition=Q(ticket=None), name="chat_visitor_silent"),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Visitor %(number)s") % {"number": self.pk})

    def is_here(self, at: datetime) -> bool:
        return self.seen_at > at - HERE

    def is_typing(self, at: datetime) -> bool:
        return self.typing_at is not None and self.typing_at > at - TYPING

    def touch(self, **columns: object) -> None:
        """Set columns, and let the visitor's open pages show what is new."""
        Visitor.objects.filter(pk=self.pk).update(touched=F("touched") + 1, **columns)

    def end(self, *, at: datetime | None = None) -> bool:
        """The visitor ends the talk; False if nothing was said, or it is ended. Writing again goes on with it."""
        at = at or now()
        with transaction.atomic():
            going = Visitor.objects.filter(pk=self.pk, ended_at=None).exclude(ticket=None)
            if not going.update(ended_at=at, touched=F("touched") + 1):
                return False
            ticket = Ticket.objects.get(visitors=self.pk)
            record("chat.ended", ticket.survivor(), by=ticket.client, at=at)
        return True

    def block(self, *, by: Member, at: datetime | None = None) -> bool:
        """Take nothing more from this visitor; False if it is so already."""
        return self._block(at or now(), "chat.blocked", by=by, at=at)

    def unblock(self, *, by: Member, at: datetime | None = None) -> bool:
        return self._block(None, "chat.unblocked", by=by, at=at)

    def _block(self, blocked_at: datetime | None, kind: str, *, by: Member, at: datetime | None) -> bool:
        with transaction.atomic():
            other = Visitor.objects.filter(pk=self.pk, blocked_at__isnull=blocked_at is not None)
            if not other.update(blocked_at=blocked_at, touched=F("touched") + 1):
                return False
            if self.ticket:
                record(kind, self.ticket.survivor(), by=by, at=at)
        return True


class Shown(models.Model):
    """A message that one visitor's page shows: they wrote it, or it was delivered to them. They can read no other.

    `mail_at` is when an answer that was not read by then goes out by mail, if the visitor has left.
    """

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="shown")
    message = models.ForeignKey(Message, models.CASCADE, related_name="shown")
    at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visitor", "message"], name="chat_shown_once")]
        indexes = [
            models.Index(fields=["visitor", "-id"], name="chat_shown_newest"),
            models.Index(fields=["mail_at"], condition=Q(mail_at__isnull=False), name="chat_shown_to_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.visitor_id}"


class Agreement(models.Model):
    """A visitor agreed to a text before the talk. It is kept as it was read, also when the visitor is forgotten."""

    visitor = models.OneToOneField(Visitor, models.SET_NULL, null=True, related_name="agreement")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="chat_agreements")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    text = models.TextField(_("text"))
    version = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("time"), default=now)

    def __str__(self) -> str:
        return f"{self.person}, {self.version}"


class Knock(models.Model):
    """Something taken from a visitor, for counting. `key` is a keyed digest: no network address is kept."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="chat_knock_key")]

    def __str__(self) -> str:
        return self.key
