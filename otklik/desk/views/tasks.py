"""What is to be done on a ticket, and the time that it took."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering
from otklik.desk.tasks import SpellForm, change_task
from otklik.lib.errors import OtklikError
from otklik.tickets.models import Ticket
from otklik.work.durations import in_words
from otklik.work.models import Spell, Task
from otklik.work.models.spell import drop_timer, spend, start_timer, stop_timer
from otklik.work.models.task import add_tasks

from .ticket import again, find_ticket, told


def _alive(request: DeskRequest, number: int) -> Ticket:
    ticket = find_ticket(request, number)
    if ticket.merged_into_id:
        raise Http404
    return ticket


@require_POST
@answering
def tasks(request: DeskRequest, number: int) -> HttpResponse:
    """Add a task of every line."""
    ticket = _alive(request, number)
    try:
        add_tasks(ticket, request.POST.get("text", ""), by=request.user)
    except OtklikError as refusal:
        told(request, refusal)
    return again(request, ticket)


@require_POST
@answering
def task(request: DeskRequest, pk: int) -> HttpResponse:
    """Tick, change, move or remove one; back to Home, if that is where it was ticked."""
    found = get_object_or_404(Task.objects.visible_to(request.user).select_related("ticket__team", "assignee"), pk=pk)
    try:
        change_task(found, request.POST.dict(), by=request.user)
    except (OtklikError, ValidationError) as refusal:
        told(request, refusal)
    return redirect("desk:home") if request.POST.get("from") == "home" else again(request, found.ticket)


@require_POST
@answering
def spells(request: DeskRequest, number: int) -> HttpResponse:
    """Write down time by hand."""
    ticket, form = _alive(request, number), SpellForm(request.POST)
    try:
        said = _said(form)
        spend(ticket, said["length"], by=request.user, day=said["day"], note=said["note"])
    except (OtklikError, ValidationError) as refusal:
        told(request, refusal)
    return again(request, ticket)


@require_POST
@answering
def spell(request: DeskRequest, pk: int) -> HttpResponse:
    """Correct or take back what one wrote down oneself."""
    mine = Spell.objects.visible_to(request.user).over().filter(member=request.user)
    found = get_object_or_404(mine.select_related("ticket"), pk=pk)
    try:
        if "remove" in request.POST:
            found.remove(by=request.user)
        else:
            said = _said(SpellForm(request.POST))
            found.change(minutes=said["length"], day=said["day"], note=said["note"], by=request.user)
    except (OtklikError, ValidationError) as refusal:
        told(request, refusal)
    return again(request, found.ticket)


def _said(form: SpellForm) -> dict[str, Any]:
    """Raises ValidationError with all that is wrong."""
    if not form.is_valid():
        raise ValidationError([error for errors in form.errors.values() for error in errors])
    return form.cleaned_data


@require_POST
@answering
def timer(request: DeskRequest, number: int) -> HttpResponse:
    """Let one's timer run here, write down what it counted, or forget that."""
    ticket, wanted = _alive(request, number), request.POST.get("run")
    if wanted == "yes":
        _start(request, ticket)
    elif wanted == "forget":
        drop_timer(by=request.user)
    elif over := stop_timer(by=request.user):
        messages.success(request, _("Written down: %(length)s.") % {"length": in_words(over.minutes or 0)})
    return again(request, ticket)


def _start(request: DeskRequest, ticket: Ticket) -> None:
    before = Spell.objects.running().filter(member=request.user).exclude(ticket=ticket).first()
    if start_timer(ticket, by=request.user) and before:
        text = _("The timer of %(ticket)s was stopped, and its time written down there.")
        messages.info(request, text % {"ticket": f"#{before.ticket_id}"})
