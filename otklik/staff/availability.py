"""Whether members can be given work at a time, and if not, why and until when: the one place that knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from .models import Leave, Member, Presence, Status, Team

LINKS_MAX = 5  # of a chain of substitutes who are on leave themselves


class Why(models.TextChoices):
    """What decides whether somebody is available; the first that holds."""

    SHUT_OUT = "shut_out", gettext_lazy("may not sign in")
    OBSERVER = "observer", gettext_lazy("only observes")
    ON_LEAVE = "on_leave", gettext_lazy("on leave")
    OFF_HOURS = "off_hours", gettext_lazy("not their working time")
    OFFLINE = "offline", gettext_lazy("offline")
    AWAY = "away", gettext_lazy("away")
    AVAILABLE = "available", gettext_lazy("available")


@dataclass(frozen=True)
class Availability:
    """`until` is when this ends by itself, as far as calendars tell; `substitute` stands in for somebody on leave."""

    why: Why
    until: datetime | None = None
    substitute: Member | None = None

    @property
    def is_available(self) -> bool:
        return self.why == Why.AVAILABLE

    def __str__(self) -> str:
        if self.why == Why.ON_LEAVE and self.until:
            day = date_format(localtime(self.until - timedelta(microseconds=1)), pgettext("day", "j F"))
            if self.substitute:
                return _("on leave until %(day)s, %(name)s stands in") % {"day": day, "name": self.substitute}
            return _("on leave until %(day)s") % {"day": day}
        if self.why == Why.OFF_HOURS and self.until:
            return _("works again from %(moment)s") % {"moment": moment(self.until)}
        if self.why == Why.AVAILABLE and self.until:
            return _("available until %(moment)s") % {"moment": moment(self.until)}
        return str(self.why.label)


def moment(at: datetime) -> str:
    """An hour, and the day if it is not today, in the active zone."""
    local = localtime(at)
    hour = date_format(local, "H:i")
    if local.date() == localtime().date():
        return hour
    return _("%(day)s, %(hour)s") % {"day": date_format(local, pgettext("day", "j F")), "hour": hour}


@dataclass(frozen=True)
class Roster:
    """What is known of everybody at a time: who is on leave, and who is at the desk."""

    at: datetime
    leaves: Mapping[int, Leave]
    presences: Mapping[int, Presence]

    @classmethod
    def of(cls, members: Iterable[Member], at: datetime) -> Roster:
        """In two queries."""
        leaves = {leave.member_id: leave for leave in Leave.objects.at(at).select_related("substitute")}
        return cls(at, leaves, Presence.objects.in_bulk([one.pk for one in members]))

    def status(self, member: Member) -> Status:
        return self.presences.get(member.pk, Presence()).at(self.at)

    def how(self, member: Member, *, team: Team | None = None, minds_presence: bool = True) -> Availability:
        """How it stands with somebody. Whoever has no calendar works as `team` does, if one is given.

        Somebody who need not be at the desk to be given work, `minds_presence` false, is never away.
        """
        if not member.is_active:
            return Availability(Why.SHUT_OUT)
        if not member.can_answer:
            return Availability(Why.OBSERVER)
        if leave := self.leaves.get(member.pk):
            return Availability(Why.ON_LEAVE, leave.ends_at, stand_in(leave, self.leaves))
        calendar = member.calendar or (team.calendar if team else None)
        hours = calendar.working_time(self.at) if calendar else None
        if hours and not hours.is_open(self.at):
            return Availability(Why.OFF_HOURS, hours.opens(self.at))
        if minds_presence and (status := self.status(member)) != Status.ONLINE:
            return Availability(Why(status.value))
        return Availability(Why.AVAILABLE, hours.closes(self.at) if hours else None)


def available(member: Member, at: datetime, *, team: Team | None = None, minds_presence: bool = True) -> Availability:
    return Roster.of([member], at).how(member, team=team, minds_presence=minds_presence)


def stand_in(leave: Leave, leaves: Mapping[int, Leave]) -> Member | None:
    """Who really stands in, by whoever is on leave now: the substitute, or theirs; None if nobody is left."""
    for _link in range(LINKS_MAX):
        substitute = leave.substitute
        if substitute is None or not substitute.can_answer:
            return None
        if substitute.pk not in leaves:
            return substitute
        leave = leaves[substitute.pk]
    return None
