"""Beginning to wait for somebody, and ending it."""

from __future__ import annotations

from datetime import datetime

from otklik.staff.models import Member
from otklik.tickets.models import Ticket

from .models import BUSY, Assignment, Wait
from .models.wait import needs_of
from .setup import Setup


def begin(
    ticket: Ticket,
    known: Setup,
    *,
    wanted: Member | None = None,
    besides: int | None = None,
    way: str = "",
    is_new: bool = False,
    at: datetime,
) -> bool:
    """Let a ticket wait, if nobody has it, it is our turn, and its team wants to know or somebody is wanted.

    A new ticket, `is_new`, asks for no skills yet.
    """
    assignment = known.ways.get(ticket.team_id)
    is_watched = assignment is not None and assignment.keeps_watch
    if ticket.assignee_id or ticket.state not in BUSY or not (is_watched or wanted or way):
        return False
    if assignment is None:
        assignment, _new = Assignment.objects.get_or_create(team=ticket.team)
    is_looked_for = assignment.is_automatic or wanted or way
    Wait.objects.update_or_create(
        ticket=ticket,
        defaults={
            "team_id": ticket.team_id,
            "since": at,
            "priority": ticket.priority,
            "needs": "" if is_new else needs_of(ticket),
            "way": way,
            "wanted": wanted,
            "besides_id": besides,
            "due_at": at if is_looked_for else None,
            "tell_at": assignment.tell_at(at),
            "told_at": None,
        },
    )
    return True


def end(number: int) -> None:
    """Somebody has the ticket, or nobody need have it."""
    Wait.objects.filter(ticket=number).delete()
