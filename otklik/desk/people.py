"""Who of the staff is there, how much each has to do, and when they are on leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext_lazy as _

from otklik.routing.load import Weights, loads
from otklik.routing.models import BUSY, Wait
from otklik.staff.availability import Availability, Roster
from otklik.staff.models import Leave, Member, Status, Team
from otklik.tickets.models import Ticket

from .listing import Chosen, leaf_text


@dataclass(frozen=True)
class Colleague:
    member: Member
    status: Status
    how: Availability
    load: int
    in_hand: int  # how many tickets wait for their answer, of those that whoever looks may see


@dataclass(frozen=True)
class Crew:
    """A team, its members, and how many of its tickets wait for somebody since when."""

    team: Team
    colleagues: list[Colleague]
    waiting: int
    oldest: datetime | None


def teams_of(member: Member) -> QuerySet[Team]:
    """The teams that somebody looks after: all of them, or their own."""
    return Team.objects.all() if member.is_administrator else member.teams.all()


def crews(member: Member, at: datetime) -> list[Crew]:
    """The teams that a member looks after; the same number of queries however many there are."""
    teams = list(teams_of(member).select_related("calendar"))
    answering = Member.objects.active().exclude(role=Member.Role.OBSERVER).filter(teams__in=teams).distinct()
    members = list(answering.select_related("calendar").prefetch_related("teams").order_by("name"))
    roster, busy = Roster.of(members, at), loads([one.pk for one in members], Weights.in_force())
    mine = _in_hand(members, member)
    counted = Wait.objects.filter(team__in=teams).order_by().values_list("team")
    waits = {pk: (count, oldest) for pk, count, oldest in counted.annotate(Count("pk"), Min("since"))}
    return [
        Crew(
            team,
            [
                Colleague(one, roster.status(one), roster.how(one, team=team), busy[one.pk], mine.get(one.pk, 0))
                for one in members
                if team in one.teams.all()
            ],
            *waits.get(team.pk, (0, None)),
        )
        for team in teams
    ]


def _in_hand(members: list[Member], looker: Member) -> dict[int, int]:
    theirs = Ticket.objects.open().visible_to(looker).filter(assignee__in=members, state__in=BUSY).order_by()
    return dict(theirs.values_list("assignee").annotate(Count("pk")))


def in_hand_of(pk: int) -> Chosen:
    """The list of the same tickets of one member."""
    return Chosen("open", only=(leaf_text("assignee", pk), leaf_text("state", *BUSY)))


def may_plan(member: Member, colleague: Member) -> bool:
    """Whether a member may say when a colleague is on leave: their own, or of whoever they look after."""
    if member.pk == colleague.pk or member.is_administrator:
        return True
    return member.role == Member.Role.SUPERVISOR and bool(set(member.team_ids) & set(colleague.team_ids))


class LeaveForm(forms.Form):
    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    substitute = forms.ModelChoiceField(
        Member.objects.none(),
        label=_("Stands in"),
        required=False,
        help_text=_("Gets the open tickets meanwhile. Without one they go back to the team."),
    )

    def __init__(self, *args: Any, member: Member, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.member = member
        colleagues = Member.objects.active().exclude(role=Member.Role.OBSERVER).exclude(pk=member.pk)
        shared = colleagues.filter(teams__in=member.team_ids).distinct().order_by("name")
        self.fields["substitute"].queryset = shared  # type: ignore[attr-defined]

    def plan(self, *, by: Member) -> Leave:
        """Raises the refusals of Leave.plan."""
        said = self.cleaned_data
        return Leave.plan(self.member, said["first"], said["last"], substitute=said["substitute"], by=by)
