"""Is a mailbox silent for longer than is usual for it? Usual is what its own last four weeks were like.

The hours of the week in which mail came in at least two of these weeks are lively. A silence is counted in lively
hours only, so a night or a weekend is none. It is unusual when it is more than twice as long as the longest one of
these weeks, and at least three lively hours. A new mailbox has no lively hours, so nothing is said of it for a while.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from otklik.staff.models import Company
from otklik.tickets.models import Channel, RawMessage

from .models import MailboxWatch

REMEMBERED = 28 * 24  # hours
EVERY = timedelta(minutes=5)
LOOKED_AT = 2000  # raw messages at once
SHORTEST = 3  # lively hours

ClassOfHour = tuple[int, int]


def watch_due() -> bool:
    """Look at the mailboxes whose turn it is; False if there was none."""
    unwatched = Channel.objects.active().filter(kind="email", mailbox_watch=None)
    MailboxWatch.objects.bulk_create([MailboxWatch(channel=each) for each in unwatched], ignore_conflicts=True)
    at = now()
    due = list(MailboxWatch.objects.filter(due_at__lte=at, channel__is_active=True)[:50])
    company = Company.objects.first() if due else None
    zone = company.zone if company else ZoneInfo("UTC")
    return any([look(watch, zone=zone, at=at) for watch in due if _claim(watch, at)])


def _claim(watch: MailboxWatch, at: datetime) -> bool:
    return bool(MailboxWatch.objects.filter(pk=watch.pk, due_at=watch.due_at).update(due_at=at + EVERY))


def look(watch: MailboxWatch, *, zone: ZoneInfo, at: datetime) -> bool:
    """Note the hours of the mail that came since the last look, and whether the silence after it is unusual.

    After a flood there is more mail to look at; then the next look is due at once.
    """
    fresh = RawMessage.objects.filter(channel=watch.channel_id, pk__gt=watch.last_raw).order_by("pk")
    came = list(fresh.values_list("pk", "received_at")[:LOOKED_AT])
    this_hour = hour_of(at)
    hours = sorted({hour for hour in (*watch.hours, *(hour_of(when) for _pk, when in came))
                    if this_hour - REMEMBERED <= hour <= this_hour})  # fmt: skip
    mail_at = max([when for _pk, when in came] + ([watch.mail_at] if watch.mail_at else []), default=None)
    silent_since = watch.silent_since if mail_at == watch.mail_at else None
    if mail_at and mail_at != watch.accepted_at and is_unusual(hours, this_hour, zone=zone):
        silent_since = mail_at
    changed: dict[str, object] = {"hours": hours, "mail_at": mail_at, "silent_since": silent_since}
    if came:
        changed["last_raw"] = came[-1][0]
    if len(came) == LOOKED_AT:
        changed["due_at"] = at
    # Somebody may have called the silence usual meanwhile; then the next look sees that.
    MailboxWatch.objects.filter(pk=watch.pk, accepted_at=watch.accepted_at).update(**changed)
    return True


def is_unusual(hours: Sequence[int], this_hour: int, *, zone: ZoneInfo) -> bool:
    """Is the silence after the last of these hours longer than is usual, by the rule above?"""
    lively = lively_hours(hours, zone)
    if not lively:
        return False
    usual = max((_silence(before, after, lively, zone) for before, after in pairwise(hours)), default=0)
    return _silence(hours[-1], this_hour, lively, zone) > max(2 * usual, SHORTEST - 1)


def lively_hours(hours: Iterable[int], zone: ZoneInfo) -> set[ClassOfHour]:
    """The hours of the week, as (weekday, hour) in the company's zone, in which mail came in two weeks at least."""
    weeks = Counter(_class_of(hour, zone) for hour in hours)
    return {each for each, count in weeks.items() if count > 1}


def hour_of(at: datetime) -> int:
    return int(at.timestamp() // 3600)


def _class_of(hour: int, zone: ZoneInfo) -> ClassOfHour:
    local = datetime.fromtimestamp(hour * 3600, UTC).astimezone(zone)
    return local.weekday(), local.hour


def _silence(before: int, after: int, lively: set[ClassOfHour], zone: ZoneInfo) -> int:
    """How many lively hours lie between two hours."""
    return sum(_class_of(hour, zone) in lively for hour in range(before + 1, after))
