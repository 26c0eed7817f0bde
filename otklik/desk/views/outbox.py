"""The local outbox: answers that wait for an outgoing server, and those that could not be delivered."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, administrators, members
from otklik.desk.framing import body_policy, framed
from otklik.desk.letters import letter_of
from otklik.desk.shell import back, page
from otklik.tickets.models import Delivery, Ticket

SHOWN = 100


def _deliveries(request: DeskRequest) -> QuerySet[Delivery]:
    mine = Delivery.objects.filter(message__ticket__in=Ticket.objects.visible_to(request.user))
    return mine.select_related("message__ticket", "message__member", "channel", "person")


@members
def outbox(request: DeskRequest) -> HttpResponse:
    held = _deliveries(request).filter(held_at__isnull=False).order_by("-held_at", "-pk")[:SHOWN]
    failed = _deliveries(request).filter(failed_at__isnull=False).order_by("-failed_at", "-pk")[:SHOWN]
    return page(request, "desk/outbox/list.html", here="outbox", held=held, failed=failed)


@members
def letter(request: DeskRequest, pk: int) -> HttpResponse:
    """One answer as its recipient would read it."""
    delivery = _held(request, pk)
    letter = letter_of(bytes(delivery.outbox_mail.raw))
    return page(request, "desk/outbox/letter.html", here="outbox", delivery=delivery, letter=letter)


def _held(request: DeskRequest, pk: int) -> Delivery:
    """A delivery with its mail as it was rendered; 404 for one that never stopped in the outbox.

    A survey's mail has the client's own link: nobody who is judged by the answer may read it.
    """
    kept = _deliveries(request).select_related("outbox_mail").filter(outbox_mail__isnull=False)
    if not request.user.is_administrator:
        kept = kept.filter(message__invitation=None)
    return get_object_or_404(kept, pk=pk)


@body_policy
@members
def letter_body(request: DeskRequest, pk: int) -> HttpResponse:
    """The mail's HTML for the sandboxed frame."""
    return framed(letter_of(bytes(_held(request, pk).outbox_mail.raw)).html)


@require_POST
@administrators
def release(request: DeskRequest) -> HttpResponse:
    """Make all held answers due again, once an outgoing server is configured."""
    count = sum(delivery.send_again() for delivery in Delivery.objects.held())
    text = ngettext("%(count)s answer is being sent.", "%(count)s answers are being sent.", count)
    messages.success(request, text % {"count": count})
    return back(request, "desk:outbox")
