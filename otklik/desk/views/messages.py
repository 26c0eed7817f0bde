"""What hangs on single messages: their HTML, shown safely, and their deliveries."""

import re
from collections.abc import Callable
from html import escape

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering, members
from otklik.desk.framing import body_policy, framed, remote_pictures, with_pictures
from otklik.lib.remote import Refused, fetch
from otklik.tickets.models import Delivery, Message

from .files import HARMLESS
from .ticket import again, find_ticket

PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"}
PICTURE_MAX_BYTES = 10 * 1024 * 1024
CID = re.compile(r"""(src=["'])cid:([^"']+)""", re.IGNORECASE)


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
