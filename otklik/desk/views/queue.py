"""The list of tickets: one view of it, a search in it, and changing many at once."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, members
from otklik.desk.deadlines import of_list
from otklik.desk.listing import SORTS, Chosen, entry_of
from otklik.desk.shell import back, is_htmx, page, part
from otklik.desk.shell import menu as menu_of
from otklik.desk.walking import addresses
from otklik.lib.errors import OtklikError
from otklik.tickets import listing

TEMPLATE = "desk/queue/page.html"


@members
def home(request: DeskRequest) -> HttpResponse:
    return redirect("desk:queue", "mine" if request.user.can_answer else "open")


@members
def queue(request: DeskRequest, key: str) -> HttpResponse:
    """One list; `?after=` is the cursor of keyset paging, `?sort=` and `?only=` are as in `Chosen`."""
    after, chosen = request.GET.get("after", ""), Chosen.of(key, request.GET)
    try:
        entry = entry_of(key, request.user)
        asked = chosen.listing(request.user, entry)
        can_edit = entry.view.is_editable_by(request.user)
        if not asked.can_be_asked:
            return page(request, "desk/queue/broken.html", here=key, entry=entry, can_edit=can_edit)
        tickets = asked.page(after)
    except (KeyError, OtklikError) as unknown:
        raise Http404 from unknown
    context = {"entry": entry, "chosen": chosen, "tickets": tickets, "sort": asked.sort, "is_further": bool(after)}
    context["addresses"] = addresses(chosen, asked, tickets.rows)
    context["deadlines"] = of_list(tickets.rows)
    if is_htmx(request):
        return part(request, f"{TEMPLATE}#rows", **context)
    sorts = [(sort, SORTS[sort]) for sort in listing.sorts_of(entry.view)]
    return page(request, TEMPLATE, here=key, sorts=sorts, can_edit=can_edit, **context)


@require_POST
@members
def like(request: DeskRequest, key: str) -> HttpResponse:
    """Remember in what order and layout the member likes a list."""
    try:
        entry = entry_of(key, request.user)
    except KeyError as unknown:
        raise Http404 from unknown
    offered = {"sort": listing.sorts_of(entry.view)}
    liked = {name: value for name, value in request.POST.items() if value in offered.get(name, ())}
    if liked:
        request.user.like(key, **liked)
    return back(request, "desk:queue", key)


@members
def menu(request: DeskRequest) -> HttpResponse:
    """The menu with fresh counts, for a page that stays open."""
    return part(request, "desk/nav.html#menu", **menu_of(request.user), here=request.GET.get("here", ""))
