"""What the index knows of a message: its own words with those of its ticket, so that both may be asked for together.

A ticket without messages has a document of its own; its key is the ticket's number below zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Substr

from otklik.clients.models import PHONE, Address, Person
from otklik.tickets.models import Attachment, Message, Participant, Ticket

from .words import GAP, TEXT_MAX, digits_of, ending_in, of_team, phones_of, words_of

PEOPLE_MAX = 50  # of one ticket
MESSAGE = ("pk", "ticket", "person", "party__name", "party__address", "subject", "beginning")
TICKET = ("pk", "subject", "fields", "client", "team", "merged_into", "merged_into__team")


@dataclass(frozen=True)
class Document:
    """`words` in their order; `people`: names, organisations and addresses; `marks` stand in no order."""

    key: int
    words: list[str]
    people: list[str]
    marks: list[str]


@dataclass
class _Head:
    """What all documents of a ticket have."""

    subject: list[str]
    rest: list[str]
    team: str
    people: list[int] = field(default_factory=list)


def of_messages(keys: Collection[int]) -> list[Document]:
    """Those of them that still exist."""
    cut = Message.objects.annotate(beginning=Substr("text", 1, TEXT_MAX))
    messages = list(cut.filter(pk__in=keys).order_by().values(*MESSAGE))
    heads = _heads({message["ticket"] for message in messages})
    files = defaultdict(list)
    for message, name in Attachment.objects.filter(message__in=keys).values_list("message", "name"):
        files[message].append(name)
    writers = {message["person"] for message in messages if message["person"]}
    known = _people(writers.union(*(head.people for head in heads.values())))
    return [_of_message(row, heads[row["ticket"]], files[row["pk"]], known) for row in messages]


def of_tickets(numbers: Collection[int]) -> list[Document]:
    heads = _heads(numbers)
    known = _people({person for head in heads.values() for person in head.people})
    return [
        Document(-number, [*head.subject, GAP, *head.rest], _words_of_people(head.people, known), [head.team])
        for number, head in heads.items()
    ]


def _of_message(row: dict[str, Any], head: _Head, files: list[str], known: dict[int, list[str]]) -> Document:
    own = words_of(row["subject"])
    words = [
        *head.subject,
        GAP,
        *([] if own[-len(head.subject) :] == head.subject else own),
    ]  # “Re: …” tells nothing new
    for text in (row["beginning"], *files):
        words += [GAP, *words_of(text)]
    people = _words_of_people(dict.fromkeys([*head.people, *filter(None, [row["person"]])]), known)
    for said in filter(None, (row["party__name"], row["party__address"])):
        people += [GAP, *words_of(said)]
    return Document(row["pk"], [*words, GAP, *head.rest], people, [head.team, *phones_of(row["beginning"])])


def _heads(numbers: Collection[int]) -> dict[int, _Head]:
    heads = {}
    for ticket in Ticket.objects.filter(pk__in=numbers).values(*TICKET):
        filled = " ".join(str(value) for value in ticket["fields"].values() if not isinstance(value, bool))
        # A merged ticket is found for whoever may see where it went.
        team = ticket["merged_into__team"] if ticket["merged_into"] else ticket["team"]
        heads[ticket["pk"]] = _Head(words_of(ticket["subject"]), words_of(filled), of_team(team), [ticket["client"]])
    for ticket, person in Participant.objects.filter(ticket__in=heads).order_by("pk").values_list("ticket", "person"):
        if len(heads[ticket].people) < PEOPLE_MAX:
            heads[ticket].people.append(person)
    return heads


def _people(keys: Collection[int]) -> dict[int, list[str]]:
    """What each of these people is known by."""
    known: dict[int, list[str]] = defaultdict(list)
    for pk, name, organisation in Person.objects.filter(pk__in=keys).values_list("pk", "name", "organisation__name"):
        known[pk] += [*words_of(name), GAP, *words_of(organisation or "")]
    for person, kind, value in Address.objects.filter(person__in=keys).values_list("person", "kind", "value"):
        known[person] += [GAP, *words_of(value)]
        if kind == PHONE:
            known[person].append(ending_in(digits_of(value)))
    return known


def _words_of_people(keys: Iterable[int], known: dict[int, list[str]]) -> list[str]:
    return [word for key in keys for word in known[key]]
