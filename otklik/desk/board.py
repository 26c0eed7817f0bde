"""The board: a list in columns by state, assignee, team or priority, and where a card can be moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import pgettext

from otklik.staff.models import Member, Team
from otklik.tickets.board import Column, columns
from otklik.tickets.criteria import NOBODY
from otklik.tickets.listing import Listing
from otklik.tickets.models import Ticket, View

from .listing import Chosen, leaf_from, leaf_text
from .walking import addresses

COLUMNS_MAX = 24
Group = View.Group


@dataclass(frozen=True)
class Lane:
    """One column of the board: `value` is what a card gets that is moved there, as set_property takes it."""

    value: str
    label: Any
    only: str  # what the list is narrowed by, as an address says it
    column: Column
    addresses: dict[int, str]
    address: str  # of the list that the column is


def board(chosen: Chosen, listing: Listing, group: str) -> list[Lane]:
    values = [(value, label, leaf_text(group, value or NOBODY)) for value, label in VALUES[group](listing)]
    found = columns(listing, {only: leaf_from(only) for _value, _label, only in values})
    return [_lane(chosen, value, label, found[only], only) for value, label, only in values]


def _lane(chosen: Chosen, value: str, label: Any, column: Column, only: str) -> Lane:
    narrowed = Chosen(chosen.key, chosen.sort, (*chosen.only, only))
    return Lane(value, label, only, column, addresses(narrowed, column.listing, column.rows), str(narrowed))


def _states(listing: Listing) -> list[tuple[str, Any]]:
    standing, ended = listing.view.standing, Ticket.ENDED
    fits = {"open": [False], "over": [True]}.get(standing, [False, True])
    return [(value, label) for value, label in Ticket.State.choices if (value in ended) in fits]


def _priorities(_listing: Listing) -> list[tuple[str, Any]]:
    return [(str(value), label) for value, label in reversed(Ticket.Priority.choices)]


def _assignees(listing: Listing) -> list[tuple[str, Any]]:
    """Nobody, then the member, then by name whoever answers with them."""
    me = listing.member
    answering = Member.objects.active().exclude(role=Member.Role.OBSERVER)
    near = answering if me.is_administrator else answering.filter(Q(teams__in=me.team_ids) | Q(pk=me.pk)).distinct()
    found = list(near.order_by("name").values_list("pk", "name")[:COLUMNS_MAX])
    found.sort(key=lambda row: row[0] != me.pk)
    return [("", pgettext("assignee", "nobody")), *((str(pk), name) for pk, name in found)]


def _teams(listing: Listing) -> list[tuple[str, Any]]:
    teams = Team.objects.all()
    mine = teams if listing.member.is_administrator else teams.filter(pk__in=listing.member.team_ids)
    return [(str(pk), name) for pk, name in mine.values_list("pk", "name")[:COLUMNS_MAX]]


VALUES: dict[str, Callable[[Listing], list[tuple[str, Any]]]] = {
    Group.STATE: _states,
    Group.PRIORITY: _priorities,
    Group.ASSIGNEE: _assignees,
    Group.TEAM: _teams,
}
