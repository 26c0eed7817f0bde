"""What all pages of the client's side share: their language, their look, and what they tell the browser."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt

LOOK_COOKIE = "otklik_look"
LARGE = "large"

View = Callable[..., HttpResponseBase]
Response = TypeVar("Response", bound=HttpResponseBase)


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the client's side."""
    common = {
        "large": request.COOKIES.get(LOOK_COOKIE) == LARGE,
        "language": translation.get_language(),
        "languages": [code for code, _name in settings.LANGUAGES],
        "embedded": is_embedded(request),
    }
    response = render(request, template, common | context, status=status)
    response.headers["Content-Language"] = str(common["language"])
    return response


def speak(request: HttpRequest, language: str) -> None:
    """Use this language, unless the visitor chose one; the middleware takes it back after the request."""
    if language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(language)


def is_embedded(request: HttpRequest) -> bool:
    """Whether the page stands in a frame on the company's own site."""
    return request.GET.get("embed") == "1"


def private(view: View) -> View:
    """For pages whose address is the secret: nobody keeps them, indexes them, or learns their address from a link."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return kept_nowhere(view(request, *args, **kwargs))

    return guarded


def kept_nowhere(response: Response) -> Response:
    """The same answer, whose address is a secret."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def embeddable(view: View) -> View:
    """For pages that may stand in a frame of any site when asked with ?embed=1, and only then."""
    framed = xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(view))

    @wraps(view)
    def chosen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return (framed if is_embedded(request) else view)(request, *args, **kwargs)

    return chosen
