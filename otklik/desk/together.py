"""Colleagues at one ticket, as its page shows them."""

from __future__ import annotations

from otklik.lib.layout import other_layout
from otklik.staff.models import Member, Team
from otklik.tickets.mentioning import folded
from otklik.tickets.models import Looking, Ticket

from .names import Listed

SHOWN = 8
PERSON, TEAM = "person", "team"


def nameable(text: str, ticket: Ticket, *, by: Member) -> list[Listed]:
    """Whom a few keys of a name may mean, on either layout: people and teams that see the ticket, people first."""
    able = Member.objects.seeing(ticket.team).exclude(pk=by.pk)
    teams = Team.objects.filter(members__in=Member.objects.seeing(ticket.team).order_by().values("pk")).distinct()
    known = [Listed(one.pk, one.name, PERSON) for one in able]
    known += [Listed(team.pk, team.name, TEAM) for team in teams.order_by("name")]
    typed = {folded(text).strip(), folded(other_layout(text)).strip()}
    return [one for one in known if any(_fits(one.name, wanted) for wanted in typed)][:SHOWN]


def _fits(name: str, wanted: str) -> bool:
    """Whether what is typed begins the name, or one of its words."""
    whole = folded(name)
    return whole.startswith(wanted) or any(word.startswith(wanted) for word in whole.split())


def present(ticket: Ticket, *, but: Member) -> list[Listed]:
    """The colleagues who have the ticket open, by name, each with what they do."""
    rows = Looking.objects.present().filter(ticket=ticket).exclude(member=but)
    return [Listed(*row) for row in rows.order_by("member__name").values_list("member_id", "member__name", "doing")]
