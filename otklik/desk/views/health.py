"""How mailboxes and webhooks fare, and all that stopped somewhere and waits for an administrator."""

from django.contrib import messages
from django.db.models import Count, Min, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from otklik.channels.email.advice import ADVICE
from otklik.channels.email.models import Mailbox, MailboxWatch
from otklik.desk.access import DeskRequest, administrators, number_in
from otklik.desk.health import forget_alarms, standings
from otklik.desk.shell import back
from otklik.integrations.webhooks.models import Webhook
from otklik.journal.models import Parked
from otklik.journal.readers import retry
from otklik.lib.keyset import BadCursor
from otklik.lib.keyset import page as keyset_page
from otklik.routing.models import Wait
from otklik.tickets.models import Delivery, RawMessage
from otklik.tickets.search import unread as unread_by_search

from .settings import settings_page

SHOWN = 200
FIRST = 5  # of each list, on the page that has them all
PREVIEW_BYTES = 20_000


@administrators
def health(request: DeskRequest) -> HttpResponse:
    """Everything at one look; each list leads to the whole of it."""
    lists = {"unread": _unread(), "parked": _parked(), "failed": _failed()}
    counts = {name: rows.count() for name, rows in lists.items()}
    lost = _dropped()[: FIRST + 1]
    return settings_page(
        request,
        "desk/health/page.html",
        current="health",
        rows=standings(),
        advice=ADVICE,
        webhooks=Webhook.objects.failing(),
        waits=Wait.objects.aggregate(count=Count("pk"), oldest=Min("since"), told=Count("told_at")),
        counts=counts,
        to_index=unread_by_search(),
        dropped=lost[:FIRST],
        more_dropped=len(lost) > FIRST,
        **{name: rows[:FIRST] for name, rows in lists.items()},
    )


def _unread() -> QuerySet[RawMessage]:
    return RawMessage.objects.unread().select_related("channel").defer("body").order_by("-pk")


def _dropped() -> QuerySet[RawMessage]:
    return RawMessage.objects.perhaps_lost().select_related("channel").defer("body").order_by("-pk")


def _parked() -> QuerySet[Parked]:
    return Parked.objects.select_related("event", "reader").order_by("-pk")


def _failed() -> QuerySet[Delivery]:
    return Delivery.objects.failed().select_related("message__ticket").order_by("-failed_at", "-pk")


@require_POST
@administrators
def accept_silence(request: DeskRequest, pk: int) -> HttpResponse:
    """No mail comes, and somebody knows why: say no more until some does."""
    if get_object_or_404(MailboxWatch, channel=pk).accept():
        forget_alarms()
        messages.success(request, _("Understood. You will hear of it when mail came and stopped again."))
    return back(request, "desk:health")


@require_POST
@administrators
def try_again(request: DeskRequest, pk: int) -> HttpResponse:
    """Read a failing mailbox now instead of at its next turn."""
    get_object_or_404(Mailbox, channel=pk).begin_anew()
    forget_alarms()
    messages.success(request, _("The mailbox is being read now. The result stands here in a moment."))
    return back(request, "desk:health")


@require_POST
@administrators
def send_now(request: DeskRequest, pk: int) -> HttpResponse:
    """Send what waits for the server of a mailbox now instead of at its next try."""
    Delivery.objects.stopped().filter(channel=pk).hurry()
    forget_alarms()
    messages.success(request, _("The answers are being sent now. The result stands here in a moment."))
    return back(request, "desk:health")


@administrators
def unread(request: DeskRequest) -> HttpResponse:
    """Raw messages that could not be read; POST reads all of them again."""
    if request.method == "POST":
        count = sum(raw.read_again() for raw in _unread())
        text = ngettext(
            "%(count)d message will be read again now.", "%(count)d messages will be read again now.", count
        )
        messages.success(request, text % {"count": count})
        return redirect("desk:health")
    return settings_page(
        request, "desk/health/unread.html", current="health", rows=_unread()[:SHOWN], advice=ADVICE["unread"]
    )


@administrators
def dropped(request: DeskRequest) -> HttpResponse:
    """Messages that were read and became nothing, though a person may have written them."""
    after = request.GET.get("after", "")
    try:
        found = keyset_page(_dropped(), order=("id",), cursor=after, size=SHOWN)
    except BadCursor as damaged:
        raise Http404 from damaged
    context = {"rows": found.rows, "next": found.next, "advice": ADVICE["dropped"]}
    return settings_page(request, "desk/health/dropped.html", current="health", **context)


@administrators
def raw(request: DeskRequest, pk: int) -> HttpResponse:
    """The beginning of a raw message as it came, for somebody who wants to see why; POST reads it again."""
    found = get_object_or_404(RawMessage, pk=pk)
    if request.method == "POST":
        if found.read_again():
            messages.success(request, _("The message will be read again now."))
        return redirect("desk:health")
    shown = {"text": bytes(found.body[:PREVIEW_BYTES]).decode("utf-8", "replace"), "size": len(found.body)}
    return settings_page(request, "desk/health/raw.html", current="health", raw=found, **shown)


@administrators
def parked(request: DeskRequest) -> HttpResponse:
    """Events that a reader of the journal could not digest; POST gives one to it again."""
    if request.method == "POST":
        event = get_object_or_404(Parked.objects.select_related("event"), pk=number_in(request, "parked"))
        if retry(event):
            messages.success(request, _("It went well this time."))
        else:
            messages.error(request, _("It failed again. The reason stands beside it."))
        return redirect("desk:parked")
    return settings_page(
        request, "desk/health/parked.html", current="health", rows=_parked()[:SHOWN], advice=ADVICE["parked"]
    )
