"""The status page: what was said, how the ticket stands, what happens next, and a place to answer."""

from dataclasses import replace

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.channels.webform.limits import network_of
from otklik.channels.webform.submitting import TooMany
from otklik.knowledge.models import Article, Visitor
from otklik.portal.access import BY_MAIL, Seat, seat_or_404
from otklik.portal.answering import AnswerForm, answer
from otklik.portal.correcting import said
from otklik.portal.pages import page, private, speak
from otklik.portal.standing import standing_of
from otklik.staff.models import Company
from otklik.tickets.models import Attachment, Message, Ticket
from otklik.tickets.revising import WINDOW


# No cookie gives any right here: the secret address does, and whoever knows it needs to forge nothing.
@csrf_exempt
@private
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, token: str) -> HttpResponse:
    seat = seat_or_404(token)
    speak(request, seat.person.language)
    if request.method != "POST":
        form = AnswerForm(seat=seat)
    else:
        if not can_answer(seat):
            raise Http404
        form = AnswerForm(request.POST, request.FILES, seat=seat)
        if (message := _answered(form, seat, request)) is not None:
            return to_ticket(replace(seat, ticket=message.ticket), done="sent")
    return show(request, seat, form, done=request.GET.get("done", ""), status=422 if form.is_bound else 200)


def show(request: HttpRequest, seat: Seat, form: AnswerForm, *, done: str, status: int) -> HttpResponse:
    """The page; `done` is what it tells first."""
    form.renew_note()
    messages = seat.ticket.messages.public().select_related("person", "member").prefetch_related("attachments")
    context = {
        "ticket": seat.ticket,
        "person": seat.person,
        "address": seat.address,
        "token": seat.token,
        "conversation": said(seat, messages, at=now()),
        "standing": standing_of(seat.ticket, Company.current()),
        "done": done,
        "form": form,
        "can_answer": can_answer(seat),
        "minutes": WINDOW.seconds // 60,
        "articles_key": _articles_key(seat),
    }
    return page(request, "portal/ticket.html", context, status=status)


def _articles_key(seat: Seat) -> str:
    """What opens the knowledge base for a client; the link of a form proves none, and opens what anybody reads."""
    is_client = seat.link == BY_MAIL
    articles = Article.objects.visible_to(Visitor.CLIENT if is_client else Visitor.ANYBODY)
    return seat.token if articles.exists() else ""


def can_answer(seat: Seat) -> bool:
    return bool(seat.channel and seat.address)


def _answered(form: AnswerForm, seat: Seat, request: HttpRequest) -> Message | None:
    """What was filed; None if the form says what is wrong."""
    if not form.is_valid():
        return None
    try:
        return answer(seat, form.cleaned_data, network=network_of(request.META))
    except TooMany as refusal:
        form.add_error(None, str(refusal))
        return None


def to_ticket(seat: Seat, *, done: str) -> HttpResponse:
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
    return to_ticket(seat, done="solved")


@private
@require_safe
def attachment(request: HttpRequest, token: str, pk: int) -> FileResponse:
    """A file of a public message, always to be saved and never shown: it is a stranger's."""
    seat = seat_or_404(token)
    attached = get_object_or_404(Attachment, pk=pk, message__in=seat.ticket.messages.public())
    content_type = "application/octet-stream"
    return FileResponse(attached.file.open("rb"), as_attachment=True, filename=attached.name, content_type=content_type)
