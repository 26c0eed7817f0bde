"""The worker gives waiting tickets to whoever can take them: a team at a time, in one transaction.

The team's row is locked for that long, so two workers never serve one team; the members' rows too, in order of their
numbers, so two teams never count the same member's tickets at once. Whoever becomes free sets `due_at` of the team.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import now

from otklik.journal.record import record
from otklik.lib.errors import OtklikError
from otklik.staff.availability import Availability, Roster, Why
from otklik.staff.models import Member
from otklik.tickets.models import Ticket

from .choosing import Candidate, Reason, Wish, choose
from .load import Weights, loads
from .models import BUSY, Assignment, Turn, Wait
from .sweeping import sweep_due
from .waiting import end

TEAMS = 20  # in one round
GIVEN = 20  # tickets of a team in one transaction
LOOKED_AT = 200  # tickets among which these are looked for

log = logging.getLogger(__name__)


def place_due(at: datetime | None = None) -> bool:
    """Serve the teams whose queues have something new, or somebody new for them; False if there is none."""
    at = at or now()
    swept = sweep_due(at)
    fresh = Wait.objects.fresh(at).values_list("team", flat=True)[:TEAMS]
    woken = Assignment.objects.filter(due_at__lte=at).order_by("due_at").values_list("pk", flat=True)[:TEAMS]
    return any([serve(pk, at=at) for pk in dict.fromkeys([*fresh, *woken])]) or swept


def serve(team: int, *, at: datetime) -> bool:
    """Give a team's waiting tickets to whoever can take them; False if another worker is about it."""
    with transaction.atomic():
        rows = Assignment.objects.select_for_update(of=("self",), skip_locked=True).select_related("team__calendar")
        assignment = rows.filter(team=team).first()
        if assignment is None:
            return False
        # What comes in from here on is looked at another time.
        fresh = list(Wait.objects.fresh(at).filter(team=team).values_list("pk", flat=True)[:LOOKED_AT])
        desk = Desk.of(assignment, at)
        is_done = desk.give_all()
        if is_done:
            Wait.objects.filter(pk__in=fresh).update(due_at=None)
        next_at = desk.next_at() if is_done else at
        Assignment.objects.filter(pk=team).update(due_at=next_at, given=desk.turn)
    return True


@dataclass
class Desk:
    """A team while its tickets are given out: who can take one, and how it stood with the others."""

    assignment: Assignment
    at: datetime
    weights: Weights
    found: dict[int, Availability]
    members: dict[int, Member]
    candidates: dict[int, Candidate]
    turn: int = field(init=False)

    def __post_init__(self) -> None:
        self.turn = self.assignment.given

    @classmethod
    def of(cls, assignment: Assignment, at: datetime) -> Desk:
        team = assignment.team
        answering = Member.objects.answering(team).order_by("pk").select_for_update(of=("self",), no_key=True)
        members = {member.pk: member for member in answering.select_related("calendar").prefetch_related("skills")}
        roster, minds = Roster.of(members.values(), at), assignment.minds_presence
        found = {pk: roster.how(one, team=team, minds_presence=minds) for pk, one in members.items()}
        weights = Weights.in_force()
        busy = loads(members, weights)
        turns = dict(Turn.objects.filter(team=team, member__in=members).values_list("member", "number"))
        asked = set(team.skills.values_list("pk", flat=True))
        candidates = {
            pk: Candidate(pk, busy[pk], member.ticket_limit, turns.get(pk, 0), skills)
            for pk, member in members.items()
            if found[pk].is_available and asked <= (skills := frozenset(skill.pk for skill in member.skills.all()))
        }
        return cls(assignment, at, weights, found, members, candidates)

    def give_all(self) -> bool:
        """Give out tickets; False if there may be more that somebody can take."""
        given, waits = 0, list(self.queue()[:LOOKED_AT]) if self.free else []
        for wait in waits:
            chosen = choose(wait.way or self.assignment.way, self.candidates.values(), self.wish(wait))
            given += bool(chosen and self.give(wait, *chosen))
            if given == GIVEN or not self.free:
                break
        is_cut = given == GIVEN or len(waits) == LOOKED_AT
        return not (self.free and given and is_cut)

    @property
    def free(self) -> set[int]:
        """Who is not full."""
        return {each.number for each in self.candidates.values() if not each.is_full}

    def queue(self) -> QuerySet[Wait]:
        """The tickets that somebody may be able to take: the most urgent first, of those the oldest."""
        waits = Wait.objects.filter(team=self.assignment.pk, needs__in=self.possible_needs())
        waits = waits.annotate(last=self._last()) if self.assignment.same_person_first else waits
        if self.assignment.way == Assignment.Way.BY_HAND:
            somebody = Q(wanted__in=self.free | self.principals()) | ~Q(way="")
            if self.assignment.same_person_first:
                somebody |= Q(last__in=self.free)
            waits = waits.filter(somebody)
        elif len(self.free) == 1:
            waits = waits.exclude(besides__in=self.free)
        people = waits.select_related("ticket__channel", "ticket__team")
        return people.order_by("-priority", "since", "pk")

    def possible_needs(self) -> list[str]:
        """What tickets ask for that some candidate has all of."""
        asked = Wait.objects.filter(team=self.assignment.pk).order_by().values_list("needs", flat=True).distinct()
        able = [self.candidates[pk].skills for pk in self.free]
        return [needs for needs in asked if any(Wait(needs=needs).skills <= skills for skills in able)]

    def principals(self) -> set[int]:
        """Members on leave whose substitutes are candidates."""
        return {pk for pk, how in self.found.items() if how.substitute and how.substitute.pk in self.candidates}

    @staticmethod
    def _last() -> Subquery:
        """Who has had the newest other ticket of the same client that anybody had."""
        theirs = Ticket.objects.filter(client=OuterRef("ticket__client"), assignee__isnull=False)
        return Subquery(theirs.exclude(pk=OuterRef("ticket")).order_by("-opened_at").values("assignee")[:1])

    def wish(self, wait: Wait) -> Wish:
        first: list[tuple[int, Reason]] = []
        if wait.wanted_id:
            first.append((wait.wanted_id, Reason.LOOKS_AFTER))
            how = self.found.get(wait.wanted_id)
            if how and how.substitute:
                first.append((how.substitute.pk, Reason.STANDS_IN))
        if last := getattr(wait, "last", None):
            first.append((last, Reason.SAME_PERSON))
        kind = wait.ticket.channel.kind if wait.ticket.channel else None
        weight = self.weights.of(wait.priority, kind)
        return Wish(weight, wait.skills, tuple(first), wait.besides_id)

    def give(self, wait: Wait, candidate: Candidate, reason: Reason) -> bool:
        """Give one ticket; False if it does not wait any more."""
        ticket = Ticket.objects.select_related("team").select_for_update(of=("self",)).get(pk=wait.pk)
        if ticket.assignee_id or ticket.state not in BUSY or ticket.team_id != self.assignment.pk:
            end(wait.pk)
            return False
        try:
            ticket.assign_to(self.members[candidate.number], by=None, at=self.at)
        except OtklikError as refusal:
            log.warning("%s could not be given: %s", ticket, refusal)
            return False
        record("ticket.placed", ticket, at=self.at, member=candidate.number, why=reason)
        self.turn += 1
        Turn.objects.update_or_create(
            team=self.assignment.team, member_id=candidate.number, defaults={"number": self.turn}
        )
        self.candidates[candidate.number] = candidate.given(self.wish(wait), self.turn)
        return True

    def next_at(self) -> datetime | None:
        """When a calendar or the end of a leave lets somebody else take tickets; None if none waits, or nobody will."""
        if not Wait.objects.filter(team=self.assignment.pk).exists():
            return None
        later = (how.until for how in self.found.values() if how.why in (Why.ON_LEAVE, Why.OFF_HOURS) and how.until)
        return min(later, default=None)
