"""Settings: where tickets go that come in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, administrators
from otklik.desk.conditions import Asked, asked_from, asked_of
from otklik.desk.routes import RouteForm, covered, effects, trouble, typed_in
from otklik.desk.routes import remove as remove_route
from otklik.desk.shell import is_htmx, part
from otklik.lib.errors import OtklikError
from otklik.lib.judging import in_words
from otklik.lib.rulebook import Book, rulebook
from otklik.lib.ruling import Subject
from otklik.routing.models import Route
from otklik.routing.routes import fitting
from otklik.routing.setup import setup
from otklik.rules.models import Rule
from otklik.rules.preview import Preview, preview
from otklik.tickets.models import Ticket

from .settings import settings_page

EDIT = "desk/routes/edit.html"


@administrators
def routes(request: DeskRequest) -> HttpResponse:
    """The routes in order, in words; `?ticket=` asks which of them would take a ticket."""
    book, kept = rulebook(), Route.objects.select_related("team").prefetch_related("skills")
    rows = [(route, covered(route, book), list(effects(route)), trouble(route, book)) for route in kept]
    return settings_page(request, "desk/routes/list.html", current="routes", rows=rows, **_taking(request))


def _taking(request: DeskRequest) -> dict[str, object]:
    asked = request.GET.get("ticket", "").strip().lstrip("#")
    if not asked.isdecimal() or len(asked) > 18:
        return {"asked": asked}
    ticket = Ticket.objects.visible_to(request.user).filter(pk=asked).with_people().first()
    taking = fitting(Subject(ticket, None, now()), setup()) if ticket else None
    return {"asked": asked, "ticket": ticket, "taking": taking}


@administrators
def route(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Make a route or change it. Each post without “save” or “try” only lays the rows out anew."""
    kept = get_object_or_404(Route, pk=pk) if pk else Route()
    name, book = kept.name, rulebook()
    if request.method != "POST":
        return _screen(request, kept, book, form=RouteForm(instance=kept), asked=asked_of(kept.conditions, book))
    is_checked = bool({"save", "try"} & request.POST.keys())
    asked = asked_from(request.POST.dict(), kept.conditions, book, is_checked=is_checked)
    judged, typed = (request.POST, None) if is_checked else (None, typed_in(request.POST))
    form = RouteForm(judged, instance=kept, typed=typed)
    is_valid = is_checked and form.is_valid() and asked.is_right
    if is_valid and "save" in request.POST:
        saved = form.keep(asked.conditions, by=request.user)
        messages.success(request, _("“%(name)s” was saved.") % {"name": saved})
        return redirect("desk:route", saved.pk)
    tried = _try(request, asked, book) if is_valid else None
    return _screen(request, kept, book, form=form, asked=asked, name=name, tried=tried)


def _screen(
    request: DeskRequest, kept: Route, book: Book, *, form: RouteForm, asked: Asked, **more: object
) -> HttpResponse:
    words = in_words(asked.kept, book) if asked.kept else ""
    context = {"route": kept, "form": form, "asked": asked, "book": book, "kept": words, "name": kept.name, **more}
    if is_htmx(request):
        return part(request, f"{EDIT}#builder", **context)
    return settings_page(request, EDIT, current="routes", **context)


def _try(request: DeskRequest, asked: Asked, book: Book) -> Preview | None:
    """Past tickets that the conditions fit, as they stand now."""
    try:
        return preview(Rule(kinds=["ticket.opened"], conditions=asked.conditions), book)
    except OtklikError as refusal:
        messages.error(request, str(refusal))
        return None


@require_POST
@administrators
def remove(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Route, pk=pk)
    remove_route(found, by=request.user)
    messages.success(request, _("“%(name)s” was removed.") % {"name": found})
    return redirect("desk:routes")
