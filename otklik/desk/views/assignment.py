"""Settings: how a team's tickets find somebody."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from otklik.desk.access import DeskRequest, administrators
from otklik.desk.assignment import AssignmentForm, WeightsForm, ways
from otklik.routing.models import Assignment
from otklik.staff.models import Team

from .settings import settings_page


@administrators
def assignment(request: DeskRequest) -> HttpResponse:
    """All teams with their ways; what tickets weigh, which POST changes."""
    form = WeightsForm(request.POST or None)
    if form.is_valid():
        form.keep(by=request.user)
        messages.success(request, _("The weights were saved."))
        return redirect("desk:assignment")
    return settings_page(request, "desk/assignment/list.html", current="assignment", rows=ways(), form=form)


@administrators
def team_assignment(request: DeskRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(Team.objects.select_related("calendar"), pk=pk)
    form = AssignmentForm(request.POST or None, instance=Assignment.of(team))
    if form.is_valid():
        form.keep(by=request.user)
        messages.success(request, _("“%(name)s” was saved.") % {"name": team})
        return redirect("desk:team_assignment", pk)
    return settings_page(request, "desk/assignment/edit.html", current="assignment", team=team, form=form)
