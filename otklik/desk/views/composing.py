"""The composers at work: sending, keeping what is typed, and the files that go with it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering, members
from otklik.desk.asides import keep_letter
from otklik.desk.composing import KIND, KINDS, ComposeForm, save_draft, take_file, where, write
from otklik.desk.editor import address_of, editable
from otklik.desk.recipients import changed
from otklik.desk.shell import is_htmx, page
from otklik.desk.tasks import warn_of_open_tasks
from otklik.lib.errors import OtklikError
from otklik.tickets.addressing import Wishes
from otklik.tickets.drafting import take_over, wish
from otklik.tickets.errors import SomethingNew
from otklik.tickets.models import Aside, Attachment, Draft, DraftFile, Message, Ticket
from otklik.tickets.undoing import undo as take_back

from .files import sent
from .ticket import again, elsewhere, find_ticket, origin_of, show, told


def written_on(request: DeskRequest, number: int) -> Ticket:
    """The ticket that a composer writes on; one that was merged meanwhile leads to where it went."""
    ticket = find_ticket(request, number)
    return find_ticket(request, ticket.survivor().pk) if ticket.merged_into_id else ticket


@require_POST
@answering
def compose(request: DeskRequest, number: int) -> HttpResponse:
    """Send an answer or keep a note; held once if others did something in between. Nothing typed is lost either way."""
    ticket, form = written_on(request, number), ComposeForm(request.POST)
    if not form.is_valid() or form.cleaned_data["kind"] not in KINDS:
        return HttpResponse(status=400)
    try:
        save_draft(ticket, form, by=request.user, files=request.FILES.getlist("files"))
        message = write(ticket, form, by=request.user)
    except SomethingNew as held:
        response = show(request, find_ticket(request, ticket.pk), news=held.facts["events"])
        response.headers["HX-Trigger"] = "desk:held"
        return response
    except OtklikError as refusal:
        told(request, refusal)
        return again(request, ticket)
    if form.cleaned_data["then"]:
        warn_of_open_tasks(request, ticket)
    if "next" in request.POST and not form.is_note:
        return _go_on(request, message)
    response = again(request, ticket)
    if is_htmx(request):
        response.headers["HX-Trigger"] = f"desk:{form.cleaned_data['kind']}-sent"
    return response


def _go_on(request: DeskRequest, message: Message) -> HttpResponse:
    """To the next ticket of the list; from there the answer can still be taken back."""
    ticket = message.ticket
    undo = f"{ticket.get_absolute_url()}#message-{message.pk}"
    link = format_html('<a class="link" href="{}">{}</a>', undo, _("Look at it or take it back"))
    sent = _("The answer to %(ticket)s was written.") % {"ticket": ticket}
    messages.success(request, format_html("{} {}", sent, link))
    origin = origin_of(request)
    return elsewhere(request, f"{reverse('desk:next', args=[ticket.pk])}?{urlencode({'from': origin})}")


@answering
def draft(request: DeskRequest, number: int) -> HttpResponse:
    """Keep what is being typed; or, for another window of its author, tell what is kept."""
    ticket = written_on(request, number)
    if request.method != "POST":
        return _kept(request, ticket)
    form = ComposeForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    save_draft(ticket, form, by=request.user)
    if place := form.where["place"]:
        keep_letter(ticket, place, request.POST, by=request.user)
    if "readers" in request.POST:
        return _readers(request, ticket)
    return JsonResponse({"text": form.cleaned_data["text"], **_stamp()})


def _readers(request: DeskRequest, ticket: Ticket) -> HttpResponse:
    """Change whom the answer goes to."""
    kept = Draft.objects.of(ticket, request.user, is_note=False).first()
    wishes = Wishes.parse(kept.wishes if kept else None)
    try:
        wish(ticket, request.user, changed(wishes, request.POST["readers"], request.POST.get("reader", "")))
    except ValidationError as refusal:
        told(request, refusal)
    return again(request, ticket)


def _kept(request: DeskRequest, ticket: Ticket) -> HttpResponse:
    kind = request.GET.get("kind", "")
    if not KIND.fullmatch(kind):
        raise Http404
    found = Draft.objects.of(ticket, request.user, **where(kind)).first()
    kept = {"text": found.text, "html": editable(ticket, found.html)} if found else {"text": "", "html": ""}
    # A sign-in in another tab has put an end to the one that the page holds.
    return JsonResponse({**kept, "token": get_token(request)})


def _stamp() -> dict[str, str]:
    return {"said": _("Saved %(time)s") % {"time": date_format(localtime(now()), "H:i")}}


@require_POST
@answering
def draft_files(request: DeskRequest, number: int) -> HttpResponse:
    """Take one file as it is dropped, attached or pasted; a refusal says in words why."""
    ticket, kind, file = written_on(request, number), request.POST.get("kind", ""), request.FILES.get("file")
    if file is None or not KIND.fullmatch(kind):
        return HttpResponse(status=400)
    try:
        kept = take_file(ticket, file, by=request.user, is_shown="shown" in request.POST, **where(kind))
    except OtklikError as refusal:
        return JsonResponse({"why": str(refusal)}, status=422)
    if kept.content_id:
        return JsonResponse({"url": address_of(ticket, kept.content_id)})
    return JsonResponse({"row": render_to_string("desk/ticket/draft_file.html", {"file": kept}, request)})


@members
def draft_file(request: DeskRequest, pk: int) -> FileResponse:
    """A file of a draft, the author's own or a colleague's."""
    return sent(get_object_or_404(DraftFile.objects.visible_to(request.user), pk=pk))


@require_POST
@answering
def drop_draft_file(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a file go with one's draft no more; without JavaScript the rest of the composer comes along."""
    mine = DraftFile.objects.visible_to(request.user).filter(draft__author=request.user)
    file = get_object_or_404(mine.select_related("draft__ticket"), pk=pk)
    ticket, form = file.draft.ticket, ComposeForm(request.POST)
    if form.is_valid():
        save_draft(ticket, form, by=request.user)
    file.delete()
    return _to_composer(file.draft)


def _to_composer(draft: Draft) -> HttpResponse:
    """To where a draft is written: the ticket’s page, or that of a side conversation."""
    if not draft.place:
        return redirect(draft.ticket)
    number = draft.place.removeprefix(Aside.NEW).removeprefix("-")
    return redirect("desk:aside", number) if number else redirect("desk:new_aside", draft.ticket_id)


@members
def inline(request: DeskRequest, number: int, cid: str) -> FileResponse:
    """A picture that a text of this ticket shows, while it is written and afterwards."""
    ticket = find_ticket(request, number)
    typed = DraftFile.objects.filter(draft__ticket=ticket, content_id=cid).first()
    found = typed or Attachment.objects.filter(message__ticket=ticket, content_id=cid).first()
    if found is None:
        raise Http404
    return sent(found)


@members
def colleague_draft(request: DeskRequest, pk: int) -> HttpResponse:
    """What a colleague is writing, for somebody who asks; to be taken over as one's own copy."""
    found = get_object_or_404(Draft.objects.visible_to(request.user).select_related("author", "ticket"), pk=pk)
    return page(request, "desk/ticket/draft.html", draft=found, html=editable(found.ticket, found.html))


@require_POST
@answering
def take_draft(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Draft.objects.visible_to(request.user).select_related("author", "ticket"), pk=pk)
    if found.author_id != request.user.pk:
        take_over(found, by=request.user)
        messages.success(request, _("What %(name)s had written is in your composer now.") % {"name": found.author})
    return _to_composer(found)


@require_POST
@answering
def undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take one's own answer back into the composer, by a whole page: the composer is not replaced otherwise."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    if message.aside_id and take_back(message, by=request.user):
        messages.success(request, _("The letter was not sent; it is a draft again."))
        kept = Aside.objects.filter(pk=message.aside_id).first()
        return redirect("desk:aside", kept.pk) if kept else redirect("desk:new_aside", message.ticket_id)
    if take_back(message, by=request.user):
        messages.success(request, _("The answer was not sent; it is in the composer again."))
    else:
        messages.error(request, _("It is too late: the answer is on its way, or it is not yours."))
    return redirect(message.ticket)
