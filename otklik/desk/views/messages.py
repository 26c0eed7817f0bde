"""What hangs on single messages: writing them, showing their HTML safely, their files and deliveries."""

import re
from collections.abc import Callable
from html import escape

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering, members
from otklik.desk.composing import ComposeForm, has_news, save_draft, write
from otklik.desk.framing import body_policy, framed, remote_pictures, with_pictures
from otklik.lib.errors import OtklikError
from otklik.lib.remote import Refused, fetch
from otklik.tickets.models import Attachment, Delivery, Message
from otklik.tickets.undoing import undo as take_back

from .ticket import again, find_ticket, told

# Shown in the browser; anything else is only ever downloaded, under a name that cannot be run from our address.
SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"}
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"}
PICTURE_MAX_BYTES = 10 * 1024 * 1024
HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "Cache-Control": "private, max-age=3600",
}
CID = re.compile(r"""(src=["'])cid:([^"']+)""", re.IGNORECASE)


@require_POST
@answering
def compose(request: DeskRequest, number: int) -> HttpResponse:
    """Send an answer or keep a note; stop once if somebody else wrote in between."""
    ticket, form = find_ticket(request, number), ComposeForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    if not form.is_note and "anyway" not in request.POST and has_news(ticket, form.cleaned_data["seen"], request.user):
        save_draft(ticket, form, by=request.user)
        messages.warning(request, _("Nothing was sent yet: somebody wrote while you were writing. Read it, then send."))
        return again(request, ticket)
    try:
        write(ticket, form, by=request.user, files=request.FILES)
    except OtklikError as refusal:
        save_draft(ticket, form, by=request.user)
        told(request, refusal)
    return again(request, ticket)


@require_POST
@answering
def draft(request: DeskRequest, number: int) -> HttpResponse:
    """Keep what is being typed."""
    ticket, form = find_ticket(request, number), ComposeForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    save_draft(ticket, form, by=request.user)
    return HttpResponse(status=204)


@body_policy
@members
def body(request: DeskRequest, pk: int) -> HttpResponse:
    """A message's HTML for the sandboxed frame; nothing in it can run, and remote pictures are not fetched."""
    return _body(request, pk)


@body_policy
@members
def body_with_pictures(request: DeskRequest, pk: int) -> HttpResponse:
    """The same with remote pictures, for somebody who asked for them."""
    return _body(request, pk, lambda number: reverse("desk:picture", args=[pk, number]))


@members
def picture(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """One remote picture of a message, fetched by us: whoever has it there does not learn who looks."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    addresses = remote_pictures(message.html)
    if number >= len(addresses):
        raise Http404
    try:
        found = fetch(addresses[number], kinds=PICTURES, limit_bytes=PICTURE_MAX_BYTES)
    except Refused as refusal:
        return HttpResponse(str(refusal), status=404, content_type="text/plain; charset=utf-8")
    return HttpResponse(found.content, content_type=found.kind, headers=HARMLESS)


def _body(request: DeskRequest, pk: int, address: Callable[[int], str] | None = None) -> HttpResponse:
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    inline = {file.content_id: reverse("desk:file", args=[file.pk]) for file in message.attachments.all()}
    html = CID.sub(lambda found: found[1] + escape(inline.get(found[2], "")), message.html)
    return framed(with_pictures(html, address) if address else html)


@members
def file(request: DeskRequest, pk: int) -> FileResponse:
    """An attachment: harmless kinds are shown, the rest is downloaded."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    is_shown = found.type in SHOWN
    kind = found.type if is_shown else "application/octet-stream"
    answer = FileResponse(found.file.open(), as_attachment=not is_shown, filename=found.name, content_type=kind)
    for name, value in HARMLESS.items():
        answer.headers[name] = value
    return answer


@require_POST
@answering
def send_again(request: DeskRequest, pk: int) -> HttpResponse:
    """Make a failed delivery due again."""
    delivery = get_object_or_404(
        Delivery.objects.filter(message__in=Message.objects.visible_to(request.user)).select_related("message"), pk=pk
    )
    if not delivery.send_again():
        messages.info(request, _("This answer was sent or is being sent already."))
    else:
        messages.success(
            request, _("The answer to %(address)s will be tried again now.") % {"address": delivery.address}
        )
    return again(request, find_ticket(request, delivery.message.ticket_id))


@require_POST
@answering
def undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take one's own answer back into the composer, by a whole page: the composer is not replaced otherwise."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    had_files = message.attachments.exists()
    if not take_back(message, by=request.user):
        messages.error(request, _("It is too late: the answer is on its way, or it is not yours."))
    elif had_files:
        messages.success(request, _("The answer was not sent; its text is in the composer. Attach the files again."))
    else:
        messages.success(request, _("The answer was not sent; its text is in the composer."))
    return redirect(message.ticket)
