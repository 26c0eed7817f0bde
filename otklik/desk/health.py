"""How mailboxes and webhooks fare: what an administrator sees at once, and on the health page in full."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import caches
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from otklik.channels.email.advice import ADVICE, Advice
from otklik.channels.email.models import Mailbox, MailboxWatch, Trouble
from otklik.integrations.webhooks.models import Webhook
from otklik.staff.models import Member
from otklik.tickets.models import Channel, Delivery, RawMessage
from otklik.tickets.models.delivery import OUR_SERVER

FRESH_SECONDS = 60  # for which the banner is taken from memory
PASSING = timedelta(minutes=10)  # a failure shorter than this is told on the health page only, unless we are shut out
NOTICEABLE = timedelta(minutes=1)
RAW_LATE = timedelta(minutes=5)  # longer than all tries to read one take
DELIVERY_LATE = timedelta(minutes=10)
NOT_READ = timedelta(minutes=5)  # since a mailbox’s turn came
STUCK = timedelta(minutes=30)  # since the last look at a mailbox that is looked at every few minutes
ALARMS = "desk.alarms"
STATES = ("bad", "late", "unread", "good", "unused")  # in the order in which they are shown


@dataclass(frozen=True)
class Alarm:
    """Something wrong with a mailbox or a webhook that an administrator must know wherever they are."""

    name: str
    code: str
    since: datetime | None

    @property
    def title(self) -> Any:
        return ADVICE[self.code].title if self.code in ADVICE else Webhook.Why(self.code).label


def alarms(member: Member, *, at: datetime | None = None) -> list[Alarm]:
    """What the banner says; nothing to anybody but administrators. Three queries a minute."""
    if not member.is_administrator:
        return []
    known: list[Alarm] | None = caches["local"].get(ALARMS)
    if known is None:
        known = _alarms(at or now())
        caches["local"].set(ALARMS, known, FRESH_SECONDS)
    return known


def forget_alarms() -> None:
    """Something was put right or changed: look anew."""
    caches["local"].delete(ALARMS)


def _alarms(at: datetime) -> list[Alarm]:
    failing = Q(mailbox__error_code=Trouble.LOGIN_REFUSED) | Q(mailbox__failed_at__lte=at - PASSING)
    failing &= ~Q(mailbox__incoming="")
    silent = Q(mailbox_watch__silent_since__isnull=False)
    rows = Channel.objects.active().filter(failing | silent, kind="email").order_by("name")
    found = [
        Alarm(name, code or "silent", failed_at or silent_since)
        for name, code, failed_at, silent_since in rows.values_list(
            "name", "mailbox__error_code", "mailbox__failed_at", "mailbox_watch__silent_since"
        )
    ]
    refused = Q(reason=Delivery.Trouble.REFUSED) | Q(message__at__lte=at - PASSING)
    unsent = Delivery.objects.stopped().not_overtaken().filter(refused, channel__is_active=True, channel__kind="email")
    waiting = unsent.values_list("channel__name").annotate(since=Min("message__at")).order_by("channel__name")
    found += [Alarm(name, "not_sent", since) for name, since in waiting]
    since = Coalesce("failing_since", "paused_at")
    paused = Webhook.objects.failing().values_list("name", "paused_why", since)
    found += [Alarm(name, why, at) for name, why, at in paused]
    return sorted(found, key=lambda alarm: alarm.code == "silent")


@dataclass
class Queue:
    """Work that waits for a worker, and how old the oldest piece of it is."""

    count: int = 0
    oldest: datetime | None = None
    said: str = ""  # what the server answered to one of these

    def is_late(self, at: datetime, patience: timedelta) -> bool:
        return self.oldest is not None and self.oldest < at - patience


@dataclass
class Standing:
    """One mailbox on the health page."""

    channel: Channel
    mailbox: Mailbox | None
    watch: MailboxWatch | None
    raw: Queue
    deliveries: Queue
    stopped: Queue
    at: datetime
    codes: list[str] = field(default_factory=list)

    @property
    def is_fetched(self) -> bool:
        return self.mailbox is not None and self.mailbox.incoming != ""

    @property
    def mail_at(self) -> datetime | None:
        known = [row.mail_at for row in (self.mailbox, self.watch) if row and row.mail_at]
        return max(known, default=None)

    @property
    def lag_since(self) -> datetime | None:
        """Mail that came after this moment may not be a ticket yet; None while that is less than a minute ago."""
        read_at = self.mailbox.checked_at if self.mailbox and self.is_fetched else None
        behind = min((when for when in (read_at, self.raw.oldest) if when), default=self.at)
        return behind if behind < self.at - NOTICEABLE else None

    @property
    def to_send(self) -> int:
        return self.deliveries.count + self.stopped.count

    @property
    def advice(self) -> list[tuple[str, Advice]]:
        return [(code, ADVICE[code]) for code in self.codes]

    @property
    def state(self) -> str:
        """One word of STATES, for the chip; "unread" is never read yet."""
        if not self.channel.is_active:
            return "unused"
        if self.codes:
            is_failing = bool(self.mailbox and self.mailbox.error_code) or "not_sent" in self.codes
            return "bad" if is_failing else "late"
        return "unread" if self.is_fetched and not (self.mailbox and self.mailbox.checked_at) else "good"


def standings(*, at: datetime | None = None) -> list[Standing]:
    """Every mailbox, those in trouble first."""
    at = at or now()
    raws = _queues(RawMessage.objects.filter(due_at__isnull=False), "received_at")
    stopped = _queues(Delivery.objects.stopped().not_overtaken(), "message__at", said="error")
    due = Delivery.objects.due(at).exclude(reason__in=OUR_SERVER)
    deliveries = _queues(due.order_by(), "due_at")
    channels = Channel.objects.filter(kind="email").select_related("mailbox", "mailbox_watch", "team")
    rows = [
        Standing(
            channel,
            getattr(channel, "mailbox", None),
            getattr(channel, "mailbox_watch", None),
            raw=raws.get(channel.pk, Queue()),
            deliveries=deliveries.get(channel.pk, Queue()),
            stopped=stopped.get(channel.pk, Queue()),
            at=at,
        )
        for channel in channels
    ]
    for row in rows:
        row.codes = list(_codes(row))
    return sorted(rows, key=lambda row: (STATES.index(row.state), row.channel.name))


def _queues(rows: Any, moment: str, *, said: str = "") -> dict[int, Queue]:
    words = {"said": Max(said)} if said else {}
    counted = rows.values("channel").annotate(count=Count("pk"), oldest=Min(moment), **words)
    return {row.pop("channel"): Queue(**row) for row in counted}


def _codes(row: Standing) -> list[str]:
    """What is wrong with a mailbox in use, the most telling first."""
    if not row.channel.is_active:
        return []
    mailbox, at = row.mailbox, row.at
    failing = mailbox.error_code if mailbox and row.is_fetched else ""
    found = {
        failing: bool(failing),
        "not_read": not failing and _is_untaken(row),
        "silent": row.watch is not None and row.watch.silent_since is not None,
        "not_sent": row.stopped.count > 0,
        "raw_late": row.raw.is_late(at, RAW_LATE),
        "delivery_late": row.deliveries.is_late(at, DELIVERY_LATE),
    }
    return [code for code, is_so in found.items() if is_so]


def _is_untaken(row: Standing) -> bool:
    """Has nobody come though it was the mailbox’s turn, or does whoever holds it not get on with it?"""
    mailbox = row.mailbox
    if mailbox is None or not row.is_fetched:
        return False
    return mailbox.due_at < row.at - NOT_READ or (mailbox.checked_at or row.at) < row.at - STUCK
