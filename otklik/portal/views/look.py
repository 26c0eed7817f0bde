"""The visitor's own switches: large type with high contrast, and the language. Two cookies, no script."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from otklik.portal.pages import LARGE, LOOK_COOKIE

YEAR_SECONDS = 365 * 24 * 3600


@csrf_exempt  # Status pages send no referrer, which the check needs; a forged request could only change the type size.
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Set what the form names, and go back to the page it stood on."""
    response = HttpResponseRedirect(_back(request), status=303)
    if request.POST.get("look") in ("", LARGE):
        _keep(response, LOOK_COOKIE, request.POST["look"])
    if request.POST.get("language") in dict(settings.LANGUAGES):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, request.POST["language"])
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR_SECONDS, secure=settings.SECURE, httponly=True, samesite="Lax")


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if ours else reverse("portal:home")
