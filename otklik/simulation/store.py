"""A store of a simulation's own, in memory: what happens there leaves no trace in the company's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.models import Model

from otklik.lib.prepared import forget_statements
from otklik.lib.remembered import forget_all

# What people set up, in an order in which rows may refer to those before them.
SETTINGS = (
    "calendars.calendar",
    "calendars.calendarday",
    "staff.company",
    "staff.skill",
    "staff.team",
    "staff.member",
    "staff.leave",
    "tickets.channel",
    "tickets.tag",
    "tickets.ticketfield",
    "tickets.terms",
    "sla.policy",
    "sla.target",
    "sla.step",
    "webhooks.webhook",
    "approvals.approvalrule",
    "approvals.approvalstep",
    "rules.rule",
    "routing.route",
    "routing.assignment",
    "routing.weight",
)
SECRETS = ("password", "secret", "former_secret")  # columns that are left out
MEMORY: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": ":memory:",
    "OPTIONS": {},
    "CONN_MAX_AGE": None,
}


def settings_of_the_company() -> str:
    """What the company has set up, as JSON: no client, no ticket, nothing that opens a door."""
    return str(serializers.serialize("json", _rows()))


def _rows() -> Iterator[Model]:
    for label in SETTINGS:
        for row in apps.get_model(label)._base_manager.order_by("pk"):
            for name in SECRETS:
                if hasattr(row, name):
                    setattr(row, name, type(getattr(row, name))())
            yield row


@contextmanager
def in_memory(settings: str = "") -> Iterator[None]:
    """Within, the default store is a new one in memory, with these settings; afterwards the real one again."""
    real, known = connections["default"], connections.settings["default"]
    connections.settings["default"] = known | MEMORY
    connections["default"] = connections.create_connection("default")
    _forget()
    try:
        call_command("migrate", verbosity=0, skip_checks=True)
        load(settings)
        yield
    finally:
        connections["default"].close()
        connections["default"], connections.settings["default"] = real, known
        _forget()


def _forget() -> None:
    """What was remembered of the one store is wrong for the other."""
    forget_all()
    forget_statements()


def load(settings: str) -> None:
    with transaction.atomic(), connection.constraint_checks_disabled():
        for row in serializers.deserialize("json", settings or "[]"):
            row.save(force_insert=True)
