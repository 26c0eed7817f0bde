"""Telling members of an event, and when that may leave the desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from otklik.journal.models import Event
from otklik.staff.models import Member
from otklik.staff.own_hours import OwnHours

from .models import GATHERING, MAILED, Mailing, Notice, Switch, Wishes

SLOTS = {Mailing.QUARTER: timedelta(minutes=15), Mailing.HOUR: timedelta(hours=1)}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def tell(members: Iterable[Member], event: Event, topic: str) -> int:
    """Tell members of an event, each once however often this is called; who did it is not told. How many were new."""
    concerned = [one for one in members if one.is_active and (event.by, event.by_id) != (one.journal_name, one.pk)]
    known = Notice.objects.filter(event=event, member__in=concerned).count()
    mailed = _mailed(concerned, event, topic) if concerned else {}
    Notice.objects.bulk_create(
        [
            Notice(member=member, event=event, topic=topic, at=event.at, mail_at=mailed.get(member.pk))
            for member in concerned
        ],
        ignore_conflicts=True,
    )
    return len(concerned) - known


def _mailed(members: list[Member], event: Event, topic: str) -> dict[int, datetime]:
    """When each of those is mailed who want to be, by number."""
    switches = dict(Switch.objects.filter(member__in=members, topic=topic).values_list("member", "by_mail"))
    chosen = [one for one in members if switches.get(one.pk, topic in MAILED)]
    wishes = Wishes.of(chosen)
    wanting = [one for one in chosen if wishes[one.pk].mailing != Mailing.NEVER]
    hours = OwnHours.of(wanting, event.at) if wanting else {}
    return {one.pk: _mail_at(event, wishes[one.pk], hours[one.pk]) for one in wanting}


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
