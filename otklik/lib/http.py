"""The door for outgoing HTTP to services known by name: encrypted, never redirected, bounded in time and size."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

TIMEOUT_SECONDS = 30.0
ANSWER_MAX_BYTES = 1024 * 1024
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    def facts(self) -> dict[str, Any]:
        """The JSON object of the answer; empty if it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class NoRedirect(HTTPRedirectHandler):
    """A redirection would take the secrets of a request to an address that nobody chose."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def post_form(url: str, fields: Mapping[str, str]) -> Answer:
    """POST the fields; answers whatever status came. Raises OSError when no answer came, ValueError for plain http."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(f"{parts.scheme}://{parts.hostname}: only https is spoken to other machines.")
    request = Request(url, urlencode(fields).encode(), {"Accept": "application/json"})  # noqa: S310 checked above
    try:
        with build_opener(NoRedirect).open(request, timeout=TIMEOUT_SECONDS) as answer:
            return Answer(answer.status, answer.read(ANSWER_MAX_BYTES))
    except HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, refusal.read(ANSWER_MAX_BYTES))
