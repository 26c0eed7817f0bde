"""Who may see and do what at the desk; every view stands behind one of these."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from otklik.staff.models import Company, Member


class DeskRequest(HttpRequest):
    """A request of a signed-in member."""

    user: Member
    company: Company


View = Callable[..., HttpResponseBase]


def _is_scripted(request: HttpRequest) -> bool:
    """Whether a script of an open page asks, which would take the sign-in page for its answer."""
    by_fetch = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    return by_fetch or request.headers.get("HX-Request") == "true"


def _signed_out() -> HttpResponseBase:
    why = _("You are signed out. Sign in in another tab and come back: what you typed stays here.")
    return JsonResponse({"why": why}, status=401)


def members(view: View) -> View:
    """Any signed-in member; a visitor is sent to sign in, or to the wizard while nobody could sign in.

    A script of a page whose sign-in has ended meanwhile is answered 401, so that the page stays as it is.
    """

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if not isinstance(request.user, Member) or not request.user.is_active:
            if not request.company.pk and not Member.objects.exists():
                return redirect("desk:wizard")
            return _signed_out() if _is_scripted(request) else redirect_to_login(request.get_full_path())
        return view(request, *args, **named)

    return guarded


def answering(view: View) -> View:
    """Members who may change things; observers get 403."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if not request.user.can_answer:
            raise PermissionDenied
        return view(request, *args, **named)

    return members(guarded)


def administrators(view: View) -> View:
    """Administrators; everybody else gets 403."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if not request.user.is_administrator:
            raise PermissionDenied
        return view(request, *args, **named)

    return members(guarded)


def number_in(request: HttpRequest, name: str) -> int:
    """The number that a form’s field holds. Raises Http404 for anything else: no page of ours sends it."""
    text = request.POST.get(name, "")
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)
