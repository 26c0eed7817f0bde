"""Telling members of an event, and when that may leave the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.timezone import now

from otklik.journal.models import Event
from otklik.staff.models import Member
from otklik.staff.own_hours import OwnHours

from .models import GATHERING, MAILED, PUSHED, Mailing, Notice, Push, Subscription, Switch, Topic, Wishes

SLOTS = {Mailing.QUARTER: timedelta(minutes=15), Mailing.HOUR: timedelta(hours=1)}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def tell(members: Iterable[Member], event: Event, topic: str) -> int:
    """Tell members of an event, each once however often this is called; who did it is not told. How many were new."""
    told = {one.pk: one for one in members if one.is_active and (event.by, event.by_id) != (one.journal_name, one.pk)}
    if not told:  # of most events nobody is
        return 0
    known = set(Notice.objects.filter(event=event).values_list("member", flat=True))
    fresh = [member for pk, member in told.items() if pk not in known]
    if not fresh:
        return 0
    ways = Ways.of(fresh, event, topic)
    with transaction.atomic():
        Notice.objects.bulk_create(
            [
                Notice(member=member, event=event, topic=topic, at=event.at, mail_at=ways.mailed.get(member.pk))
                for member in fresh
            ],
            ignore_conflicts=True,
        )
        _push(ways.pushed, event)
    return len(fresh)


def _push(pushed: dict[int, datetime], event: Event) -> None:
    """Send the notices on their way to the browsers of those who have some."""
    browsers = Subscription.objects.alive(now()).filter(member__in=pushed) if pushed else []
    if not browsers:
        return
    notices = dict(Notice.objects.filter(event=event, member__in=pushed).values_list("member", "pk"))
    Push.objects.bulk_create(
        [
            Push(subscription=browser, notice_id=notices[browser.member_id], due_at=pushed[browser.member_id])
            for browser in browsers
        ],
        ignore_conflicts=True,
    )


@dataclass(frozen=True)
class Ways:
    """When each member, by number, is told by mail and in their browsers; whoever is not has no entry."""

    mailed: dict[int, datetime]
    pushed: dict[int, datetime]

    @classmethod
    def of(cls, members: list[Member], event: Event, topic: str) -> Ways:
        numbers = [one.pk for one in members]
        switches = {row.member_id: row for row in Switch.objects.filter(member__in=numbers, topic=topic)}
        wishes, hours = Wishes.of(members), OwnHours.of(members, event.at)

        def said(pk: int, way: str, otherwise: set[Topic]) -> bool:
            own = getattr(switches.get(pk), way, None)
            return topic in otherwise if own is None else bool(own)

        mailed = [pk for pk in numbers if said(pk, "by_mail", MAILED) and wishes[pk].mailing != Mailing.NEVER]
        pushed = [pk for pk in numbers if said(pk, "by_push", PUSHED)]
        return cls(
            {pk: _mail_at(event, wishes[pk], hours[pk]) for pk in mailed},
            {pk: _push_at(event, wishes[pk], hours[pk]) for pk in pushed},
        )


def _push_at(event: Event, wishes: Wishes, hours: OwnHours) -> datetime:
    return event.at if cannot_wait(event) else earliest(event, hours, in_hours=wishes.push_in_hours)


def _mail_at(event: Event, wishes: Wishes, hours: OwnHours) -> datetime:
    """Gathered as the member wishes, and no longer than until they stop working for the day."""
    if cannot_wait(event):
        return event.at + GATHERING
    start = earliest(event, hours, in_hours=wishes.mail_in_hours)
    if wishes.mailing == Mailing.DAY:
        return hours.day_begins(start)
    slot = SLOTS.get(Mailing(wishes.mailing))
    due = _next(start, slot) if slot else start + GATHERING
    closes = hours.closes(start) if wishes.mail_in_hours else None
    return min(due, closes) if closes else due


def cannot_wait(event: Event) -> bool:
    """Whether an administrator wants it told at any hour: a step of escalation that is not held for working time."""
    return "mail_at" in event.facts and event.facts["mail_at"] is None


def earliest(event: Event, hours: OwnHours, *, in_hours: bool) -> datetime:
    """When it may leave the desk: in the member's working time, if they or the event want that.

    An event that waits names the working time of an agreement, for those who have none of their own.
    """
    waits = event.facts.get("mail_at")
    if waits and not hours.calendars:
        return max(datetime.fromisoformat(waits), hours.opens(event.at))
    return hours.opens(event.at) if waits or in_hours else event.at


def _next(at: datetime, slot: timedelta) -> datetime:
    """The next full quarter or hour: what comes before it goes out together."""
    return at + (EPOCH - at) % slot
