"""Canned replies: choosing one while writing, and keeping them."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering, number_in
from otklik.desk.canned import CannedForm, found, meanings, take
from otklik.desk.composing import KIND, where
from otklik.desk.sharing import by_whose
from otklik.desk.shell import page, part
from otklik.lib.errors import OtklikError
from otklik.tickets.models import CannedReply

from .ticket import find_ticket


@answering
def canned_for(request: DeskRequest, number: int) -> HttpResponse:
    """The canned replies that `?text=` means, as they read on this ticket."""
    ticket = find_ticket(request, number)
    replies = found(request.GET.get("text", "")[:80], ticket, member=request.user)
    return part(request, "desk/canned/choices.html", replies=replies, ticket=ticket)


@require_POST
@answering
def use(request: DeskRequest, number: int, pk: int) -> HttpResponse:
    """What a canned reply says here, to stand in the composer; its files go with the draft."""
    ticket = find_ticket(request, number)
    reply = get_object_or_404(CannedReply.objects.visible_to(request.user), pk=pk)
    kind = request.POST.get("kind", "")
    if not KIND.fullmatch(kind):
        return HttpResponse(status=400)
    try:
        said, files = take(reply, ticket, by=request.user, **where(kind))
    except OtklikError as refusal:
        return JsonResponse({"why": str(refusal)}, status=422)
    rows = [render_to_string("desk/ticket/draft_file.html", {"file": file}, request) for file in files]
    return JsonResponse({"text": said.text, "html": said.html, "rows": rows})


@answering
def canned(request: DeskRequest) -> HttpResponse:
    """All that one may use, by whose they are."""
    rows = list(CannedReply.objects.visible_to(request.user).select_related("team"))
    editable = set(CannedReply.objects.editable_by(request.user).values_list("pk", flat=True))
    return page(
        request, "desk/canned/list.html", here="canned", groups=by_whose(rows), editable=editable, is_empty=not rows
    )


@answering
def edit_canned(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Write a canned reply, or change or remove one."""
    reply = get_object_or_404(CannedReply.objects.editable_by(request.user), pk=pk) if pk else CannedReply()
    if pk and "remove" in request.POST:
        reply.delete()
        messages.success(request, _("“%(name)s” was removed.") % {"name": reply})
        return redirect("desk:canned")
    form = CannedForm(request.POST or None, request.FILES or None, instance=reply, member=request.user)
    if form.is_valid():
        form.keep()
        if "drop" in request.POST:
            reply.files.filter(pk=number_in(request, "drop")).delete()
            return redirect("desk:edit_canned", reply.pk)
        messages.success(request, _("“%(name)s” was saved.") % {"name": reply})
        return redirect("desk:canned")
    name = str(CannedReply.objects.get(pk=pk)) if pk else ""
    context = {"form": form, "reply": reply, "name": name, "words": meanings()}
    return page(request, "desk/canned/edit.html", here="canned", **context)
