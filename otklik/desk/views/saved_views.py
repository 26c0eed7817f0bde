"""Saved views: the list of them, the builder with its live count, copies, and their order in the menu."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, members
from otklik.desk.asking import Draft, draft_from, draft_of
from otklik.desk.listing import entries, entry_of, put_in_order
from otklik.desk.saved_views import ViewForm
from otklik.desk.shell import is_htmx, page, part
from otklik.lib.asking import Book, in_words
from otklik.lib.errors import OtklikError
from otklik.tickets.listing import Listing, counts
from otklik.tickets.models import View

EDIT = "desk/views/edit.html"
EXAMPLES = 5


@members
def views(request: DeskRequest) -> HttpResponse:
    """All lists that the member may see, in the order of the menu, with what they ask for in words."""
    book, lists = Book(), entries(request.user, View.objects.visible_to(request.user).select_related("owner", "team"))
    rows = [(entry, in_words(entry.view.conditions, book), entry.view.is_editable_by(request.user)) for entry in lists]
    return page(request, "desk/views/list.html", here="views", rows=rows)


@require_POST
@members
def order(request: DeskRequest) -> HttpResponse:
    """Move a list up or down in the menu, hide it there or show it again."""
    put_in_order(request.user, request.POST.get("key", ""), request.POST.get("move", ""))
    return redirect("desk:views")


@members
def view(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Build a view. Each post without “save” only lays the rows out anew and counts."""
    kept = get_object_or_404(View.objects.editable_by(request.user), pk=pk) if pk else View(owner=request.user)
    name, book = kept.name, Book()
    if request.method != "POST":
        form = ViewForm(instance=kept, member=request.user)
        return _screen(request, kept, book, form=form, draft=draft_of(kept.conditions, book), name=name)
    is_saved = "save" in request.POST
    form = ViewForm(request.POST, instance=kept, member=request.user) if is_saved else _typed(request, kept)
    draft = draft_from(request.POST, book, is_checked=is_saved)
    if is_saved and form.is_valid() and draft.is_right:
        return redirect("desk:queue", _keep(request, kept, {**form.values(), "conditions": draft.conditions}).key)
    return _screen(request, kept, book, form=form, draft=draft, name=name)


def _typed(request: DeskRequest, kept: View) -> ViewForm:
    """The form with what was typed, not judged yet."""
    typed = request.POST.dict() | {"columns": request.POST.getlist("columns")}
    if typed.get("standing") in View.Standing.values:
        kept.standing = str(typed["standing"])
    return ViewForm(instance=kept, initial=typed, member=request.user)


def _screen(request: DeskRequest, kept: View, book: Book, *, form: ViewForm, draft: Draft, name: str) -> HttpResponse:
    context = {"view": kept, "form": form, "draft": draft, "book": book, "name": name}
    context |= _found(request, kept, draft, book)
    if is_htmx(request):
        return part(request, f"{EDIT}#{'found' if 'count' in request.GET else 'builder'}", **context)
    return page(request, EDIT, here="views", **context)


def _found(request: DeskRequest, kept: View, draft: Draft, book: Book) -> dict[str, object]:
    """How many tickets are so now, and some of them; nothing while a condition is not whole yet."""
    asked = View(standing=kept.standing, conditions=draft.whole)
    listing = Listing(asked, request.user, "activity", book=book)
    try:
        return {"count": counts({"": listing})[""], "examples": listing.page(size=EXAMPLES).rows}
    except OtklikError:
        return {"count": "", "examples": []}


def _keep(request: DeskRequest, kept: View, values: dict[str, object]) -> View:
    if kept.pk:
        kept.change(values, by=request.user)
    else:
        kept = View.make(values, by=request.user)
    messages.success(request, _("“%(name)s” was saved.") % {"name": kept})
    return kept


@require_POST
@members
def copy(request: DeskRequest, key: str) -> HttpResponse:
    """Make a view of one’s own that is like another one, or like a standing list."""
    try:
        model = entry_of(key, request.user).view
    except KeyError as unknown:
        raise Http404 from unknown
    alike = {name: getattr(model, name) for name in ("standing", "conditions", "sort", "group", "layout", "columns")}
    name = _("%(name)s, a copy") % {"name": model.name}
    return redirect("desk:view", View.make({**alike, "name": name[:80]}, by=request.user).pk)


@require_POST
@members
def remove(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(View.objects.editable_by(request.user), pk=pk)
    found.remove(by=request.user)
    messages.success(request, _("“%(name)s” was removed.") % {"name": found})
    return redirect("desk:views")
