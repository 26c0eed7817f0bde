"""How simulated people work: when they are there, what they take next, how long it takes, what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from random import Random

from django.db.models import F, Min, Q, QuerySet

from otklik.approvals.models import Approval
from otklik.calendars.models import Calendar
from otklik.sla.models import Callback
from otklik.staff.availability import Roster
from otklik.staff.models import Member, Team
from otklik.tickets.models import Ticket

OURS = (Ticket.State.NEW, Ticket.State.OPEN)  # whose turn it is


@dataclass(frozen=True)
class Habits:
    """How people work here, the same for all."""

    handling: timedelta = timedelta(minutes=12)  # of one answer or call, on average
    spread: float = 0.7  # how differently long: of the logarithm; 0 is always the same
    asks: float = 0.15  # of answers, how many ask the client something
    passes_on: float = 0.1  # how many are handed to the next line instead, where there is one
    client_takes: timedelta = timedelta(hours=4)  # to answer a question, on average

    def length(self, chance: Random) -> timedelta:
        """Of one answer: log-normal, as times of service are; of the average length whatever the spread."""
        return self.handling * chance.lognormvariate(-(self.spread**2) / 2, self.spread)

    def silence(self, chance: Random) -> timedelta:
        return self.client_takes * chance.expovariate(1.0)


@dataclass
class Worker:
    """Somebody at work: free, or busy with one thing until it is done."""

    member: Member
    teams: list[Team]
    busy: bool = False
    spells: list[tuple[datetime, datetime, int]] = field(default_factory=list)  # from, until, with which ticket
    answers: int = 0
    calls: int = 0

    @property
    def worked(self) -> timedelta:
        return sum((end - begin for begin, end, _ticket in self.spells), timedelta())

    def busy_with(self, at: datetime) -> int | None:
        """The ticket that they were busy with then."""
        return next((ticket for begin, end, ticket in self.spells if begin <= at < end), None)

    @cached_property
    def calendars(self) -> list[Calendar | None]:
        """By which they work; None stands for always."""
        return [self.member.calendar] if self.member.calendar else [team.calendar for team in self.teams]

    def serves(self, roster: Roster) -> list[Team]:
        """Teams of theirs for which they are at work now."""
        return [team for team in self.teams if roster.how(self.member, team=team, minds_presence=False).is_available]


@dataclass
class Crew:
    """Everybody who answers."""

    workers: list[Worker]
    handled: set[int] = field(default_factory=set)  # tickets that somebody is busy with

    @classmethod
    def there(cls) -> Crew:
        members = Member.objects.active().exclude(role=Member.Role.OBSERVER).prefetch_related("teams__calendar")
        found = [Worker(one, list(one.teams.all())) for one in members.select_related("calendar").order_by("pk")]
        return cls([one for one in found if one.teams])

    def idle(self, at: datetime) -> Iterator[tuple[Worker, list[Team]]]:
        """Who is at work and free, and for which teams; whoever did least is first."""
        free = [one for one in self.workers if not one.busy]
        roster = Roster.of([one.member for one in free], at) if free else None
        for one in sorted(free, key=lambda one: (len(one.spells), one.member.pk)):
            if roster and (teams := one.serves(roster)):
                yield one, teams

    def work(self, at: datetime) -> Iterator[tuple[Worker, int, Callback | None]]:
        """Who begins what now: the ticket's number, and the callback if it is a call. Calls go first, then what one
        has already, then what nobody has, each by what is due first.
        """
        idle = list(self.idle(at))
        calls, tickets = (list(self._calls(at)), list(self._tickets())) if idle else ([], [])
        for worker, teams in idle:
            served = {team.pk for team in teams}
            call = next((one for one in calls if one.ticket.team_id in served), None)
            theirs = [one for one in tickets if one.team_id in served and one.assignee_id in (worker.member.pk, None)]
            ticket = min(theirs, key=lambda one: one.assignee_id is None, default=None)  # the first of the best
            if call:
                calls.remove(call)
                yield worker, call.ticket_id, call
            elif ticket:
                tickets.remove(ticket)
                yield worker, ticket.pk, None

    def _calls(self, at: datetime) -> QuerySet[Callback]:
        asked = Callback.objects.waiting().filter(Q(wanted_at=None) | Q(wanted_at__lte=at))
        return asked.exclude(ticket__in=self.handled).select_related("ticket").order_by("asked_at", "pk")

    def _tickets(self) -> QuerySet[Ticket]:
        due = Min("clocks__due_at", filter=Q(clocks__ended_at=None))
        rows = Ticket.objects.filter(state__in=OURS, merged_into=None).exclude(pk__in=self.handled)
        # Where an approval is waited for, the answer is given and looked at.
        free = rows.exclude(pk__in=Approval.objects.waiting().values("ticket")).annotate(due=due)
        return free.only("team", "assignee").order_by(F("due").asc(nulls_last=True), "-priority", "pk")
