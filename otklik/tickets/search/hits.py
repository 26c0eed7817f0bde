"""What is shown of each ticket that was found: where the words stand in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from otklik.clients.models import Address
from otklik.tickets.models import Attachment, Message, Ticket

from .finding import Found
from .marking import Marker, Piece

PAGE_SIZE = 20
LOOKED_INTO = 6  # messages of a ticket, the newest that matched

Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class Hit:
    """`message` is where `snippet` is from; None if only the subject, the client or a field has the words.

    `known_by`: those addresses of the client and values of fields that have them.
    """

    ticket: Ticket
    subject: Pieces
    client: Pieces
    known_by: list[Pieces]
    message: Message | None
    snippet: Pieces
    files: list[Pieces]


def page_of(found: Found, number: int = 1) -> list[Hit]:
    """One page of what was found; an empty one beyond the last."""
    shown = list(found.tickets)[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    addresses = Prefetch("client__addresses", queryset=Address.objects.order_by("pk"))
    tickets = Ticket.objects.with_people().prefetch_related(addresses).in_bulk(shown)
    looked_into = {key for pk in shown for key in found.tickets[pk][:LOOKED_INTO]}
    messages = Message.objects.select_related("person", "member", "party").defer("html", "rest").in_bulk(looked_into)
    files = defaultdict(list)
    for message, name in Attachment.objects.filter(message__in=looked_into).values_list("message", "name"):
        files[message].append(name)
    marker = Marker(found.query)
    return [
        _hit(tickets[pk], [messages[key] for key in found.tickets[pk] if key in messages], files, marker)
        for pk in shown
        if pk in tickets
    ]


def _hit(ticket: Ticket, messages: list[Message], files: dict[int, list[str]], marker: Marker) -> Hit:
    best: Message | None = None
    snippet: Pieces = ()
    names: list[Pieces] = []
    most = 0
    for message in messages:
        shown, marked = marker.snippet(message.text), _marked(files[message.pk], marker)
        told = 2 * shown.terms + bool(marked)
        if told > most:
            best, snippet, names, most = message, shown.pieces, marked, told
    client = ticket.client
    addresses = (address.value for address in client.addresses.all())
    name = f"{client.name} · {client.organisation.name}" if client.organisation else client.name
    return Hit(
        ticket,
        subject=marker.pieces(ticket.subject),
        client=marker.pieces(name),
        known_by=_marked((*addresses, *map(str, ticket.fields.values())), marker),
        message=best,
        snippet=snippet or marker.pieces(ticket.excerpt),
        files=names,
    )


def _marked(texts: Iterable[str], marker: Marker) -> list[Pieces]:
    """Those in which something is marked."""
    pieces = [marker.pieces(text) for text in texts]
    return [each for each in pieces if any(piece.is_marked for piece in each)]
