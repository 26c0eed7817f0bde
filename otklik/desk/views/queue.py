"""The list of tickets: one view of it, as a list, a compact list or a board."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering, members, number_in
from otklik.desk.board import board
from otklik.desk.columns import columns_of, tags_of
from otklik.desk.deadlines import of_list
from otklik.desk.listing import BOARD_GROUPS, SORTS, Chosen, Entry, entry_of
from otklik.desk.properties import set_property
from otklik.desk.shell import back, is_htmx, page, part
from otklik.desk.shell import menu as menu_of
from otklik.desk.tasks import open_tasks_told
from otklik.desk.walking import addresses, addresses_in_groups
from otklik.lib.errors import OtklikError
from otklik.lib.keyset import Page
from otklik.tickets import listing
from otklik.tickets.board import CARDS
from otklik.tickets.grouping import Grouped, GroupedPage, grouped, ways
from otklik.tickets.listing import Listing
from otklik.tickets.models import Ticket, View

FOLDED_MAX, FOLDED_LENGTH = 100, 120  # groups that stay folded in a list, and letters of what names one
FOLDED_WAYS = 8  # to group, of which it is remembered what was folded
TEMPLATE, BOARD = "desk/queue/page.html", "desk/queue/board.html"


@members
def queue(request: DeskRequest, key: str) -> HttpResponse:
    """One list; `?after=` is the cursor of keyset paging, `?sort=` and `?only=` are as in `Chosen`."""
    chosen = Chosen.of(key, request.GET)
    try:
        entry = entry_of(key, request.user)
        asked = chosen.listing(request.user, entry)
        frame = {"entry": entry, "chosen": chosen, "can_edit": entry.view.is_editable_by(request.user)}
        if not asked.can_be_asked:
            return page(request, "desk/queue/broken.html", here=key, **frame)
        shown = _cards if "column" in request.GET else _board if entry.layout == "board" else _rows
        template, context = shown(request, entry, chosen, asked)
    except (KeyError, OtklikError) as unknown:
        raise Http404 from unknown
    if is_htmx(request):
        return part(request, template, **frame, **context)
    sorts = [(sort, SORTS[sort]) for sort in listing.sorts_of(entry.view)]
    frame |= {"sorts": sorts, "sort": asked.sort, "layouts": LAYOUTS}
    of_board = [each for each in View.Group.choices if each[0] in BOARD_GROUPS]
    frame["groups"] = of_board if entry.layout == View.Layout.BOARD else ways()
    return page(request, template.partition("#")[0], here=key, **frame, **context)


LAYOUTS = [("list", View.Layout.LIST.label, "layout-list"), ("compact", View.Layout.COMPACT.label, "list"),
           ("board", View.Layout.BOARD.label, "kanban")]  # fmt: skip
Shown = tuple[str, dict[str, Any]]


def _rows(request: DeskRequest, entry: Entry, chosen: Chosen, asked: Listing) -> Shown:
    after = request.GET.get("after", "")
    tickets, context = _found(chosen, asked, _in_groups(chosen, entry, asked), after)
    context |= {"tickets": tickets, "is_further": bool(after)}
    context["deadlines"] = of_list(tickets.rows)
    if entry.layout == View.Layout.COMPACT:
        context["columns"] = columns_of(entry.view.columns)
        wants_tags = any(column.key == "tags" for column in context["columns"])
        context["tags"] = tags_of(tickets.rows) if wants_tags else {}
    return f"{TEMPLATE}#rows", context


def _found(
    chosen: Chosen, asked: Listing, in_groups: Grouped | None, after: str
) -> tuple[Page[Ticket] | GroupedPage, dict[str, Any]]:
    if in_groups is None:
        flat = asked.page(after)
        return flat, {"sections": [{"rows": flat.rows}], "addresses": addresses(chosen, asked, flat.rows)}
    found = in_groups.page(after)
    known = addresses_in_groups(chosen, in_groups, found.sections)
    return found, {"sections": found.sections, "addresses": known, "way": in_groups.way.key}


def _in_groups(chosen: Chosen, entry: Entry, asked: Listing) -> Grouped | None:
    """The list in groups, as its address or the member’s habit says. Raises KeyError for an address that is wrong."""
    way = chosen.group or entry.headings
    try:
        return grouped(asked, way, entry.folded(way)) if way else None
    except KeyError:
        if chosen.group:
            raise
        return None  # by a field that was removed


def _board(_request: DeskRequest, entry: Entry, chosen: Chosen, asked: Listing) -> Shown:
    lanes = board(chosen, asked, entry.group)
    deadlines = of_list(ticket for lane in lanes for ticket in lane.column.rows)
    return f"{BOARD}#lanes", {"lanes": lanes, "deadlines": deadlines, "group": entry.group}


def _cards(request: DeskRequest, entry: Entry, chosen: Chosen, asked: Listing) -> Shown:
    """More cards of one column: of the list that `?only=` narrows to it."""
    found = asked.page(request.GET.get("after", ""), size=CARDS)
    context: dict[str, Any] = {"rows": found.rows, "next": found.next, "address": str(chosen), "group": entry.group}
    context |= {"addresses": addresses(chosen, asked, found.rows), "deadlines": of_list(found.rows), "lanes": []}
    return f"{BOARD}#cards", context


@require_POST
@members
def like(request: DeskRequest, key: str) -> HttpResponse:
    """Remember in what order, layout and columns the member likes a list."""
    try:
        entry = entry_of(key, request.user)
    except KeyError as unknown:
        raise Http404 from unknown
    offered = {"sort": listing.sorts_of(entry.view), "layout": View.Layout.values, "group": BOARD_GROUPS}
    offered["headings"] = ["", *(key for key, _label in ways())] if "headings" in request.POST else []
    liked = {name: value for name, value in request.POST.items() if value in offered.get(name, ())}
    if liked:
        request.user.like(key, **liked)
    return back(request, "desk:queue", key)


@require_POST
@members
def fold(request: DeskRequest, key: str) -> HttpResponse:
    """Fold a group of a list, or unfold it, and remember so."""
    try:
        entry = entry_of(key, request.user)
    except KeyError as unknown:
        raise Http404 from unknown
    way, value = (request.POST.get(name, "")[:FOLDED_LENGTH] for name in ("group", "value"))
    folded = [each for each in entry.habit.get("folded", {}).get(way, ()) if each != value]
    folded += [value] if request.POST.get("folded") == "yes" else []
    others = [(name, values) for name, values in entry.habit.get("folded", {}).items() if name != way]
    request.user.like(key, folded=dict([*others, (way, folded[-FOLDED_MAX:])][-FOLDED_WAYS:]))
    return back(request, "desk:queue", key)


@require_POST
@answering
def move(request: DeskRequest) -> HttpResponse:
    """Move a card to another column; a refusal is told in words, with 409 to whoever can show them beside the card.

    Open tasks of a ticket that is over are told, too.
    """
    found = get_object_or_404(Ticket.objects.visible_to(request.user).with_people(), pk=number_in(request, "ticket"))
    group = request.POST.get("group", "")
    if group not in BOARD_GROUPS:
        raise Http404
    try:
        set_property(found, group, request.POST.get("value", ""), by=request.user)
    except (OtklikError, ValidationError) as refusal:
        why = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        return _told(request, why, messages.ERROR)
    return _told(request, open_tasks_told(found) if group == View.Group.STATE else "", messages.WARNING)


def _told(request: DeskRequest, text: str, level: int) -> HttpResponse:
    if is_htmx(request):
        status = 204 if not text else 409 if level == messages.ERROR else 200
        return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    if text:
        messages.add_message(request, level, text)
    return back(request, "desk:home")


@members
def menu(request: DeskRequest) -> HttpResponse:
    """The menu with fresh counts, for a page that stays open."""
    return part(request, "desk/nav.html#menu", **menu_of(request.user), here=request.GET.get("here", ""))
