"""Making the tickets that come again: each day of each once, however many workers there are.

After a stop only the latest of the missed days is made: a backup to be checked is checked once, not ten times.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import now

from otklik.journal.record import record
from otklik.staff.models import Member
from otklik.tickets.automatic import note_as_it_is
from otklik.tickets.models import Ticket
from otklik.tickets.models.ticket import Actor
from otklik.tickets.opening import Wish, excerpt, open_ticket

from .models import Occurrence, Recurrence
from .models.recurrence import LOOK
from .models.task import add_tasks, titles_in

BATCH = 20
AGAIN = timedelta(minutes=10)  # when it could not be made

log = logging.getLogger(__name__)


def make_due(at: datetime | None = None) -> bool:
    """Look at a batch of those that are due to be looked at; False if there were none."""
    at = at or now()
    due = list(Recurrence.objects.due(at).select_related("calendar", "client", "team", "assignee")[:BATCH])
    for each in due:
        try:
            look(each, at=at)
        except Exception:
            log.exception("The recurring ticket %s could not be made.", each.pk)
            Recurrence.objects.filter(pk=each.pk, look_at=each.look_at).update(look_at=at + AGAIN)
    return bool(due)


def look(recurrence: Recurrence, *, at: datetime) -> Ticket | None:
    """Make the latest of what came since one looked last, and say when to look again. None if nothing came."""
    pattern, works = recurrence.pattern, recurrence.works()
    came: list[tuple[date, datetime]] = []
    ahead: datetime | None = None
    for day, moment in pattern.times(recurrence.looked_at, works):
        if moment > at:
            ahead = moment
            break
        came.append((day, moment))
    with transaction.atomic():
        # Whoever else looked at the same row meanwhile has moved it: then it is theirs.
        mine = Recurrence.objects.filter(pk=recurrence.pk, look_at=recurrence.look_at, looked_at=recurrence.looked_at)
        if not mine.update(looked_at=at, look_at=min(ahead, at + LOOK) if ahead else at + LOOK):
            return None
        days = [day for day, _moment in came]
        made = set(recurrence.occurrences.filter(day__in=days[-1:]).values_list("day", flat=True))
        return _make(recurrence, days[-1], missed=len(days) - 1, at=at) if days and days[-1] not in made else None


def make_now(recurrence: Recurrence, *, by: Member, at: datetime | None = None) -> Ticket:
    """Make one besides those of the plan."""
    with transaction.atomic():
        return _make(recurrence, None, missed=0, at=at or now(), by=by)


def _make(recurrence: Recurrence, day: date | None, *, missed: int, at: datetime, by: Actor = None) -> Ticket:
    by = by or recurrence
    wish = Wish(
        client=recurrence.client,
        team=recurrence.team,
        subject=recurrence.subject,
        type=recurrence.type,
        priority=recurrence.priority,
        address=recurrence.client.address("email"),
        tags=tuple(recurrence.tags),
        fields=recurrence.fields,
        excerpt=excerpt(recurrence.text),
    )
    ticket = open_ticket(wish, by=by, at=at)
    Occurrence.objects.create(recurrence=recurrence, day=day, ticket=ticket)
    told = {"name": recurrence.subject, "day": day.isoformat() if day else None, "missed": missed or None}
    record("recurrence.made", ticket, by=by, at=at, recurrence=recurrence.pk, **told)
    if recurrence.text.strip():
        note_as_it_is(ticket, by=by, text=recurrence.text.strip(), at=at)
    if titles_in(recurrence.checklist):
        add_tasks(ticket, recurrence.checklist, by=by, at=at)
    assignee = recurrence.assignee
    # Whoever has left the team since gets nothing; the ticket is then given out as any other.
    if assignee and Member.objects.answering(recurrence.team).filter(pk=assignee.pk).exists():
        ticket.assign_to(assignee, by=by, at=at)
    return ticket
