"""Does somebody listen there, could we? Standard library only: the supervisor asks it."""

import socket

Place = tuple[str, int]


def called(host: str) -> str:
    """The address to call somebody who listens at `host`: an unspecified one is for listening only."""
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104


def answers(place: Place) -> bool:
    host, port = place
    try:
        with socket.create_connection((called(host), port), 1):
            return True
    except OSError:
        return False


def why_taken(place: Place) -> str:
    """Why nobody could listen at `place` now, in the system's words; "" if somebody could."""
    host, _ = place
    try:
        with socket.create_server(place, family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return ""
    except OSError as fault:
        return fault.strerror or str(fault)
