"""Tickets that come again: which there are, and setting them up."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering, members
from otklik.desk.recurrences import RecurrenceForm, copied, in_words, may_plan, next_dates
from otklik.desk.shell import page
from otklik.tickets.models import Ticket
from otklik.work.models import Recurrence
from otklik.work.repeating import make_now


@members
def recurrences(request: DeskRequest) -> HttpResponse:
    """All of one’s teams, each with its next dates."""
    shown = Recurrence.objects.visible_to(request.user).select_related("team", "assignee", "client", "calendar")
    rows = [(each, in_words(each), [] if each.is_paused else next_dates(each)) for each in shown]
    mine = set(Recurrence.objects.editable_by(request.user).values_list("pk", flat=True))
    context = {"rows": rows, "editable": mine, "may_plan": may_plan(request.user)}
    return page(request, "desk/recurring/list.html", here="recurrences", **context)


@answering
def recurrence(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Set one up or change it; “preview” only shows the dates."""
    if not may_plan(request.user):
        raise PermissionDenied
    mine = Recurrence.objects.editable_by(request.user).select_related("client", "calendar")
    kept = get_object_or_404(mine, pk=pk) if pk else None
    form = RecurrenceForm(request.POST or None, member=request.user, instance=kept, initial=_begun(request))
    dates = next_dates(kept) if kept and request.method != "POST" else []
    if form.is_valid():
        dates = next_dates(form.preview())
        if "preview" not in request.POST:
            saved = form.keep(by=request.user)
            messages.success(request, _("“%(name)s” was saved.") % {"name": saved})
            return redirect("desk:recurrences")
    context = {"form": form, "recurrence": kept, "dates": dates, "is_shown": form.is_bound and form.is_valid()}
    return page(request, "desk/recurring/edit.html", here="recurrences", **context)


def _begun(request: DeskRequest) -> dict[str, Any]:
    """What `?ticket=` says, if one may see it."""
    number = request.GET.get("ticket", "")
    if not number.isdecimal() or len(number) > 18:
        return {}
    found = Ticket.objects.visible_to(request.user).filter(pk=number).select_related("client").first()
    return copied(found) if found else {}


@require_POST
@answering
def deed(request: DeskRequest, pk: int) -> HttpResponse:
    """Pause one, let it go on, make a ticket of it now, or remove it."""
    mine = Recurrence.objects.editable_by(request.user).select_related("client", "team", "assignee")
    found = get_object_or_404(mine, pk=pk)
    match request.POST.get("do"):
        case "pause":
            found.pause(by=request.user)
        case "resume":
            found.resume(by=request.user)
        case "make":
            ticket = make_now(found, by=request.user)
            messages.success(request, _("%(ticket)s was made.") % {"ticket": ticket})
            return redirect(ticket)
        case "remove":
            found.remove(by=request.user)
            messages.success(request, _("“%(name)s” was removed. The tickets that it made stay.") % {"name": found})
        case _unknown:
            raise Http404
    return redirect("desk:recurrences")
