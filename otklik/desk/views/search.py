"""The search: what was found, page by page, and more of it while somebody types."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect

from otklik.desk.access import DeskRequest, members
from otklik.desk.deadlines import of_list
from otklik.desk.lessons import LESSONS
from otklik.desk.shell import is_htmx, page, part
from otklik.tickets import search as finding

TEMPLATE = "desk/search/page.html"


@members
def search(request: DeskRequest) -> HttpResponse:
    """Tickets by words, phrases and operators; one that is named by its number opens at once."""
    text = request.GET.get("text", "").replace("\0", "")
    far = "&far=1" if request.GET.get("far") else ""
    context: dict[str, Any] = {"text": text, "far": far, "lessons": LESSONS, "unread": finding.unread()}
    try:
        found = finding.find(text, member=request.user, is_patient=bool(far))
    except finding.BadQuery as fault:
        context["fault"] = fault
    else:
        if not is_htmx(request) and _is_number(found):
            return redirect("desk:ticket", *found.tickets)
        context |= _shown(found, request.GET.get("page", ""))
    if is_htmx(request):
        return part(request, f"{TEMPLATE}#found", **context)
    return page(request, TEMPLATE, here="search", **context)


def _is_number(found: finding.Found) -> bool:
    """Whether a ticket’s number was typed, and it is all that this can mean."""
    return len(found.tickets) == 1 and found.text.strip().lstrip("#№ ").isdecimal()


def _shown(found: finding.Found, number: str) -> dict[str, Any]:
    shown = Paginator(list(found.tickets), finding.PAGE_SIZE).get_page(number)
    hits = finding.page_of(found, shown.number)
    return {"found": found, "shown": shown, "hits": hits, "deadlines": of_list([hit.ticket for hit in hits])}
