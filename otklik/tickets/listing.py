"""The lists that everybody on the staff has, and how they are sorted, paged and counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.lib.keyset import Page, page
from otklik.staff.models import Member

from .models import Ticket
from .models.ticket import TicketQuerySet

COUNT_MAX = 99  # a longer list is counted as "99+": nobody reads the exact number, and it would cost a scan
PAGE_SIZE = 50

WAITING = (Ticket.State.WAITING_CLIENT, Ticket.State.WAITING_THIRD_PARTY)
SORTS = {
    "activity": ("active_at", "id"),
    "created": ("opened_at", "id"),
    "priority": ("priority", "active_at", "id"),
    "deadline": ("+due_at", "+id"),
}


@dataclass(frozen=True)
class TicketList:
    """One of the standing lists: `rows` narrows what the member may see."""

    key: str
    label: Any
    rows: Callable[[TicketQuerySet, Member], TicketQuerySet]
    sort: str = "activity"


LISTS = {
    list_.key: list_
    for list_ in (
        TicketList("mine", _("Mine"), lambda tickets, me: tickets.open().filter(assignee=me)),
        TicketList("unassigned", _("Unassigned"), lambda tickets, me: tickets.open().filter(assignee=None)),
        TicketList("teams", _("My teams"), lambda tickets, me: tickets.open().filter(team__in=me.team_ids)),
        TicketList(
            "overdue", _("Overdue"), lambda tickets, me: tickets.open().filter(due_at__lt=now()), sort="deadline"
        ),
        TicketList("waiting", _("Waiting"), lambda tickets, me: tickets.open().filter(state__in=WAITING)),
        TicketList("open", _("All open"), lambda tickets, me: tickets.open()),
        TicketList("closed", _("Recently closed"), lambda tickets, me: tickets.over()),
    )
}


def rows(key: str, member: Member) -> TicketQuerySet:
    """All tickets of a standing list that a member may see. Raises KeyError for a list that does not exist."""
    return LISTS[key].rows(Ticket.objects.visible_to(member), member)


def list_page(tickets: TicketQuerySet, *, sort: str = "activity", cursor: str = "") -> Page[Ticket]:
    """One page with all that a row shows. Raises KeyError for an unknown sort, BadCursor for a damaged cursor."""
    return page(tickets.with_people(), order=SORTS[sort], cursor=cursor, size=PAGE_SIZE)


def counts(member: Member) -> dict[str, str]:
    """How many tickets each list holds, as a person reads it: "7", "99+"."""
    return {key: _count(rows(key, member)) for key in LISTS}


def _count(tickets: TicketQuerySet) -> str:
    found = tickets.values("pk").order_by()[: COUNT_MAX + 1].count()
    return f"{COUNT_MAX}+" if found > COUNT_MAX else str(found)
