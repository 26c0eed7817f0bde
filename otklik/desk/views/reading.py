"""What a member has looked at, and what they want to come back to. Nobody else's business: observers may, too."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, members, number_in
from otklik.desk.shell import back
from otklik.desk.walking import list_of
from otklik.tickets.models import Ticket
from otklik.tickets.models.seen import look, mark_unread, read_all


def _ticket(request: DeskRequest, number: int) -> Ticket:
    return get_object_or_404(Ticket.objects.visible_to(request.user), pk=number)


@require_POST
@members
def seen(request: DeskRequest, number: int) -> HttpResponse:
    """The page of a ticket stands before the member’s eyes, up to its newest message."""
    look(request.user, _ticket(request, number), number_in(request, "message"))
    return HttpResponse(status=204)


@require_POST
@members
def unseen(request: DeskRequest, number: int) -> HttpResponse:
    """Come back to it later: it is unread again, and the member is led to the list that it was opened from."""
    ticket = _ticket(request, number)
    mark_unread(request.user, ticket)
    messages.success(request, _("%(ticket)s is unread again.") % {"ticket": ticket})
    return redirect(list_of(request.POST.get("from", "")))


@require_POST
@members
def all_seen(request: DeskRequest) -> HttpResponse:
    read_all(request.user)
    return back(request, "desk:home")
