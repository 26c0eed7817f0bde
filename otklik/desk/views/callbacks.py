"""Calling a client back: promised, tried, done."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering
from otklik.desk.callbacks import PromiseForm, write_down
from otklik.lib.errors import OtklikError
from otklik.sla.models.callback import promise_callback

from .ticket import again, find_ticket, told


@require_POST
@answering
def promise(request: DeskRequest, number: int) -> HttpResponse:
    """Promise the client a call."""
    ticket, form = find_ticket(request, number), PromiseForm(request.POST)
    if ticket.merged_into_id:
        raise Http404
    try:
        if form.is_valid():
            promise_callback(ticket, by=request.user, **form.cleaned_data)
    except OtklikError as refusal:
        told(request, refusal)
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
    return again(request, ticket)


@require_POST
@answering
def call(request: DeskRequest, number: int) -> HttpResponse:
    """Write down a call, or withdraw what was promised."""
    ticket = find_ticket(request, number)
    try:
        if not write_down(ticket, request.POST.dict(), by=request.user):
            messages.info(request, _("No callback waits on this ticket."))
    except OtklikError as refusal:
        told(request, refusal)
    return again(request, ticket)
