"""What in a text is about one client: it must not stand in an article."""

from __future__ import annotations

import re
from collections.abc import Iterator

from otklik.lib.morphology import fold, forms
from otklik.tickets.models import Ticket
from otklik.tickets.search.words import PHONE, words_of

FOUND_MAX = 8
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LONG_NUMBER = re.compile(r"(?<!\w)\d{5,}(?!\w)")  # of an order, a contract, a card
NAME_MIN = 3  # letters


def personal_in(text: str, ticket: Ticket) -> list[str]:
    """Addresses, phones, long numbers, and the names of the ticket's client, as they stand in the text."""
    return list(dict.fromkeys(_found(text, ticket)))[:FOUND_MAX]


def _found(text: str, ticket: Ticket) -> Iterator[str]:
    for pattern in (_EMAIL, PHONE, _LONG_NUMBER):
        yield from (found[0].strip() for found in pattern.finditer(text))
    client = ticket.client
    known = f"{client.name} {client.organisation.name if client.organisation else ''}"
    named = {form for word in words_of(known) if len(word) >= NAME_MIN for form in forms(word)}
    yield from (word for word in re.findall(r"[^\W_]+", text) if fold(word) in named)
