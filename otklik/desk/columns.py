"""Columns of the compact list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.tickets.models import Ticket, TicketField, TicketTag

COLUMNS: dict[str, Any] = {
    "client": _("Client"),
    "organisation": _("Organisation"),
    "state": _("State"),
    "priority": _("Priority"),
    "type": _("Type"),
    "assignee": _("Assignee"),
    "team": _("Team"),
    "channel": _("Channel"),
    "tags": _("Tags"),
    "opened": _("Opened"),
    "active": _("Last message"),
    "due": _("Deadline"),
}
USUAL = ("client", "state", "assignee", "due", "active")
FIELD = "field:"


@dataclass(frozen=True)
class Column:
    key: str
    label: Any

    @property
    def field(self) -> str:
        """The key of the custom field that it shows; empty for a column of ours."""
        return self.key.removeprefix(FIELD) if self.key.startswith(FIELD) else ""


def columns_offered() -> list[tuple[str, Any]]:
    fields = [(f"{FIELD}{field.key}", field.label) for field in TicketField.objects.all()]
    return [*COLUMNS.items(), *fields]


def columns_of(chosen: Sequence[str]) -> list[Column]:
    """The columns that a view names, in the order in which they are offered; the usual ones if it names none."""
    wanted = set(chosen or USUAL)
    labels = columns_offered() if any(key.startswith(FIELD) for key in wanted) else COLUMNS.items()
    return [Column(key, label) for key, label in labels if key in wanted]


def tags_of(tickets: Iterable[Ticket]) -> dict[int, list[str]]:
    """The tags of each ticket, by name, in one query."""
    found: dict[int, list[str]] = {}
    named = TicketTag.objects.filter(ticket__in=[ticket.pk for ticket in tickets]).order_by("tag__name")
    for pk, name in named.values_list("ticket", "tag__name"):
        found.setdefault(pk, []).append(name)
    return found
