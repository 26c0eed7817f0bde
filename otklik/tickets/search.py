"""Finding tickets by number, subject and client: a word index of each store's own kind, kept by a journal reader.

Words are folded alike when stored and when looked for: lower case, ё as е. Every word of a query must begin some
word of the ticket. SQLite has the words in an FTS5 table, PostgreSQL in a tsvector under GIN.
"""

# cyrillic: it folds letters
from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import connection
from django.db.models import Prefetch, Q
from django.db.models.expressions import RawSQL

from otklik.clients.models import Address, Person
from otklik.journal.models import Event

from .models import Ticket
from .models.ticket import TicketQuerySet

WORD = re.compile(r"\w+")
WORDS_MAX = 12
MATCH = {
    "sqlite": "SELECT rowid FROM tickets_search WHERE tickets_search MATCH %s",
    "postgresql": "SELECT ticket_id FROM tickets_search WHERE words @@ to_tsquery('simple', %s)",
}
FORGET = {
    "sqlite": "DELETE FROM tickets_search WHERE rowid = %s",
    "postgresql": "DELETE FROM tickets_search WHERE ticket_id = %s",
}
REMEMBER = {
    "sqlite": "INSERT INTO tickets_search (rowid, words) VALUES (%s, %s)",
    "postgresql": "INSERT INTO tickets_search (ticket_id, words) VALUES (%s, to_tsvector('simple', %s))",
}


def words_of(text: str) -> list[str]:
    """The words of a text as the index knows them."""
    return WORD.findall(text.casefold().replace("ё", "е").replace("_", " "))


def find(text: str, tickets: TicketQuerySet) -> TicketQuerySet:
    """Those of `tickets` that a search text means; none for a text without words."""
    words = words_of(text)[:WORDS_MAX]
    if not words:
        return tickets.none()
    sign, glue = ('"{}"*', " ") if connection.vendor == "sqlite" else ("{}:*", " & ")
    query = glue.join(sign.format(word) for word in words)
    found = Q(pk__in=RawSQL(MATCH[connection.vendor], [query]))  # noqa: S611 the text is a constant above
    if len(words) == 1 and words[0].isdecimal() and len(words[0]) < 19:
        found |= Q(pk=int(words[0]))
    return tickets.filter(found)


def index(numbers: Iterable[int]) -> None:
    """Make the index say what these tickets say now."""
    addresses = Prefetch("client__addresses", queryset=Address.objects.order_by("pk"))
    tickets = Ticket.objects.select_related("client__organisation").prefetch_related(addresses)
    rows = [(ticket.pk, _text(ticket)) for ticket in tickets.filter(pk__in=list(numbers))]
    with connection.cursor() as cursor:
        cursor.executemany(FORGET[connection.vendor], [(number,) for number, _words in rows])
        cursor.executemany(REMEMBER[connection.vendor], rows)


def _text(ticket: Ticket) -> str:
    client = ticket.client
    parts = [ticket.subject, client.name, *(address.value for address in client.addresses.all())]
    if client.organisation:
        parts.append(client.organisation.name)
    return " ".join(dict.fromkeys(word for part in parts for word in words_of(part)))


class Index:
    """The reader that keeps the index true."""

    kinds = frozenset({"ticket.opened", "ticket.renamed", "client.changed", "person.renamed", "person.merged"})

    def react(self, events: list[Event]) -> None:
        numbers = {event.about_id for event in events if event.about == Ticket.journal_name}
        people = {event.about_id for event in events if event.about == Person.journal_name}
        if people:
            numbers.update(Ticket.objects.filter(client__in=people).values_list("pk", flat=True))
        index(numbers)
