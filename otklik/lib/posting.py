"""The guarded door for what goes out to addresses that administrators chose: a body there, a short answer back.

Encrypted, never redirected, bounded in time and size; into our own network only to hosts that the settings name.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import SplitResult, urlsplit

from .remote import PORTS, Refused, addresses_of, answered, port_of, resolved

SECONDS = 15.0  # for all of it, once the name is resolved
ANSWER_MAX_BYTES = 4096
LOWEST_PORT = 1024  # but for the usual one of https: below are mail, shells and files


@dataclass(frozen=True)
class Answer:
    """`retry_after` is the header as it came, "" without one. Of a long body only the beginning is here."""

    status: int
    body: bytes = b""
    retry_after: str = ""


def target_of(url: str, *, inner: Collection[str]) -> SplitResult:
    """The parts of an address that may be posted to. Raises Refused."""
    try:
        parts = urlsplit(url.strip())
        port = port_of(parts) if parts.scheme in PORTS else 0
    except ValueError as fault:
        raise Refused(str(fault)) from fault
    if not port or not parts.hostname or parts.username is not None:
        raise Refused("It is no plain web address.")
    if parts.hostname in inner:
        return parts
    if parts.scheme != "https":
        raise Refused("Only https is spoken to other networks.")
    if port != PORTS["https"] and port < LOWEST_PORT:
        raise Refused("It names an unusual port.")
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str], *, inner: Collection[str] = ()) -> Answer:
    """POST a body; answers whatever status came. `inner` are the hosts of our own network that may be gone to.

    Raises Refused for an address that we do not go to, OSError and HTTPException when no answer came.
    """
    parts = target_of(url, inner=inner)
    host, port = str(parts.hostname), port_of(parts)

    def ask(connection: HTTPConnection, path: str) -> None:
        connection.request("POST", path, body, {"User-Agent": "Otklik", **headers})

    address = addresses_of(host, port)[0] if host in inner else resolved(host, port)
    with answered(parts, address, ask, seconds=SECONDS) as answer:
        try:
            beginning = answer.read(ANSWER_MAX_BYTES)
        except (OSError, HTTPException):  # the status is what counts, and it came
            beginning = b""
        return Answer(answer.status, beginning, answer.getheader("Retry-After") or "")
