"""What stands beside a conversation: properties that can be set, people, and neighbouring tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.validators import validate_email
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.calendars.writing import length_text
from otklik.clients.models import EMAIL, Address, Person, identify
from otklik.lib.fields import CustomField
from otklik.lib.prepared import Columns, Question
from otklik.staff.models import Member, Sight
from otklik.tickets.lines import MOVED, earlier, stays
from otklik.tickets.models import Participant, Ticket, TicketField, TicketLink
from otklik.tickets.models.ticket import TicketQuerySet

from .conversation import Conversation
from .names import Names
from .properties import FIELD_PREFIX

EARLIER = 8
NEARLY_AT_ONCE = timedelta(hours=12)


@dataclass(frozen=True)
class Property:
    """One line of the panel: a list to choose from, or an input of a custom field's kind."""

    name: str
    label: Any
    value: str
    choices: Sequence[tuple[str, Any]] = ()
    input: str = ""


def passing(ticket: Ticket, known: Names, talk: Conversation, *, at: datetime | None = None) -> dict[str, Any]:
    """Where a ticket has been, with how long, and which ways it can be handed over."""
    at, been = at or now(), stays(ticket, talk.all_of(MOVED))
    line = ticket.team.line
    return {
        "passed": [(stay, length_text(stay.length(at))) for stay in been],
        "can_escalate": bool(line and max(known.lines) > line),
        "back_to": earlier(been, ticket.team),
    }


def properties(ticket: Ticket, known: Names) -> list[Property]:
    assignees = [listed.choice for listed in known.members]
    if ticket.assignee and str(ticket.assignee.pk) not in dict(assignees):
        assignees.append((str(ticket.assignee.pk), ticket.assignee.name))
    people = [("", pgettext_lazy("assignee", "nobody")), *assignees]
    priorities = [(str(value), label) for value, label in Ticket.Priority.choices]
    return [
        Property("state", _("State"), ticket.state, Ticket.State.choices),
        Property("assignee", _("Assignee"), str(ticket.assignee_id or ""), people),
        Property("team", _("Team"), str(ticket.team_id), [team.choice for team in known.teams]),
        Property("priority", _("Priority"), str(ticket.priority), priorities),
        Property("type", _("Type"), ticket.type, Ticket.Type.choices),
        *(_custom(field, ticket.fields.get(field.key)) for field in known.fields if _fits(field, ticket)),
    ]


def _fits(field: TicketField, ticket: Ticket) -> bool:
    return not field.types or ticket.type in field.types


def _custom(field: CustomField, value: Any) -> Property:
    name = FIELD_PREFIX + field.key
    if field.kind == CustomField.Kind.CHOICE:
        choices = [("", "–"), *((choice, choice) for choice in field.choices)]
        return Property(name, field.label, value or "", choices)
    if field.kind == CustomField.Kind.YES_NO:
        known = {True: "yes", False: "no"}.get(value, "")
        return Property(name, field.label, known, [("", "–"), ("yes", _("Yes")), ("no", _("No"))])
    kinds = {CustomField.Kind.NUMBER: "number", CustomField.Kind.DATE: "date"}
    return Property(name, field.label, "" if value is None else str(value), input=kinds.get(field.kind, "text"))  # type: ignore[call-overload]


@dataclass(frozen=True)
class Reached:
    """A person with their addresses, the oldest first."""

    person: Person
    addresses: list[Address]


_OF_ADDRESS = ("pk", "kind", "value", "failing_since", "failing_why")


def _people(ticket: int) -> QuerySet[Person, Any]:
    taking_part = Participant.objects.filter(ticket=ticket).values("person")
    wanted = taking_part.union(Ticket.objects.filter(pk=ticket).values("client"))
    rows = Person.objects.filter(pk__in=wanted).order_by("name", "pk", "addresses__pk")
    return rows.values_list("pk", "name", *(f"addresses__{column}" for column in _OF_ADDRESS))


_PEOPLE = Columns(_people, int)


def people(ticket: Ticket) -> tuple[Reached, list[Reached]]:
    """The client, and by name whoever else takes part, in one query."""
    found: dict[int, Reached] = {}
    for pk, name, *address in _PEOPLE(ticket.pk):
        reached = found.setdefault(pk, Reached(Person(pk=pk, name=name), []))
        if address[0]:
            reached.addresses.append(Address(person_id=pk, **dict(zip(_OF_ADDRESS, address, strict=True))))
    return found.pop(ticket.client_id), list(found.values())


@dataclass(frozen=True)
class Linked:
    """A linked ticket, and what it is to the one looked at."""

    ticket: Ticket
    label: Any


# A link says what its source is to its target; these are read from the source's end.
_FROM_SOURCE = {
    TicketLink.Kind.RELATED: _("Related"),
    TicketLink.Kind.PARENT: _("Part of this one"),
    TicketLink.Kind.DUPLICATE: _("The original of this one"),
}


@dataclass(frozen=True)
class Neighbours:
    """Linked tickets, those merged into this one, and others of the same client, the newest first; all of them may
    be seen. `twin` is an open one of the others, not linked yet, that is perhaps about the same.
    """

    linked: list[Linked]
    merged: list[Ticket]
    earlier: list[Ticket]
    twin: Ticket | None


def neighbours(ticket: Ticket, member: Member) -> Neighbours:
    """Both lists in one query; merged tickets are not among the earlier ones, they lead elsewhere anyway."""
    rows = _near(member.sight)(ticket.pk, ticket.client_id)
    found = [(row, _label(**_annotations(row))) for row in rows]
    linked = [Linked(row, label) for row, label in found if label]
    mine = [row for row, _label in found if row.client_id == ticket.client_id and row.merged_into_id is None]
    merged = [row for row, _label in found if row.merged_into_id == ticket.pk]
    unlinked = [row for row in mine if not _label(**_annotations(row))]
    return Neighbours(linked, merged, mine[:EARLIER], _twin(ticket, unlinked))


@lru_cache(maxsize=500)
def _near(sight: Sight) -> Question[Ticket]:
    visible = Ticket.objects.visible_to(sight.member())
    return Question(lambda number, client: _rows_near(visible.exclude(pk=number), Ticket(pk=number), client), int, int)


def _rows_near(visible: TicketQuerySet, ticket: Ticket, client: int) -> QuerySet[Ticket]:
    newest = visible.filter(client=client, merged_into=None).order_by("-opened_at").values("pk")[:EARLIER]
    # The slice is wrapped once more: SQLite limits no arm of a union.
    near = ticket.links.values("target").union(
        ticket.linked_from.values("source"),
        ticket.merged.values("pk"),
        Ticket.objects.filter(pk__in=newest).values("pk"),
    )
    as_source = TicketLink.objects.filter(source=ticket, target=OuterRef("pk")).values("kind")
    as_target = TicketLink.objects.filter(target=ticket, source=OuterRef("pk")).values("kind")
    rows = visible.filter(pk__in=near).annotate(said=Subquery(as_source[:1]), heard=Subquery(as_target[:1]))
    return rows.order_by("-opened_at", "-pk")


def _twin(ticket: Ticket, others: list[Ticket]) -> Ticket | None:
    """Another open ticket of the client that came at nearly the same time, or is called the same."""
    if not ticket.is_open:
        return None
    near = (row for row in others if row.is_open and abs(row.opened_at - ticket.opened_at) < NEARLY_AT_ONCE)
    alike = (row for row in others if row.is_open and row.subject.casefold() == ticket.subject.casefold())
    return next(near, None) or next(alike, None)


def _annotations(row: Ticket) -> dict[str, str | None]:
    return {name: vars(row)[name] for name in ("said", "heard")}


def _label(said: str | None, heard: str | None) -> Any:
    """What a ticket is to the one looked at; None if they are not linked."""
    if said:
        return _FROM_SOURCE[TicketLink.Kind(said)]
    return TicketLink.Kind(heard).label if heard else None


def person_at(address: str) -> Person:
    """The person with this e-mail address, made on first sight. Raises ValidationError for what is none."""
    validate_email(address.strip())
    with transaction.atomic():
        return identify(EMAIL, address)
