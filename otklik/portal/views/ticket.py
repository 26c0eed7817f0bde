"""The status page: what was said, how the ticket stands, what happens next, and a place to answer."""

from dataclasses import replace
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.channels.webform.limits import network_of
from otklik.channels.webform.submitting import TooMany
from otklik.portal.access import Seat, seat_or_404
from otklik.portal.answering import AnswerForm, answer
from otklik.portal.pages import page, private, speak
from otklik.portal.standing import standing_of
from otklik.staff.models import Company
from otklik.tickets.models import Attachment, Message, Ticket


# No cookie gives any right here: the secret address does, and whoever knows it needs to forge nothing.
@csrf_exempt
@private
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, token: str) -> HttpResponse:
    seat = seat_or_404(token)
    speak(request, seat.person.language)
    can_answer = bool(seat.channel and seat.address)
    if request.method != "POST":
        form = AnswerForm(seat=seat)
    else:
        if not can_answer:
            raise Http404
        form = AnswerForm(request.POST, request.FILES, seat=seat)
        if (message := _answered(form, seat, request)) is not None:
            return _to(replace(seat, ticket=message.ticket), done="sent")
    form.renew_note()
    context = _context(request, seat) | {"form": form, "can_answer": can_answer, "token": token}
    return page(request, "portal/ticket.html", context, status=422 if form.is_bound else 200)


def _context(request: HttpRequest, seat: Seat) -> dict[str, Any]:
    messages = seat.ticket.messages.public().select_related("person", "member").prefetch_related("attachments")
    return {
        "ticket": seat.ticket,
        "person": seat.person,
        "address": seat.address,
        "messages_shown": messages,
        "standing": standing_of(seat.ticket, Company.current()),
        "done": request.GET.get("done", ""),
    }


def _answered(form: AnswerForm, seat: Seat, request: HttpRequest) -> Message | None:
    """What was filed; None if the form says what is wrong."""
    if not form.is_valid():
        return None
    try:
        return answer(seat, form.cleaned_data, network=network_of(request.META))
    except TooMany as refusal:
        form.add_error(None, str(refusal))
        return None


def _to(seat: Seat, *, done: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:ticket", args=[seat.token]) + f"?done={done}#done", status=303)


@csrf_exempt  # as above
@private
@require_POST
def state(request: HttpRequest, token: str) -> HttpResponse:
    """“It is solved”: the one state that a client may set; a ticket that is over stays as it is."""
    seat = seat_or_404(token)
    if request.POST.get("state") != Ticket.State.RESOLVED:
        raise Http404
    if not seat.ticket.is_over:
        seat.ticket.set_state(Ticket.State.RESOLVED, by=seat.person)
    return _to(seat, done="solved")


@private
@require_safe
def attachment(request: HttpRequest, token: str, pk: int) -> FileResponse:
    """A file of a public message, always to be saved and never shown: it is a stranger's."""
    seat = seat_or_404(token)
    attached = get_object_or_404(Attachment, pk=pk, message__in=seat.ticket.messages.public())
    content_type = "application/octet-stream"
    return FileResponse(attached.file.open("rb"), as_attachment=True, filename=attached.name, content_type=content_type)
