"""The page on which a client changes what they wrote, while they still may."""

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from otklik.channels.webform.limits import network_of
from otklik.channels.webform.submitting import TooMany
from otklik.portal.access import Seat, seat_or_404
from otklik.portal.answering import AnswerForm
from otklik.portal.correcting import ChangeForm, own_or_404
from otklik.portal.correcting import change as say_instead
from otklik.portal.pages import page, private, speak
from otklik.tickets.errors import EmptyMessage, TooLateToRevise
from otklik.tickets.models import Message
from otklik.tickets.revising import WINDOW, can_revise

from .ticket import show, to_ticket


@csrf_exempt  # as in ticket.conversation
@private
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    seat = seat_or_404(token)
    speak(request, seat.person.language)
    message = own_or_404(seat, pk)
    form = ChangeForm(request.POST or None, initial={"text": message.text})
    try:
        if not can_revise(message, seat.person, at=now()):
            raise TooLateToRevise(minutes=WINDOW.seconds // 60)
        if request.method == "POST" and _changed(form, seat, message, request):
            return to_ticket(seat, done="changed")
    except TooLateToRevise:
        # What was typed is not lost: it stands in the place for a new message.
        instead = AnswerForm(seat=seat, initial={"text": request.POST.get("text", "")})
        return show(request, seat, instead, done="late", status=422 if request.method == "POST" else 200)
    context = {"seat": seat, "token": token, "message": message, "form": form, "until": message.at + WINDOW}
    return page(request, "portal/change.html", context, status=422 if form.errors else 200)


def _changed(form: ChangeForm, seat: Seat, message: Message, request: HttpRequest) -> bool:
    """Whether the message says now what was typed; else the form says what is wrong. Raises TooLateToRevise."""
    if not form.is_valid():
        return False
    try:
        say_instead(seat, message, form.cleaned_data["text"], network=network_of(request.META))
    except EmptyMessage:
        form.add_error("text", _("The message would be empty. Write what you want to tell us instead."))
    except TooMany as refusal:
        form.add_error(None, str(refusal))
    return not form.errors
