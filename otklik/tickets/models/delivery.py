"""A message on its way to one recipient."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import Person
from otklik.journal.record import record

from .channel import Channel
from .conversation import Message

LEASE = timedelta(minutes=5)  # renewed while a worker is at it
TRIES = 8
FIRST_PAUSE = timedelta(seconds=30)  # doubled with each try: the last follows after about an hour
LETTER = {"sent": "aside.delivered", "held": "aside.held", "failed": "aside.failed"}
OUR_SERVER = ("refused", "unreachable", "insecure")  # reasons that lie with the server for sending, not the recipient
NO_TROUBLE: dict[str, Any] = {"reason": "", "error": ""}


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, at: datetime | None = None) -> DeliveryQuerySet:
        return self.filter(due_at__lte=at or now()).order_by("due_at", "pk")

    def untouched(self) -> DeliveryQuerySet:
        """Those that wait for the time they were written for: no worker has had them yet."""
        in_time = Q(due_at=F("message__at")) | Q(reason=Delivery.Trouble.LIMIT)
        return self.filter(in_time, tries=0, due_at__isnull=False)

    def keep(self, claimed: list[int]) -> None:
        """Renew the claims of a worker that is still at these."""
        self.filter(pk__in=claimed, due_at__isnull=False).update(due_at=now() + LEASE)

    def stopped(self) -> DeliveryQuerySet:
        """Those that wait for their next try because our server for sending took none; not what a worker is at."""
        return self.filter(due_at__isnull=False, reason__in=OUR_SERVER)

    def not_overtaken(self) -> DeliveryQuerySet:
        """Those behind which nothing of their channel was sent. Where a later one was, the server takes mail, and only
        these it does not: that is for their writers.
        """
        later = Delivery.objects.filter(channel=OuterRef("channel"), pk__gt=OuterRef("pk"), sent_at__isnull=False)
        return self.filter(~Exists(later))

    def hurry(self) -> int:
        """Try these at once; how many there were."""
        return self.update(due_at=now())

    def held(self) -> DeliveryQuerySet:
        return self.exclude(held_at=None)

    def failed(self) -> DeliveryQuerySet:
        return self.exclude(failed_at=None)


class Delivery(models.Model):
    """One message to one address. A row is a piece of work while `due_at` is set.

    At least once, never at most once: a worker that dies between sending and writing that down sends again when the
    lease ends; the message keeps its name, so the recipient's program shows it once.
    """

    class Trouble(models.TextChoices):
        """What keeps a message from its recipient, as something to act on; the channel's own words are in `error`."""

        BAD_ADDRESS = "bad_address", _("There is no such address. Correct it, or reach the client another way.")
        FULL = "full", _("The recipient’s mailbox is full. Try again later, or reach the client another way.")
        TOO_LARGE = "too_large", _("The message is too large for the recipient. Send its files in parts or as links.")
        UNWANTED = (
            "unwanted",
            _(
                "The recipient’s server takes the message for unwanted. Change its text or files and send it again; "
                "if this happens often, tell an administrator."
            ),
        )
        NO_ROUTE = (
            "no_route",
            _("The recipient’s server could not be reached. Check what stands behind the @, or try again later."),
        )
        REFUSED = "refused", _("Our server for sending refuses this mailbox. Tell an administrator.")
        UNREACHABLE = "unreachable", _("Our server for sending cannot be reached.")
        INSECURE = "insecure", _("The connection to our server for sending cannot be secured. Tell an administrator.")
        LATER = "later", _("The server asks to come back later.")
        LIMIT = "limit", _("As many messages were sent as one hour allows. This one waits for its turn.")

    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="deliveries")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    address = models.CharField(max_length=320)
    is_hidden = models.BooleanField(default=False)  # from the other recipients
    due_at = models.DateTimeField(null=True, default=now)
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=20, choices=Trouble, blank=True)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)  # kept in the local outbox: no outgoing server is configured
    failed_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "address"], name="delivery_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="delivery_due"),
            models.Index(fields=["failed_at"], condition=Q(failed_at__isnull=False), name="delivery_failed"),
            models.Index(fields=["-held_at", "-id"], condition=Q(held_at__isnull=False), name="delivery_held"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.address}"

    @property
    def status(self) -> str:
        """One word for how it stands: "sent", "failed", "held" or "waiting"."""
        if self.failed_at:
            return "failed"
        if self.sent_at:
            return "sent"
        return "held" if self.held_at else "waiting"

    @property
    def status_label(self) -> str:
        labels = {"sent": _("Sent"), "failed": _("Not delivered"), "held": _("In the outbox"), "waiting": _("Sending")}
        return str(labels[self.status])

    @property
    def is_untouched(self) -> bool:
        """The same as `untouched` asks of the store."""
        in_time = self.due_at == self.message.at or self.reason == self.Trouble.LIMIT
        return self.tries == 0 and self.due_at is not None and in_time

    @property
    def may_have_left(self) -> bool:
        """Sent, or in the hands of a worker that has not said yet how it went."""
        return self.sent_at is not None or (self.tries > 0 and self.due_at is not None and not self.error)

    def claim(self, at: datetime | None = None) -> bool:
        """Take this delivery for the length of LEASE; False if a worker has it. What kept it before is forgotten: how
        it goes now is not known yet.
        """
        at = at or now()
        free = Delivery.objects.filter(pk=self.pk, due_at__lte=at)
        if not free.update(due_at=at + LEASE, tries=F("tries") + 1, **NO_TROUBLE):
            return False
        self.refresh_from_db()
        return True

    def mark_sent(self, *, at: datetime | None = None) -> None:
        at = at or now()
        self._end("sent", at, sent_at=at, held_at=None)

    def mark_held(self, *, at: datetime | None = None) -> None:
        at = at or now()
        self._end("held", at, held_at=at)

    def mark_failed(self, error: str, *, retry: bool, reason: str = "", at: datetime | None = None) -> None:
        """Try again later, or give up where everybody can see it."""
        at = at or now()
        why = {"reason": reason, "error": error[:1000]}
        if retry and self.tries < TRIES:
            pause = FIRST_PAUSE * 2 ** (self.tries - 1)
            Delivery.objects.filter(pk=self.pk).update(due_at=at + pause, **why)
            return
        self._end("failed", at, failed_at=at, **why)

    def postpone(self, until: datetime) -> None:
        """Wait for room in the channel's limit; that was no try."""
        Delivery.objects.filter(pk=self.pk).update(due_at=until, tries=F("tries") - 1, reason=self.Trouble.LIMIT)

    def bounce(self, why: str, *, reason: str = "", at: datetime | None = None) -> bool:
        """The mail server took it and could not deliver it; False if that is known."""
        at = at or now()
        ended = Delivery.objects.filter(pk=self.pk, failed_at=None)
        with transaction.atomic():
            gone: dict[str, Any] = {"due_at": None, "sent_at": None, "held_at": None, "failed_at": at}
            if not ended.update(**gone, reason=reason, error=why[:1000]):
                return False
            self._tell("failed", at)
        return True

    def send_again(self) -> bool:
        """Make a failed or held delivery due again; False if it is neither."""
        over = Delivery.objects.filter(pk=self.pk, due_at=None, sent_at=None)
        return bool(over.update(due_at=now(), tries=0, failed_at=None, held_at=None, **NO_TROUBLE))

    def _end(self, how: str, at: datetime, **columns: object) -> None:
        with transaction.atomic():
            ended = Delivery.objects.filter(pk=self.pk, sent_at=None).update(due_at=None, **(NO_TROUBLE | columns))
            if ended:
                self._tell(how, at)
        for name, value in {"due_at": None, **columns}.items():
            setattr(self, name, value)

    def _tell(self, how: str, at: datetime) -> None:
        """Of a side conversation by kinds of their own: whoever asks about the client's answers hears nothing of it."""
        kind = LETTER[how] if self.message.aside_id else f"delivery.{how}"
        record(kind, self.message.ticket, at=at, message=self.message_id, delivery=self.pk)
