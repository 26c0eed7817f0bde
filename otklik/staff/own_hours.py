"""When members work, for what has to wait for it: by their calendars and their leaves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from otklik.calendars.models import Calendar

from .models import Company, Leave, Member

MORNING = time(9)  # when a day of somebody begins whose hours nobody set


@dataclass(frozen=True)
class OwnHours:
    """By the member's own calendar, else whenever one of their teams works; without either always, but on leave.

    `leaves` are those that are on or planned, in order.
    """

    calendars: tuple[Calendar, ...]
    leaves: tuple[Leave, ...]

    @classmethod
    def of(cls, members: Collection[Member], at: datetime) -> dict[int, OwnHours]:
        """For each of the members by number, in four queries at most."""
        whole = Member.objects.filter(pk__in=[one.pk for one in members])
        leaves: dict[int, list[Leave]] = {}
        for leave in Leave.objects.to_come(at).filter(member__in=members):
            leaves.setdefault(leave.member_id, []).append(leave)
        return {
            one.pk: cls(_calendars(one), tuple(leaves.get(one.pk, ())))
            for one in whole.select_related("calendar").prefetch_related("teams__calendar")
        }

    def opens(self, at: datetime) -> datetime:
        """`at` itself when they work then, else when they next do."""
        for leave in self.leaves:
            at = self._opens(at)
            if leave.begins_at <= at < leave.ends_at:
                at = leave.ends_at
        return self._opens(at)

    def closes(self, at: datetime) -> datetime | None:
        """When the hours that are on at a time end; None if they do not."""
        open_ones = [hours for one in self.calendars if (hours := one.working_time(at)).is_open(at)]
        ends = [hours.closes(at) for hours in open_ones]
        return max((end for end in ends if end), default=None) if None not in ends else None

    def day_begins(self, at: datetime) -> datetime:
        """When their next working day begins: today's, if that is still to come."""
        zone = ZoneInfo(self.calendars[0].time_zone) if self.calendars else Company.current().zone
        today = at.astimezone(zone).date()
        begin = time() if self.calendars else MORNING
        first = self.opens(datetime.combine(today, begin, zone))
        return first if first >= at else self.opens(datetime.combine(today + timedelta(days=1), begin, zone))

    def _opens(self, at: datetime) -> datetime:
        found = (one.working_time(at).opens(at) for one in self.calendars)
        return min((moment for moment in found if moment), default=at)


def _calendars(member: Member) -> tuple[Calendar, ...]:
    if member.calendar:
        return (member.calendar,)
    teams = list(member.teams.all())
    # A team without a calendar always works, and so does whoever is of it.
    found = [team.calendar for team in teams if team.calendar]
    return tuple(found) if len(found) == len(teams) else ()
