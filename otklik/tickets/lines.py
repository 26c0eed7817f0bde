"""Lines: where a ticket has been, to whom it is escalated, and where it is handed back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from otklik.journal.models import Event
from otklik.staff.models import Team

from .models import Ticket
from .models.ticket import Actor

MOVED = "ticket.handed_over"


@dataclass(frozen=True)
class Stay:
    """A stretch of time that a ticket spent in one team; `end` is None while it is there.

    `team` is None when it does not exist any more; `why` is the reason for which it was handed on.
    """

    team: Team | None
    begin: datetime
    end: datetime | None = None
    why: str = ""

    def length(self, at: datetime) -> timedelta:
        return (self.end or at) - self.begin


def stays(ticket: Ticket, moves: list[Event] | None = None) -> list[Stay]:
    """Where the ticket has been, the first team first; the last stay is where it is now.

    `moves` are the events of its handing over, oldest first, if the caller has all of them at hand.
    """
    if moves is None:
        moves = list(Event.objects.about(ticket).filter(kind=MOVED))
    if not moves:
        return [Stay(ticket.team, ticket.opened_at)]
    teams = Team.objects.in_bulk({move.facts["before"] for move in moves})
    begins = [ticket.opened_at, *(move.at for move in moves)]
    left = [
        Stay(teams.get(move.facts["before"]), begin, move.at, move.facts.get("why") or "")
        for begin, move in zip(begins, moves, strict=False)
    ]
    return [*left, Stay(ticket.team, begins[-1])]


def earlier(passed: Iterable[Stay], team: Team) -> Team | None:
    """Where a ticket is handed back from its team: to the last team of a lower line, else to whoever had it before."""
    others = [stay.team for stay in passed if stay.team and stay.team.pk != team.pk]
    lower = [one for one in others if one.line and team.line and one.line < team.line]
    return next(reversed(lower or others), None)


def next_line(team: Team) -> list[Team]:
    """The teams of the nearest line above a team's that has any; none for a team that stands on no line."""
    above = list(Team.objects.filter(line__gt=team.line)) if team.line else []
    nearest = min((one.line for one in above if one.line), default=None)
    return [one for one in above if one.line == nearest]


def escalate(ticket: Ticket, *, by: Actor, at: datetime, why: str = "") -> bool:
    """Hand a ticket over to the next line where nobody chooses the team; False if there is no line above.

    It goes to the team that had it already, else to the one with the fewest open tickets.
    """
    teams = next_line(ticket.team)
    if not teams:
        return False
    known = {stay.team.pk for stay in stays(ticket) if stay.team}
    loads = Count("tickets", filter=Q(tickets__is_open__in=[True]))
    rows = Team.objects.filter(pk__in=[team.pk for team in teams]).annotate(load=loads).order_by("load", "pk")
    chosen = min(rows, key=lambda team: team.pk not in known)
    return ticket.hand_to(chosen, by=by, at=at, why=why)
