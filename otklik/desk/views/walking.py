"""From ticket to ticket in the order of a list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from otklik.desk.access import DeskRequest, members
from otklik.desk.walking import list_of, next_in_list
from otklik.tickets.models import Ticket


@members
def beside(request: DeskRequest, number: int, *, back: bool) -> HttpResponse:
    """To the next ticket of the list that `?from=` names, or to the previous one; from its end to the list itself."""
    origin = request.GET.get("from", "")
    # Only its number is needed: it may have left the list, or the member’s sight, a moment ago.
    if found := next_in_list(request.user, origin, Ticket(pk=number), back=back):
        return redirect(found)
    messages.info(request, _("This was the first ticket of the list.") if back else _("This was the last one."))
    return redirect(list_of(origin))
