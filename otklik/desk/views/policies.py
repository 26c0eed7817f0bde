"""Settings: what is promised to whom."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from otklik.desk.access import DeskRequest, administrators
from otklik.desk.ladder import in_words as steps_in_words
from otklik.desk.ladder import keep_ladder, ladder_form
from otklik.desk.policies import PRIORITIES, PolicyForm, has_calendar, in_words
from otklik.sla.models import Policy
from otklik.tickets.models import Ticket

from .settings import settings_page


@administrators
def policies(request: DeskRequest) -> HttpResponse:
    """The agreements in order, in words; `?ticket=` asks which of them covers a ticket."""
    rows = Policy.objects.select_related("calendar").prefetch_related("targets__calendar", "targets__policy__calendar")
    context = {"rows": [(row, in_words(row)) for row in rows], "has_calendar": has_calendar()}
    return settings_page(request, "desk/policies/list.html", current="policies", **context, **_covering(request))


def _covering(request: DeskRequest) -> dict[str, object]:
    asked = request.GET.get("ticket", "").strip().lstrip("#")
    if not asked:
        return {"asked": ""}
    known = Ticket.objects.visible_to(request.user).select_related("client__organisation", "team")
    found = known.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
    return {"asked": asked, "ticket": found, "covering": Policy.objects.of(found, now()) if found else None}


@administrators
def policy(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Make an agreement or change one."""
    row = get_object_or_404(Policy.objects.select_related("calendar"), pk=pk) if pk else None
    form, ladder = PolicyForm(request.POST or None, instance=row), ladder_form(row, request.POST or None)
    if form.is_valid() and ladder.is_valid():
        with transaction.atomic():
            kept = form.keep(by=request.user)
            keep_ladder(kept, ladder)
        messages.success(
            request, _("“%(name)s” was saved. Deadlines that it moves are being counted.") % {"name": kept}
        )
        return redirect("desk:policy", kept.pk)
    # The form has written what was typed into the row; the title and the words say what is true.
    true = Policy.objects.get(pk=pk) if pk else None
    context = {
        "form": form,
        "ladder": ladder,
        "policy": true,
        "words": in_words(true) if true else (),
        "steps": steps_in_words(true) if true else (),
        "priorities": PRIORITIES,
    }
    return settings_page(request, "desk/policies/edit.html", current="policies", **context)
