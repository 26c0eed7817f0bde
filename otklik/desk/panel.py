"""What stands beside a conversation: properties that can be set, people, and neighbouring tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.clients.models import EMAIL, Person, identify
from otklik.lib.fields import CustomField
from otklik.staff.models import Member, Team
from otklik.tickets.models import Ticket, TicketField, TicketLink

from .properties import FIELD_PREFIX

EARLIER = 8


@dataclass(frozen=True)
class Property:
    """One line of the panel: a list to choose from, or an input of a custom field's kind."""

    name: str
    label: Any
    value: str
    choices: Sequence[tuple[str, Any]] = ()
    input: str = ""


def properties(ticket: Ticket) -> list[Property]:
    assignees = list(Member.objects.answering(ticket.team).values_list("pk", "name"))
    if ticket.assignee and ticket.assignee_id not in dict(assignees):
        assignees.append((ticket.assignee.pk, ticket.assignee.name))
    teams = [(str(pk), name) for pk, name in Team.objects.values_list("pk", "name")]
    people = [("", pgettext_lazy("assignee", "nobody")), *((str(pk), name) for pk, name in assignees)]
    priorities = [(str(value), label) for value, label in Ticket.Priority.choices]
    return [
        Property("state", _("State"), ticket.state, Ticket.State.choices),
        Property("assignee", _("Assignee"), str(ticket.assignee_id or ""), people),
        Property("team", _("Team"), str(ticket.team_id), teams),
        Property("priority", _("Priority"), str(ticket.priority), priorities),
        Property("type", _("Type"), ticket.type, Ticket.Type.choices),
        *(_custom(field, ticket.fields.get(field.key)) for field in TicketField.objects.all() if _fits(field, ticket)),
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


def linked_tickets(ticket: Ticket, member: Member) -> list[Linked]:
    """Linked tickets that the member may see."""
    labels: dict[int, Any] = {}
    for link in TicketLink.objects.filter(Q(source=ticket) | Q(target=ticket)):
        if link.source_id == ticket.pk:
            labels[link.target_id] = _FROM_SOURCE[TicketLink.Kind(link.kind)]
        else:
            labels[link.source_id] = link.get_kind_display()
    rows = Ticket.objects.visible_to(member).filter(pk__in=labels).order_by("-pk") if labels else ()
    return [Linked(row, labels[row.pk]) for row in rows]


def earlier_tickets(ticket: Ticket, member: Member) -> list[Ticket]:
    """Other tickets of the same client, newest first; merged ones are left out, they lead elsewhere anyway."""
    others = Ticket.objects.visible_to(member).filter(client=ticket.client_id, merged_into=None)
    return list(others.exclude(pk=ticket.pk).order_by("-opened_at")[:EARLIER])


def person_at(address: str) -> Person:
    """The person with this e-mail address, made on first sight. Raises ValidationError for what is none."""
    validate_email(address.strip())
    with transaction.atomic():
        return identify(EMAIL, address)
