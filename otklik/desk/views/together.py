"""Colleagues at one ticket: who watches it, whom a note can name, who looks at it now."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, answering, members
from otklik.desk.shell import part
from otklik.desk.together import nameable, present
from otklik.desk.visitors import visitor_of
from otklik.tickets.models import Looking
from otklik.tickets.models.together import unwatch, watch

from .ticket import again, find_ticket


@require_POST
@members
def watching(request: DeskRequest, number: int) -> HttpResponse:
    """Be told of a ticket from now on, or no more: `watch` says which."""
    ticket = find_ticket(request, number)
    change = watch if request.POST.get("watch") == "yes" else unwatch
    change(ticket, request.user, by=request.user)
    return again(request, ticket)


@answering
def mentions(request: DeskRequest, number: int) -> HttpResponse:
    """The colleagues and teams that `?text=` behind @ may mean."""
    ticket = find_ticket(request, number)
    named = nameable(request.GET.get("text", "")[:80], ticket, by=request.user)
    return part(request, "desk/ticket/mentions.html", named=named)


@members
def looking(request: DeskRequest, number: int) -> HttpResponse:
    """Who else has the ticket open; a POST says that one has it open oneself, and what one does there."""
    ticket = find_ticket(request, number)
    if request.method == "POST":
        doing = request.POST.get("doing", "")
        if doing not in Looking.Doing:
            Looking.gone(ticket, request.user)
            return HttpResponse(status=204)
        Looking.note(ticket, request.user, doing)
    return part(
        request, "desk/ticket/looking.html", looking=present(ticket, but=request.user), visitor=visitor_of(ticket)
    )
