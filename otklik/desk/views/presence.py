"""Whether the member is at the desk: what their browser shows, and what they choose."""

from django.http import HttpResponse, HttpResponseBadRequest
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, members
from otklik.desk.shell import back, is_htmx, part
from otklik.staff.models import Presence, Status

SWITCH = "desk/nav.html#presence"


@require_POST
@members
def here(request: DeskRequest) -> HttpResponse:
    """A page of the desk is open, and was used since the last time or not; answers the switch as it stands."""
    presence = Presence.of(request.user)
    presence.hear(is_active=request.POST.get("active") == "yes")
    return part(request, SWITCH, presence=presence, status=presence.at(now()), next=request.POST.get("next", ""))


@require_POST
@members
def choose(request: DeskRequest) -> HttpResponse:
    """The member says how available they are at most."""
    status = request.POST.get("status", "")
    if status not in Status.values:
        return HttpResponseBadRequest()
    presence = Presence.of(request.user)
    presence.choose(status)
    if is_htmx(request):
        return part(request, SWITCH, presence=presence, status=presence.at(now()), next=request.POST.get("next", ""))
    return back(request, "desk:home")
