"""HTML from mails, shown in a sandboxed frame under a policy of its own."""

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.http import HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin

STYLE = (
    "body{font:15px/1.6 'Golos Text',system-ui,sans-serif;margin:8px;color:#1c2230;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}table{max-width:100%}"
    "a[data-host]::after{content:' ['attr(data-host)']';color:#596073;font-size:.85em}"
    "blockquote{border-left:2px solid #ccc;margin:8px 0;padding-left:12px}"
)
POLICY = {
    "default-src": [NONE],
    # Attributes only carry what lib.html let through.
    "style-src": [UNSAFE_INLINE],
    # Files of the message, and remote pictures that we fetch for somebody who asked for them.
    "img-src": [SELF, "data:"],
    "frame-ancestors": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
}
# As lib.html writes them: attributes in double quotes.
_PICTURE = re.compile(r'(<img\b[^<>]*?\ssrc=")(https?:[^"]*)(")', re.IGNORECASE)
_LINK = re.compile(r'<a\b([^<>]*?)\shref="(https?:[^"]*)"([^<>]*)>(.*?)</a>', re.IGNORECASE | re.DOTALL)
View = Callable[..., Any]


def body_policy(view: View) -> View:
    """Nothing runs and nothing remote is fetched."""
    return csp(POLICY)(xframe_options_sameorigin(view))


def framed(html: str) -> HttpResponse:
    page = f'<!doctype html><meta charset="utf-8"><base target="_blank"><style>{STYLE}</style>{with_hosts(html)}'
    return HttpResponse(page, headers={"Referrer-Policy": "no-referrer"})


def remote_pictures(html: str) -> list[str]:
    """The addresses of a message's remote pictures, in their order."""
    return [unescape(found[2]) for found in _PICTURE.finditer(html)]


def with_pictures(html: str, address: Callable[[int], str]) -> str:
    """The message with its remote pictures fetched by us: the number of each gives the address."""
    numbers = iter(range(len(html)))
    return _PICTURE.sub(lambda found: f"{found[1]}{escape(address(next(numbers)))}{found[3]}", html)


def with_hosts(html: str) -> str:
    """Each link that does not say it marked with the host that it really leads to."""
    return _LINK.sub(_marked, html)


def _marked(found: re.Match[str]) -> str:
    host = _host(unescape(found[2]))
    said = unescape(re.sub(r"<[^<>]*>", "", found[4])).lower()
    if re.search(rf"(?:^|[\s/.@]){re.escape(host)}(?:$|[\s/:?#])", said):
        return found[0]
    return f'<a{found[1]} data-host="{escape(host)}" href="{found[2]}"{found[3]}>{found[4]}</a>'


def _host(url: str) -> str:
    """The host as machines write it, so that letters of another alphabet cannot pass for Latin ones."""
    try:
        host = unquote(urlsplit(url).hostname or "?")
        return host if host.isascii() else host.encode("idna").decode()
    except ValueError:  # also what IDNA cannot say
        return "?"
