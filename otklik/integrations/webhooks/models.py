"""Webhooks, and the calls that go to them. A call is a row with a due time: the row is the queue."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.journal.record import record
from otklik.lib.encrypted import EncryptedTextField, Undecipherable
from otklik.lib.forgetting import forget as forget_some
from otklik.staff.models import Member
from otklik.tickets.models import Ticket

from .signing import new_secret
from .troubles import Trouble

LEASE = timedelta(minutes=2)  # a call must have ended sooner, see lib.posting.SECONDS
BOTH_SECRETS = timedelta(hours=24)  # for which the secret of before signs too
PATIENCE = timedelta(hours=24)  # of nothing but failures, then it is paused
KEPT = timedelta(days=30)
# Pauses between the tries of a call, as Standard Webhooks advises: three days in all.
PAUSES = [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30),
          *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24))]  # fmt: skip
FIRST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=5)  # of a webhook that does not answer


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def failing(self) -> WebhookQuerySet:
        """Those in use that an administrator should look after."""
        return self.filter(is_active=True).exclude(paused_at=None)


class Webhook(models.Model):
    """An address that rules may call. Paused by itself, it keeps its calls until somebody lets it go on.

    `failing_since` is the first failure after the last success; `rests_until` spares one that does not answer.
    """

    class Why(models.TextChoices):
        """Why a webhook paused itself."""

        GONE = "gone", _("The webhook’s address says that it is gone for good")
        FAILING = "failing", _("The webhook takes no calls")

    journal_name = "webhook"

    name = models.CharField(_("name"), max_length=80, unique=True)
    url = models.CharField(_("address"), max_length=500, help_text=_("Where the calls go, beginning with https://"))
    secret = EncryptedTextField(default=new_secret, editable=False)
    former_secret = EncryptedTextField(blank=True, editable=False)
    former_until = models.DateTimeField(null=True, editable=False)
    is_active = models.BooleanField(_("in use"), default=True, help_text=_("If not, rules call it in vain."))
    paused_at = models.DateTimeField(null=True, editable=False)
    paused_why = models.CharField(max_length=10, choices=Why, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)  # in a row
    rests_until = models.DateTimeField(null=True, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def secrets(self, at: datetime) -> list[str]:
        """What signs a call at a time, the newest first. Raises Undecipherable."""
        is_both = self.former_until is not None and self.former_until > at and self.former_secret
        return [self.secret, self.former_secret] if is_both else [self.secret]

    def renew_secret(self, *, at: datetime | None = None) -> str:
        """A new secret; the one of before signs beside it for a day, so that no call is refused meanwhile."""
        at, secret = at or now(), new_secret()
        kept = Webhook.objects.filter(pk=self.pk)
        with transaction.atomic():
            before = kept.select_for_update().values_list("secret", flat=True).get()
            kept.update(secret=secret, former_secret=_if_it_opens(before), former_until=at + BOTH_SECRETS)
        self.refresh_from_db(fields=["secret", "former_secret", "former_until"])
        return secret

    def pause(self, why: str, *, at: datetime | None = None) -> bool:
        """Call it no more for now; False if it is paused already."""
        at = at or now()
        with transaction.atomic():
            if not Webhook.objects.filter(pk=self.pk, paused_at=None).update(paused_at=at, paused_why=why):
                return False
            record("webhook.paused", self, at=at, why=why)
        return True

    def resume(self, *, by: Member, at: datetime | None = None) -> bool:
        """Go on with all that waits; False if it is not paused."""
        at = at or now()
        with transaction.atomic():
            paused = Webhook.objects.filter(pk=self.pk).exclude(paused_at=None)
            if not paused.update(paused_at=None, paused_why="", **WELL):
                return False
            self.calls.filter(due_at__isnull=False).update(due_at=at, tries=0)
            record("webhook.resumed", self, by=by, at=at)
        return True

    def note_success(self) -> None:
        Webhook.objects.filter(pk=self.pk).exclude(failures=0).update(**WELL)

    def note_failure(self, *, rests_until: datetime, at: datetime) -> None:
        """Count a failure; after a day of nothing else, pause."""
        begun = Coalesce("failing_since", Value(at, models.DateTimeField()))
        Webhook.objects.filter(pk=self.pk).update(
            failing_since=begun, failures=F("failures") + 1, rests_until=rests_until
        )
        if self.failing_since and self.failing_since <= at - PATIENCE:
            self.pause(self.Why.FAILING, at=at)

    def next_rest(self, at: datetime) -> datetime:
        """When one that did not answer may be called again: ever later, to five minutes."""
        rest: timedelta = FIRST_REST * 2 ** min(self.failures, 10)
        return at + min(rest, LONGEST_REST)


def _if_it_opens(kept: Any) -> Any:
    """A kept secret; "" in place of one that was closed with a key that is lost."""
    try:
        return kept if kept.opened() else ""
    except Undecipherable:
        return ""


WELL: dict[str, Any] = {"failing_since": None, "failures": 0, "rests_until": None}


class WebhookCallQuerySet(models.QuerySet["WebhookCall"]):
    def due(self, at: datetime) -> WebhookCallQuerySet:
        """What may go out now, the longest due first; a trial goes whatever state its webhook is in."""
        rested = Q(webhook__rests_until=None) | Q(webhook__rests_until__lte=at)
        in_use = Q(webhook__is_active=True, webhook__paused_at=None) & rested
        return self.filter(in_use | Q(ticket=None), due_at__lte=at).order_by("due_at", "pk")


class WebhookCall(models.Model):
    """One thing that a webhook is told. At least once: a receiver knows a second time by `name`.

    A row is a piece of work while `due_at` is set; the body is what it was when the rule ran. Without a ticket it is
    a trial, which is made once.
    """

    key = models.UUIDField(unique=True, default=uuid4)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="calls", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    body = models.TextField()
    at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(null=True, default=now)
    tries = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)  # of the last answer; None when none came
    trouble = models.CharField(max_length=12, choices=Trouble, blank=True)
    error = models.TextField(blank=True)  # the receiver's or the system's own words
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    objects = WebhookCallQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="webhook_call_due"),
            models.Index(fields=["webhook", "-id"], name="webhook_call_newest"),
            models.Index(fields=["at"], name="webhook_call_age"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"msg_{self.key.hex}"

    @property
    def is_trial(self) -> bool:
        return self.ticket_id is None

    def claim(self, at: datetime) -> bool:
        """Take it for the length of LEASE; False if another worker has it."""
        free = WebhookCall.objects.filter(pk=self.pk, due_at=self.due_at)
        if not free.update(due_at=at + LEASE, tries=F("tries") + 1):
            return False
        self.due_at, self.tries = at + LEASE, self.tries + 1
        return True

    def settle(self, **how: Any) -> bool:
        """Write down how a try ended; False if the lease was over and somebody else has it."""
        return bool(WebhookCall.objects.filter(pk=self.pk, due_at=self.due_at).update(**how))

    def send_again(self, *, at: datetime | None = None) -> bool:
        """Make a call that has ended due anew, under its old name; False if it is still on its way."""
        fresh = {"sent_at": None, "failed_at": None, "tries": 0}
        return bool(WebhookCall.objects.filter(pk=self.pk, due_at=None).update(due_at=at or now(), **fresh))


def forget(at: datetime | None = None) -> bool:
    """Forget some calls of long ago, those too that no paused webhook took; False if there are none."""
    return forget_some(WebhookCall.objects.filter(at__lt=(at or now()) - KEPT).order_by("at"))
