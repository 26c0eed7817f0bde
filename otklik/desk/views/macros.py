"""Macros: trying one on a ticket, applying it, and keeping them."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering, number_in
from otklik.desk.macros import MacroForm, tried
from otklik.desk.sharing import by_whose
from otklik.desk.shell import is_htmx, page, part
from otklik.desk.steps import steps_from, steps_of
from otklik.desk.tasks import warn_of_open_tasks
from otklik.tickets.bulking import work_off
from otklik.tickets.deeds import deeds
from otklik.tickets.guarding import news
from otklik.tickets.models import Bulk, BulkRow, Macro

from .ticket import find_ticket

PLACES = {"up": -1, "down": 1}


@answering
def macros(request: DeskRequest, number: int | None = None) -> HttpResponse:
    """All that one may use, by whose they are; each to be changed or, from a ticket, to be tried on it."""
    ticket = find_ticket(request, number) if number else None
    rows = list(Macro.objects.visible_to(request.user).select_related("team").in_order())
    editable = set(Macro.objects.editable_by(request.user).values_list("pk", flat=True))
    context = {"ticket": ticket, "groups": by_whose(rows), "editable": editable, "is_empty": not rows}
    return page(request, "desk/macros/list.html", here="macros", **context)


@require_POST
@answering
def move_macro(request: DeskRequest, pk: int) -> HttpResponse:
    """Put a macro a place up or down among its own."""
    macro = get_object_or_404(Macro.objects.editable_by(request.user), pk=pk)
    if request.POST.get("move") not in PLACES:
        raise Http404
    macro.move(PLACES[request.POST["move"]])
    return redirect("desk:macros")


@answering
def edit_macro(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Make a macro, or change or remove one. Each post without “save” only lays the steps out anew."""
    macro = get_object_or_404(Macro.objects.editable_by(request.user), pk=pk) if pk else Macro(steps=[])
    name = macro.title
    if pk and "remove" in request.POST:
        macro.delete()
        messages.success(request, _("“%(name)s” was removed.") % {"name": name})
        return redirect("desk:macros")
    known, is_checked = deeds(), "save" in request.POST
    form = MacroForm(request.POST if is_checked else None, instance=macro, member=request.user, initial=_typed(request))
    if request.method != "POST":
        return _editor(request, macro, form=form, steps=steps_of(macro.steps, known), actions=known, name=name)
    steps = steps_from(request.POST.dict(), known, is_checked=is_checked)
    if is_checked and form.is_valid() and steps.is_right:
        macro.steps = steps.chosen
        form.save()
        messages.success(request, _("“%(name)s” was saved.") % {"name": macro})
        return redirect("desk:macros")
    return _editor(request, macro, form=form, steps=steps, actions=known, name=name, is_checked=is_checked)


def _typed(request: DeskRequest) -> dict[str, str]:
    """What was typed above the steps, while they are laid out anew."""
    return {name: request.POST[name] for name in ("title", "whose") if name in request.POST}


def _editor(request: DeskRequest, macro: Macro, **context: object) -> HttpResponse:
    if is_htmx(request):
        return part(request, "desk/macros/edit.html#builder", macro=macro, **context)
    return page(request, "desk/macros/edit.html", here="macros", macro=macro, **context)


@answering
def use(request: DeskRequest, number: int, pk: int) -> HttpResponse:
    """What a macro would do to a ticket; by POST, do it: all of it or nothing, and once however often it is pressed."""
    ticket = find_ticket(request, number)
    macro = get_object_or_404(Macro.objects.visible_to(request.user), pk=pk)
    at = now()
    if request.method != "POST":
        outcome = tried(macro, ticket, by=request.user, at=at)
        context = {"ticket": ticket, "macro": macro, "outcome": outcome, "press": uuid.uuid4()}
        return page(request, "desk/macros/try.html", **context)
    is_news = bool(news(ticket, number_in(request, "seen"), but=request.user))
    if why := _changed_meanwhile(request, macro, is_news=is_news):
        messages.info(request, why)
        return redirect("desk:use_macro", ticket.pk, macro.pk)
    bulk = Bulk.begin(macro.steps, [ticket.pk], by=request.user, press=_press(request), at=at)
    if work_off(bulk, at=at):
        macro.count_use()
        _tell(request, bulk.rows.get())
        if any(step["do"] == "state" for step in macro.steps):
            warn_of_open_tasks(request, ticket)
    return redirect(ticket)


def _changed_meanwhile(request: DeskRequest, macro: Macro, *, is_news: bool) -> str:
    """Why what was looked at is not what would be done now; empty if it is."""
    if request.POST.get("version") != macro.version:
        return _("Nothing was done yet: the macro was changed meanwhile. Look once more at what will be.")
    if is_news:
        return _("Nothing was done yet: something happened meanwhile. Look once more at what will be.")
    return ""


def _press(request: DeskRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("press", ""))
    except ValueError as nonsense:
        raise Http404 from nonsense


def _tell(request: DeskRequest, row: BulkRow) -> None:
    if row.outcome == BulkRow.Outcome.REFUSED:
        messages.error(request, row.why)
    elif row.outcome == BulkRow.Outcome.SAME:
        messages.info(request, _("Everything was so already."))
    else:
        messages.success(request, _("The macro was applied."))
