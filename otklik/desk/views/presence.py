"""Whether the member is at the desk: what their browser shows, and what they choose."""

import json

from django.http import HttpResponse, HttpResponseBadRequest
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, members
from otklik.desk.listing import unseen
from otklik.desk.shell import back, is_htmx, part
from otklik.staff.models import Presence, Status

SWITCH = "desk/nav.html#presence"


@require_POST
@members
def here(request: DeskRequest) -> HttpResponse:
    """A page of the desk is open, and was used since the last time or not; answers the switch as it stands.

    One page of a browser says so for all, and hears for all how many notices are unseen: hidden ones hear nothing else.
    """
    presence = Presence.of(request.user)
    presence.hear(is_active=request.POST.get("active") == "yes")
    kept = {"presence": presence, "status": presence.at(now()), "next": request.POST.get("next", "")}
    response = part(request, SWITCH, **kept)
    response.headers["HX-Trigger"] = json.dumps({"desk:unseen": {"count": unseen(request.user)}})
    return response


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
