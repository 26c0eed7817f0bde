"""The worker tells of tickets that nobody has taken in time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import now

from otklik.journal.record import record
from otklik.tickets.models import Ticket

from .models import Wait

BATCH = 100


def tell_due(at: datetime | None = None) -> bool:
    """Note a batch of tickets that should have been taken by now, each once; False if there is none."""
    at = at or now()
    due = list(Wait.objects.overdue(at).select_related("ticket", "team__assignment")[:BATCH])
    return any([_tell(wait, at) for wait in due])


def _tell(wait: Wait, at: datetime) -> bool:
    within = wait.team.assignment.taken_within or timedelta()
    with transaction.atomic():
        # Not a join: PostgreSQL would look at it once, and not again when another worker has been faster.
        nobody = Ticket.objects.filter(assignee=None)
        waits = Wait.objects.filter(pk=wait.pk, tell_at=wait.tell_at, ticket__in=nobody)
        if not waits.update(tell_at=None, told_at=at):
            return False
        minutes = within // timedelta(minutes=1)
        record("ticket.unnoticed", wait.ticket, at=at, team=wait.team_id, minutes=minutes)
    return True
