"""The guarded door to addresses that strangers chose: never into our own network, bounded in time and size."""

import socket
import ssl
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread, Timer
from urllib.parse import SplitResult, quote, urljoin, urlsplit

SECONDS = 10.0  # for all of it, once the name is resolved
LOOKUP_SECONDS = 5.0  # for a free lookup, and again for its answer
LOOKUPS = 8  # names that are being resolved at once in a process
REDIRECTS = 3
PORTS = {"http": 80, "https": 443}
_CHUNK_BYTES = 64 * 1024
# IPv6 addresses that carry an IPv4 address, which may be one of ours.
_CARRIERS = tuple(ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
_ALL_IPV6 = ip_network("2000::/3")  # what was ever given out; fec0::/10, beyond it, was once for private networks
# What older Pythons take for public: the standards' own uses, and where clouds tell a machine about itself.
_NO_PLACES = tuple(ip_network(each) for each in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "3fff::/20"))


_lookups = BoundedSemaphore(LOOKUPS)


class Refused(Exception):
    """We do not go there, or what is there is not what was asked for."""


@dataclass(frozen=True)
class Fetched:
    kind: str
    content: bytes


def fetch(url: str, *, kinds: Collection[str], limit_bytes: int) -> Fetched:
    """What lies at a public address, if it is of one of the kinds. Raises Refused, also for every failure on the way.

    The address that was checked is the one that is connected to, so a name cannot change its mind in between; each
    redirection is checked anew. No cookie, no referrer and no password goes along.
    """
    try:
        for _hop in range(REDIRECTS + 1):
            parts = checked(url)
            host, port = str(parts.hostname), port_of(parts)
            with answered(parts, resolved(host, port), _ask_for_picture, seconds=SECONDS) as answer:
                if answer.status not in (301, 302, 303, 307, 308):
                    return _taken(answer, kinds, limit_bytes)
                url = urljoin(url, answer.getheader("Location") or "")
    except (OSError, HTTPException, ValueError) as failure:
        raise Refused(f"{type(failure).__name__}: {failure}") from failure
    raise Refused("It leads from address to address.")


def checked(url: str) -> SplitResult:
    """The parts of an address that we may go to. Raises Refused."""
    parts = urlsplit(url.strip())
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise Refused("It is no plain web address.")
    if port_of(parts) not in PORTS.values():
        raise Refused("It names an unusual port.")
    return parts


def port_of(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, and to nobody’s own network."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    if isinstance(found, IPv6Address) and (found not in _ALL_IPV6 or any(found in each for each in _CARRIERS)):
        return False
    is_ordinary = found.is_global and not found.is_multicast and not found.is_reserved
    return is_ordinary and not any(found in each for each in _NO_PLACES)


def addresses_of(host: str, port: int) -> list[str]:
    """The IP addresses of a host, the best first. Raises OSError, TimeoutError too; UnicodeError for no name."""
    # The system’s resolver has no limit of time and cannot be stopped: it is waited for in a thread of its own. One
    # that hangs keeps its thread, so there are no more of these than LOOKUPS, however many names are asked for.
    if not _lookups.acquire(timeout=LOOKUP_SECONDS):
        raise TimeoutError("Names are not resolved at present: all lookups hang.")
    answers = SimpleQueue[list[str] | OSError | UnicodeError]()
    try:
        Thread(target=_look_up, args=(host, port, answers), daemon=True).start()
    except RuntimeError as failure:  # the machine gives no more threads
        _lookups.release()
        raise OSError(str(failure)) from failure
    try:
        answer = answers.get(timeout=LOOKUP_SECONDS)
    except Empty:
        raise TimeoutError(f"The name was not resolved within {LOOKUP_SECONDS:.0f} seconds.") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _look_up(host: str, port: int, answers: "SimpleQueue[list[str] | OSError | UnicodeError]") -> None:
    try:
        answers.put([str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
    except (OSError, UnicodeError) as failure:
        answers.put(failure)
    finally:
        _lookups.release()


def resolved(host: str, port: int) -> str:
    """An IP address of the host. Raises Refused when any of its addresses is not public: a name for both is a trap."""
    found = addresses_of(host, port)
    if not found or not all(is_public(address) for address in found):
        raise Refused("It leads into a private network.")
    return found[0]


@contextmanager
def answered(
    parts: SplitResult, address: str, ask: Callable[[HTTPConnection, str], None], *, seconds: float
) -> Iterator[HTTPResponse]:
    """The beginning of the answer from an IP address; `ask` sends the request for a path.

    The connection is cut when the time is over, whatever it is doing. Raises OSError, HTTPException.
    """
    host, port = str(parts.hostname), port_of(parts)
    sock = socket.create_connection((address, port), timeout=seconds / 2)
    open_ones = [sock]  # TLS takes the descriptor away from the first one
    alarm = Timer(seconds, _cut, [open_ones])
    alarm.start()
    try:
        connection: HTTPConnection = HTTPConnection(host, port)
        if parts.scheme == "https":
            connection = HTTPSConnection(host, port)
            secured = ssl.create_default_context().wrap_socket(
                sock, server_hostname=host, do_handshake_on_connect=False
            )
            open_ones.append(secured)
            secured.do_handshake()
            sock = secured
        connection.sock = sock
        ask(
            connection,
            quote(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", safe="/%?=&+;:,@!$'()*~#[]"),
        )
        with closing(connection):
            yield connection.getresponse()
    finally:
        alarm.cancel()
        open_ones[-1].close()


def _ask_for_picture(connection: HTTPConnection, path: str) -> None:
    connection.request("GET", path, headers={"User-Agent": "Otklik", "Accept": "image/*"})


def _cut(open_ones: list[socket.socket]) -> None:
    try:
        socket.socket.shutdown(open_ones[-1], socket.SHUT_RDWR)  # not TLS’s own, which would say farewell first
    except OSError:  # it has ended by itself
        return


def _taken(answer: HTTPResponse, kinds: Collection[str], limit_bytes: int) -> Fetched:
    kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if answer.status != 200 or kind not in kinds:
        raise Refused(f"It answers {answer.status} with {kind or 'nothing'}.")
    content = b""
    while chunk := answer.read(_CHUNK_BYTES):
        content += chunk
        if len(content) > limit_bytes:
            raise Refused("It is too large.")
    return Fetched(kind, content)
