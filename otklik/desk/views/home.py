"""The first page of the day."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, members
from otklik.desk.home import HABIT, TEAM, liked, scopes
from otklik.desk.home import home as home_of
from otklik.desk.people import crews, in_hand_of
from otklik.desk.shell import is_htmx, page, part

TEMPLATE = "desk/home.html"


@members
def home(request: DeskRequest) -> HttpResponse:
    """One’s own day, or that of the teams that one looks after, as one chose last. An observer goes to the list."""
    if not request.user.can_answer:
        return redirect("desk:queue", "open")
    offered, asked, at = scopes(request.user), request.GET.get("of", ""), now()
    scope = asked if asked in offered else liked(request.user)
    there = crews(request.user, at) if scope == TEAM else []
    colleagues = (each.member.pk for crew in there for each in crew.colleagues)
    context = {
        "home": home_of(request.user, scope, at),
        "scopes": offered,
        "crews": there,
        "lists": {pk: str(in_hand_of(pk)) for pk in colleagues},
    }
    if is_htmx(request):
        return part(request, f"{TEMPLATE}#day", **context)
    return page(request, TEMPLATE, here="home", **context)


@require_POST
@members
def like(request: DeskRequest) -> HttpResponse:
    """Remember whose day one likes to look at."""
    if request.POST.get("of") in scopes(request.user):
        request.user.like(HABIT, scope=request.POST["of"])
    return redirect("desk:home")
