"""What is shown of each ticket that was found: where the words stand in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models.functions import Substr

from otklik.clients.models import Address
from otklik.lib.among import among
from otklik.tickets.models import Attachment, Message, Ticket

from .finding import Found
from .marking import TEXT_MAX, Marker, Piece

PAGE_SIZE = 20
LOOKED_INTO = 6  # messages of a ticket, the newest that matched
SHOWN = (
    *("subject", "state", "priority", "fields", "excerpt", "active_at"),
    *("client__name", "client__organisation__name", "team__name", "assignee__name"),
)
SHOWN_OF_MESSAGE = ("at", "is_note", "aside", "person__name", "member__name", "party__name", "party__address")

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
    files: Sequence[Pieces]


def page_of(found: Found, number: int = 1) -> list[Hit]:
    """One page of what was found; an empty one beyond the last."""
    shown = list(found.tickets)[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    if not shown:
        return []
    tickets = Ticket.objects.select_related("client__organisation", "team", "assignee").only(*SHOWN).in_bulk(shown)
    marker = Marker(found.query)
    excerpts = _excerpts({pk: found.tickets[pk][:LOOKED_INTO] for pk in tickets}, marker)
    messages = Message.objects.select_related("person", "member", "party").only(*SHOWN_OF_MESSAGE)
    known = messages.in_bulk([one.message for one in excerpts.values() if one.message])
    addresses = _addresses({ticket.client_id for ticket in tickets.values()})
    return [
        _hit(tickets[pk], addresses[tickets[pk].client_id], excerpts[pk], known.get(excerpts[pk].message or 0), marker)
        for pk in shown
        if pk in tickets
    ]


@dataclass(frozen=True)
class _Excerpt:
    """Of a ticket, the message that tells most of what was looked for; None if no message has any of it."""

    message: int | None = None
    snippet: Pieces = ()
    files: Sequence[Pieces] = ()


def _excerpts(messages: dict[int, list[int]], marker: Marker) -> dict[int, _Excerpt]:
    looked_into = [key for keys in messages.values() for key in keys]
    cut = Message.objects.filter(pk__in=among(looked_into)).order_by()
    texts = dict(cut.values_list("pk", Substr("text", 1, TEXT_MAX)))
    files = defaultdict(list)
    for message, name in Attachment.objects.filter(message__in=among(looked_into)).values_list("message", "name"):
        files[message].append(name)
    return {
        number: _excerpt([key for key in keys if key in texts], texts, files, marker)
        for number, keys in messages.items()
    }


def _excerpt(
    keys: Iterable[int], texts: Mapping[int, str], files: Mapping[int, Sequence[str]], marker: Marker
) -> _Excerpt:
    best, most = _Excerpt(), 0
    for key in keys:
        names = files.get(key, ())
        # Nearly always the newest tells all that there is to tell, and texts are long.
        if 2 * len(marker.terms) + bool(names) > most:
            shown, marked = marker.snippet(texts[key]), _marked(names, marker)
            told = 2 * shown.terms + bool(marked)
            if told > most:
                best, most = _Excerpt(key, shown.pieces, marked), told
    return best


def _addresses(people: Iterable[int]) -> dict[int, list[str]]:
    known = defaultdict(list)
    for person, value in Address.objects.filter(person__in=people).order_by("pk").values_list("person", "value"):
        known[person].append(value)
    return known


def _hit(ticket: Ticket, addresses: list[str], excerpt: _Excerpt, message: Message | None, marker: Marker) -> Hit:
    client = ticket.client
    name = f"{client.name} · {client.organisation.name}" if client.organisation else client.name
    return Hit(
        ticket,
        subject=marker.pieces(ticket.subject),
        client=marker.pieces(name),
        known_by=_marked((*addresses, *map(str, ticket.fields.values())), marker),
        message=message,
        snippet=excerpt.snippet or marker.pieces(ticket.excerpt),
        files=excerpt.files,
    )


def _marked(texts: Iterable[str], marker: Marker) -> list[Pieces]:
    """Those in which something is marked."""
    pieces = [marker.pieces(text) for text in texts]
    return [each for each in pieces if any(piece.is_marked for piece in each)]
