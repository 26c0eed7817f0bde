"""Choosing tickets by what they are, for agreements and approvals: lists of values, by the name of what is asked.

    {"type": ["incident"], "team": ["3", "5"], "field:area": ["net"]}

All that is named must fit; of one list any value is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from otklik.lib.ruling import Subject, ValueKind

from .rule_parts import CLIENT, TICKET

CLIENT_NUMBER, FIELD = "client", "field:"  # FIELD begins the name of a custom field, before its key
# What has one of a list of values and needs no event to be told.
CHOSEN = {one.key: one for one in (*TICKET, *CLIENT) if one.kind == ValueKind.CHOICE}

Chosen = Mapping[str, list[str]]


def fits(subject: Subject, conditions: Chosen) -> bool:
    """Whether a ticket is one of those that are chosen; what asks for nothing chooses all."""
    return all(values(name, subject) & set(wanted) for name, wanted in conditions.items())


def values(name: str, subject: Subject) -> set[str]:
    """What a ticket has, of what is asked by a name."""
    if name in CHOSEN:
        return set(CHOSEN[name].read(subject))
    if name == CLIENT_NUMBER:
        return {str(subject.ticket.client_id)}
    value = subject.ticket.fields.get(name.removeprefix(FIELD))
    return {"yes" if value else "no"} if isinstance(value, bool) else {str(value)}


def check_conditions(value: Any) -> None:
    """Raise ValidationError unless these are conditions as `fits` takes them."""
    lists = value.values() if isinstance(value, dict) else [value]
    if not all(isinstance(wanted, list) and all(isinstance(one, str) for one in wanted) for wanted in lists):
        raise ValidationError(_("Conditions name lists of values."))
    known = {*CHOSEN, CLIENT_NUMBER}
    if unknown := [name for name in value if name not in known and not name.startswith(FIELD)]:
        raise ValidationError(_("There is no condition “%(name)s”."), params={"name": min(unknown)})
