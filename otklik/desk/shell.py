"""The frame around every page of the desk."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now

from otklik.staff.models import Member, Presence

from .access import DeskRequest
from .health import alarms
from .listing import counted


def page(request: DeskRequest, template: str, **context: Any) -> HttpResponse:
    """A whole page: the template inside the frame, with the menu and its counts.

    `sign_in` names this sign-in to the browser without giving it away.
    """
    frame = {**menu(request.user), **_presence(request.user), "alarms": alarms(request.user), "here": ""}
    frame["sign_in"] = salted_hmac("otklik.sign-in", str(request.session.session_key)).hexdigest()[:16]
    return part(request, template, **{**frame, **context})


def _presence(member: Member) -> dict[str, Any]:
    """How the member stands. Whoever opens a page is here; a browser that runs scripts says so itself from then on."""
    presence, at = getattr(member, "presence", None) or Presence(member=member), now()
    if member.can_answer and presence.fades(at):
        presence.hear(is_active=True, at=at)
    return {"presence": presence, "status": presence.at(at)}


def part(request: DeskRequest, template: str, **context: Any) -> HttpResponse:
    """A piece of a page, named by `page.html#piece`, as htmx asks for it."""
    response = render(request, template, {"member": request.user, **context})
    # One address answers the page or its part: a browser must not show a kept part as the page.
    patch_vary_headers(response, ["HX-Request"])
    return response


def menu(member: Member) -> dict[str, Any]:
    """What the menu shows: the member’s lists, each with how many tickets it holds, and the number of notices."""
    shown, unseen = counted(member)
    return {"menu": shown, "unseen": unseen}


def is_htmx(request: DeskRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def is_ours(request: DeskRequest, where: str) -> bool:
    """Whether an address that came with a request leads to a page of ours."""
    return url_has_allowed_host_and_scheme(where, {request.get_host()})


def back(request: DeskRequest, otherwise: str, *args: Any) -> HttpResponse:
    """To where the form says it stood, if that is a page of ours; else to a named one."""
    where = request.POST.get("next", "")
    if is_ours(request, where):
        return redirect(where)
    return redirect(otherwise, *args)
