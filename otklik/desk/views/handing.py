"""Handing a ticket over to another team or line, and why it is where it is."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from otklik.desk.access import DeskRequest, answering, members
from otklik.desk.handing import TITLES, HandOverForm, destinations
from otklik.desk.shell import page
from otklik.desk.whose import whose as told_by_the_journal
from otklik.staff.models import Team

from .ticket import find_ticket


@members
def whose(request: DeskRequest, number: int) -> HttpResponse:
    """Who or what decided on the team and the assignee, in whole sentences."""
    ticket = find_ticket(request, number)
    return page(request, "desk/ticket/whose.html", ticket=ticket, whose=told_by_the_journal(ticket))


@answering
def hand_over(request: DeskRequest, number: int) -> HttpResponse:
    """Choose the team, unless the way leaves one only; then say why, and fill in what it wants."""
    ticket, way = find_ticket(request, number), request.GET.get("to", "")
    if way not in TITLES or ticket.merged_into_id:
        raise Http404
    teams = destinations(ticket, way)
    team = _chosen(teams, request.GET.get("team", ""))
    form = HandOverForm(request.POST or None, ticket=ticket, team=team) if team else None
    if form and form.is_valid() and form.keep(by=request.user):
        messages.success(request, _("%(ticket)s is with “%(team)s” now.") % {"ticket": ticket, "team": form.team})
        is_seen = request.user.is_administrator or form.team.pk in request.user.team_ids
        return redirect(ticket) if is_seen else redirect("desk:home")
    context = {"ticket": ticket, "way": way, "title": TITLES[way], "teams": teams, "team": team, "form": form}
    return page(request, "desk/ticket/hand_over.html", **context)


def _chosen(teams: list[Team], number: str) -> Team | None:
    """The team that was chosen among these, or the only one."""
    return next((team for team in teams if str(team.pk) == number), teams[0] if len(teams) == 1 else None)
