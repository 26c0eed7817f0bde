"""Refusals as application/problem+json (RFC 9457) with a stable `code`; for a bad request also the bad fields."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as BadRequest

from otklik.lib.errors import OtklikError

from .errors import NotFound, NotSignedIn

# Of refusals that the floors below know; what is not here conflicts with how things stand: 409.
STATUS = {
    "bad_cursor": 400,
    "due_has_passed": 422,
    "empty_message": 422,
    "future_day": 422,
    "no_phone": 422,
    "no_task": 422,
    "no_subject": 422,
    "not_a_third_party": 422,
    "not_filled_in": 422,
    "not_in_team": 422,
    "search_no_value": 422,
    "search_nothing_wanted": 422,
    "search_unknown_day": 422,
    "search_unknown_value": 422,
}


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code}
    text = json.dumps({**body, "detail": detail, **more}, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type="application/problem+json")


def refused(request: HttpRequest, error: OtklikError) -> HttpResponse:
    status = getattr(error, "status", STATUS.get(error.code, 409))
    response = problem(status, error.code, str(error), **getattr(error, "more", {}))
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def misunderstood(request: HttpRequest, error: BadRequest) -> HttpResponse:
    """What does not fit the schema. A field is named by its path: ``client.address``."""
    fields: dict[str, list[str]] = {}
    for one in error.errors:
        path = ".".join(str(part) for part in _inside(one["loc"])) or "body"
        fields.setdefault(path, []).append(one["msg"])
    return invalid(fields)


def _inside(place: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without where ninja keeps it: ("body", "wanted", "text") is the field ("text",)."""
    return place[2:] if place[0] in ("body", "form") and len(place) > 1 else place[1:]


def invalid(fields: dict[str, list[str]]) -> HttpResponse:
    return problem(422, "invalid", _("Some fields of the request are wrong; “fields” says which."), fields=fields)


def impossible(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What fits the schema and not the store: an unknown team, a value that a custom field does not take."""
    return invalid(error.message_dict if hasattr(error, "error_dict") else {"body": error.messages})


def otherwise(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "bad_request", str(error))


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    OtklikError: refused,
    AuthenticationError: lambda request, error: refused(request, NotSignedIn()),
    Http404: lambda request, error: refused(request, NotFound()),
    BadRequest: misunderstood,
    ValidationError: impossible,
    HttpError: otherwise,
}
