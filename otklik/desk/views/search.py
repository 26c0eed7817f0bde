"""The search: what was found, page by page, and suggestions while somebody types."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect

from otklik.desk.access import DeskRequest, members
from otklik.desk.shell import is_htmx, page, part
from otklik.tickets import search as finding

TEMPLATE = "desk/search/page.html"


@members
def search(request: DeskRequest) -> HttpResponse:
    """Tickets by words, phrases and operators; one that is named by its number opens at once."""
    text = request.GET.get("text", "").replace("\0", "")
    context: dict[str, Any] = {"text": text}
    try:
        found = finding.find(text, member=request.user)
    except finding.BadQuery as fault:
        context["fault"] = fault
    else:
        context |= _shown(found, request.GET.get("page", ""))
        if not is_htmx(request) and _is_number(found):
            return redirect("desk:ticket", *found.tickets)
    if is_htmx(request):
        return part(request, f"{TEMPLATE}#found", **context)
    return page(request, TEMPLATE, here="search", **context)


def _shown(found: finding.Found, number: str) -> dict[str, Any]:
    pages = Paginator(list(found.tickets), finding.PAGE_SIZE)
    shown = pages.get_page(number)
    return {"found": found, "hits": finding.page_of(found, shown.number), "shown": shown}


def _is_number(found: finding.Found) -> bool:
    """Whether a ticket’s number was typed, and it is all that this can mean."""
    return len(found.tickets) == 1 and found.text.strip().lstrip("#№ ").isdecimal()
