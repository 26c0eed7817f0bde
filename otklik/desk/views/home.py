"""The first page of the day."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now

from otklik.desk.access import DeskRequest, members
from otklik.desk.home import MY, TEAM, scopes
from otklik.desk.home import home as home_of
from otklik.desk.listing import Chosen, leaf_text
from otklik.desk.people import crews
from otklik.desk.shell import is_htmx, page, part

TEMPLATE = "desk/home.html"


@members
def home(request: DeskRequest) -> HttpResponse:
    """One’s own day; with `?of=team` that of the teams that one looks after. Who only observes goes to the list."""
    if not request.user.can_answer:
        return redirect("desk:queue", "open")
    offered, asked, at = scopes(request.user), request.GET.get("of", MY), now()
    scope = asked if asked in offered else MY
    there = crews(request.user, at) if scope == TEAM else []
    colleagues = (each.member.pk for crew in there for each in crew.colleagues)
    context = {
        "home": home_of(request.user, scope, at),
        "scopes": offered,
        "crews": there,
        "lists": {pk: str(Chosen("open", only=(leaf_text("assignee", pk),))) for pk in colleagues},
    }
    if is_htmx(request):
        return part(request, f"{TEMPLATE}#day", **context)
    return page(request, TEMPLATE, here="home", **context)
