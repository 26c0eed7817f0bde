"""After a team's way was changed: its tickets wait, or do not, as it says now."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from otklik.tickets.models import Ticket

from .models import BUSY, Assignment, Wait
from .setup import Setup, setup
from .waiting import begin

BATCH = 200


def sweep_due(at: datetime) -> bool:
    """Go through the tickets of teams whose way was changed; False if there is none."""
    due = list(Assignment.objects.filter(sweep_at__lte=at).select_related("team__calendar")[:BATCH])
    if not due:
        return False
    setup.forget()
    for assignment in due:
        _sweep(assignment, setup(), at)
    return True


def _sweep(assignment: Assignment, known: Setup, at: datetime) -> None:
    with transaction.atomic():
        if not assignment.keeps_watch:
            Wait.objects.filter(team=assignment.pk, wanted=None, way="").delete()
        _count_anew(assignment)
        found = _unknown(assignment) if assignment.keeps_watch else []
        for ticket in found:
            begin(ticket, known, at=at)
        if len(found) < BATCH:
            Assignment.objects.filter(pk=assignment.pk, sweep_at=assignment.sweep_at).update(sweep_at=None)
        # Whoever could not be given anything before may be now.
        Assignment.objects.filter(pk=assignment.pk).update(due_at=at)


def _unknown(assignment: Assignment) -> list[Ticket]:
    """Tickets that nobody has and that do not wait yet."""
    unassigned = Ticket.objects.open().filter(assignee=None, team=assignment.pk, state__in=BUSY)
    return list(unassigned.filter(merged_into=None, wait=None).select_related("team__calendar").order_by("pk")[:BATCH])


def _count_anew(assignment: Assignment) -> None:
    """Another time within which tickets should be taken; nobody is told twice."""
    waits = list(Wait.objects.filter(team=assignment.pk, told_at=None))
    for wait in waits:
        wait.tell_at = assignment.tell_at(wait.since)
    Wait.objects.bulk_update(waits, ["tell_at"], batch_size=BATCH)
