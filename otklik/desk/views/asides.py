"""Side conversations: asking a third party, going on with it, and ending it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering
from otklik.desk.asides import TICKED, LetterForm, keep_letter, letters_of, place_of, quotable, started
from otklik.desk.composing import ComposeForm, Limits, save_draft
from otklik.desk.shell import page
from otklik.lib.errors import OtklikError
from otklik.tickets.models import Aside, Message, Ticket

from .composing import written_on
from .ticket import again, find_ticket, told


@answering
def new_aside(request: DeskRequest, number: int) -> HttpResponse:
    """Ask a third party."""
    return _letter(request, written_on(request, number), None)


@answering
def aside(request: DeskRequest, pk: int) -> HttpResponse:
    """What was written to and fro, and the next letter."""
    found = get_object_or_404(Aside.objects.visible_to(request.user).select_related("ticket__client", "channel"), pk=pk)
    return _letter(request, found.ticket, found)


def _letter(request: DeskRequest, ticket: Ticket, aside: Aside | None) -> HttpResponse:
    if request.method == "POST" and (message := _sent(request, ticket, aside)):
        return redirect(f"{ticket.get_absolute_url()}#message-{message.pk}")
    begun = started(ticket, aside, by=request.user)
    form = LetterForm(None, ticket=ticket, aside=aside, initial=begun.initial)
    context = {
        "ticket": ticket,
        "aside": aside,
        "thread": letters_of(Aside.objects.filter(pk=aside.pk))[0] if aside else None,
        "form": form,
        "chosen": {name: {int(pk) for pk in begun.initial.get(name, ())} for name in TICKED},
        "composer": begun.composer,
        "composers": Limits(),
        "quotable": quotable(ticket),
    }
    response = page(request, "desk/aside/page.html", **context)
    response.status_code = 422 if request.method == "POST" else 200
    return response


def _sent(request: DeskRequest, ticket: Ticket, aside: Aside | None) -> Message | None:
    """The letter, if it could be sent; else what was typed is the draft, and the page says why."""
    place, form = place_of(aside), LetterForm(request.POST, ticket=ticket, aside=aside)
    kept = ComposeForm(request.POST.dict() | {"kind": place})
    if not kept.is_valid():
        raise Http404
    try:
        save_draft(ticket, kept, by=request.user, files=request.FILES.getlist("files"))
        keep_letter(ticket, place, request.POST, by=request.user)
        if form.is_valid():
            return form.send(by=request.user)
    except OtklikError as refusal:
        told(request, refusal)
        return None
    for field, errors in form.errors.items():
        messages.error(request, " ".join([str(form.fields[field].label or ""), *(str(error) for error in errors)]))
    return None


@require_POST
@answering
def aside_state(request: DeskRequest, pk: int) -> HttpResponse:
    """It is over, or goes on: whichever the form asks for."""
    found = get_object_or_404(Aside.objects.visible_to(request.user).select_related("ticket"), pk=pk)
    if request.POST.get("open") == "yes":
        found.reopen(by=request.user)
    elif found.end(by=request.user):
        messages.success(request, _("The side conversation is over. An answer that still comes is added to it."))
    return again(request, find_ticket(request, found.ticket_id))
