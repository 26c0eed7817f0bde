"""What rules may ask about whoever has a ticket, and how they find somebody for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.lib.ruling import Action, Condition, Given, Label, Parameter, Subject, ValueKind
from otklik.staff.availability import Why, available

from .models import Assignment
from .setup import setup
from .waiting import begin

EVENTS: dict[str, Label] = {
    "ticket.unnoticed": _("Nobody has taken it in time"),
    "ticket.taken_back": _("It is taken back from somebody who is not there"),
}
NOBODY = "nobody"


def conditions() -> list[Condition]:
    return [Condition("assignee_is", _("The assignee is"), ValueKind.CHOICE, _how, availabilities)]


def actions() -> list[Action]:
    way = Parameter("value", _("To whom"), ways)
    return [Action("place", _("Give to somebody of the team who can take it"), (way,), _place)]


def availabilities() -> list[tuple[str, Any]]:
    return [*Why.choices, (NOBODY, _("nobody"))]


def ways() -> list[tuple[str, Any]]:
    return [(way.value, way.label) for way in Assignment.Way if way != Assignment.Way.BY_HAND]


def _how(subject: Subject) -> set[str]:
    """Why the assignee is available or not."""
    ticket = subject.ticket
    if ticket.assignee is None:
        return {NOBODY}
    return {available(ticket.assignee, subject.at, team=ticket.team).why.value}


def _place(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    """Let a ticket that nobody has wait for somebody; the worker gives it out."""
    return begin(subject.ticket, setup(), way=given["value"], at=at)
