"""HTML from mails, shown in a sandboxed frame under a policy of its own."""

from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.http import HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin

STYLE = (
    "body{font:15px/1.6 'Golos Text',system-ui,sans-serif;margin:8px;color:#1c2230;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}table{max-width:100%}"
    "blockquote{border-left:2px solid #ccc;margin:8px 0;padding-left:12px}"
)
POLICY = {
    "default-src": [NONE],
    # Attributes only carry what lib.html let through.
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
}
View = Callable[..., Any]


def body_policy(view: View) -> View:
    """Nothing runs and nothing remote is fetched."""
    return csp(POLICY | {"img-src": [SELF, "data:"]})(xframe_options_sameorigin(view))


def body_policy_with_pictures(view: View) -> View:
    """Nothing runs; pictures come from wherever they are."""
    return csp(POLICY | {"img-src": [SELF, "data:", "https:", "http:"]})(xframe_options_sameorigin(view))


def framed(html: str) -> HttpResponse:
    page = f'<!doctype html><meta charset="utf-8"><base target="_blank"><style>{STYLE}</style>{html}'
    return HttpResponse(page, headers={"Referrer-Policy": "no-referrer"})
