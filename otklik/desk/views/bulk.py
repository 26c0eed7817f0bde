"""Changing many tickets at once: the bar of wishes, the question before much is changed, progress and outcome."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering
from otklik.desk.bulk import ASKED_MORE, UNASKED, WHOLE_MAX, BulkForm, Selection, begin
from otklik.desk.shell import back, is_htmx, is_ours, page, part
from otklik.desk.tasks import left_open_told
from otklik.lib.errors import OtklikError
from otklik.tickets.models import Bulk, BulkRow

REFUSED_SHOWN = 200
PAGE = "desk/bulk/page.html"


@answering
def wishes(request: DeskRequest) -> HttpResponse:
    """What can be done to chosen tickets, fetched when the first one is chosen."""
    return part(request, "desk/bulk/wishes.html", form=BulkForm(member=request.user))


@require_POST
@answering
def bulk(request: DeskRequest) -> HttpResponse:
    """Change the tickets that are meant. Much is asked about once more; without a wish it is asked what is wished."""
    meant = Selection.of(request.POST)
    try:
        numbers = meant.find(request.user)
    except (KeyError, OtklikError) as unknown:
        raise Http404 from unknown
    form = BulkForm(request.POST, member=request.user)
    if not form.is_valid() or not form.steps:
        return _ask(request, form, meant, numbers)
    if len(numbers) > WHOLE_MAX:
        messages.error(request, ASKED_MORE % {"most": WHOLE_MAX})
        return back(request, "desk:home")
    if len(numbers) > UNASKED and request.POST.get("sure") != form.version:
        return _ask(request, form, meant, numbers)
    begun = begin(form, numbers, by=request.user)
    if begun.ended_at is None:
        return _to_progress(begun.pk, request.POST.get("next", ""))
    _tell(request, begun)
    return back(request, "desk:home")


def _to_progress(pk: int, origin: str) -> HttpResponse:
    address = reverse("desk:bulk_progress", args=[pk])
    return redirect(f"{address}?{urlencode({'next': origin})}" if origin else address)


def _ask(request: DeskRequest, form: BulkForm, meant: Selection, numbers: list[int]) -> HttpResponse:
    is_sure_of = form.is_valid() and bool(form.steps)
    context = {"form": form, "meant": meant, "numbers": numbers, "is_more": len(numbers) > WHOLE_MAX}
    return page(request, "desk/bulk/ask.html", is_sure_of=is_sure_of, next=request.POST.get("next", ""), **context)


def _tell(request: DeskRequest, bulk: Bulk) -> None:
    tally = bulk.tally()
    changed, refused = tally[BulkRow.Outcome.CHANGED], tally[BulkRow.Outcome.REFUSED]
    if changed:
        text = ngettext("%(count)s ticket was changed.", "%(count)s tickets were changed.", changed)
        messages.success(request, text % {"count": changed})
    elif not refused:
        messages.info(request, _("Nothing changed: no ticket was chosen, or they were so already."))
    if left := left_open_told(bulk):
        messages.warning(request, left)
    for row in _refused(bulk):
        messages.warning(request, _("%(ticket)s was not changed. %(why)s") % {"ticket": row.ticket, "why": row.why})


def _refused(bulk: Bulk) -> list[BulkRow]:
    refused = bulk.rows.filter(outcome=BulkRow.Outcome.REFUSED)
    return list(refused.select_related("ticket").order_by("pk")[:REFUSED_SHOWN])


@answering
def progress(request: DeskRequest, pk: int) -> HttpResponse:
    """How far it has come, and which tickets refused, each with the reason."""
    found = get_object_or_404(Bulk.objects.visible_to(request.user), pk=pk)
    tally = found.tally()
    done = found.total - tally[BulkRow.Outcome.WAITS]
    context = {"bulk": found, "tally": tally, "done": done, "refused": _refused(found)}
    context["left"] = left_open_told(found) if found.ended_at else ""
    origin = request.GET.get("next", "")
    context["origin"] = origin if is_ours(request, origin) else reverse("desk:home")
    if is_htmx(request):
        return part(request, f"{PAGE}#progress", **context)
    return page(request, PAGE, **context)


@require_POST
@answering
def stop(request: DeskRequest, pk: int) -> HttpResponse:
    """Leave the rest as it is."""
    get_object_or_404(Bulk.objects.visible_to(request.user), pk=pk).stop()
    return _to_progress(pk, request.POST.get("next", ""))
