"""The worker takes tickets back from members who are not there, to their substitutes or to the team."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.timezone import now

from otklik.journal.record import record
from otklik.staff.availability import Availability, Why, available
from otklik.staff.models import Member
from otklik.tickets.models import Message, Ticket

from .choosing import Reason
from .models import BUSY, Assignment, Recall

BATCH = 20


def recall_due(at: datetime | None = None) -> bool:
    """Take back a batch of what is due; False if nothing is."""
    at = at or now()
    due = list(Recall.objects.due(at).select_related("member__calendar", "team__calendar")[:BATCH])
    return any([_take(recall, at) for recall in due if recall.claim(at=at)])


def _take(recall: Recall, at: datetime) -> bool:
    """Whatever is left for another round keeps the row; so does somebody who is away in their free time."""
    how = available(recall.member, at, team=recall.team)
    assignment = Assignment.of(recall.team)
    if later := _later(recall, how, assignment):
        Recall.objects.filter(pk=recall.pk).update(due_at=later)
        return True
    found = list(_tickets(recall, how, assignment, at)[:BATCH])
    for ticket in found:
        _take_one(ticket, recall, _heir(recall, how, assignment), at)
    if len(found) == BATCH:
        Recall.objects.filter(pk=recall.pk).update(due_at=at)
    else:
        Recall.objects.filter(pk=recall.pk).delete()
    return True


def _later(recall: Recall, how: Availability, assignment: Assignment) -> datetime | None:
    """When to ask again whether somebody is away, who now simply does not work; None otherwise."""
    if recall.why != Recall.Why.AWAY or how.why != Why.OFF_HOURS or how.until is None or assignment.away_after is None:
        return None
    return how.until + assignment.away_after


def _tickets(recall: Recall, how: Availability, assignment: Assignment, at: datetime) -> QuerySet[Ticket]:
    """What is to be taken back, by what holds now: they may be here again."""
    theirs = Ticket.objects.open().filter(assignee=recall.member, team=recall.team).order_by("pk")
    match recall.why:
        case Recall.Why.GONE:
            is_here = Member.objects.answering(recall.team).filter(pk=recall.member_id).exists()
            return theirs.none() if is_here else theirs
        case Recall.Why.AWAY:
            is_away = assignment.away_after is not None and how.why in (Why.AWAY, Why.OFFLINE)
            return _unanswered(theirs, at) if is_away else theirs.none()
    if how.why != Why.ON_LEAVE or assignment.on_leave == Assignment.OnLeave.STAY:
        return theirs.none()
    return theirs.filter(state__in=BUSY) if assignment.waiting_stay else theirs


def _unanswered(tickets: QuerySet[Ticket], at: datetime) -> QuerySet[Ticket]:
    """Where the client had the last word, and it is our turn."""
    messages = Message.objects.filter(ticket=OuterRef("pk"), is_note=False, corrects=None, at__lte=at)
    said = messages.order_by("-at", "-pk").values("person")
    return tickets.filter(state__in=BUSY).annotate(last_word=Subquery(said[:1])).filter(last_word__isnull=False)


def _heir(recall: Recall, how: Availability, assignment: Assignment) -> Member | None:
    """The substitute, if the team lets tickets go there and they can answer them."""
    if assignment.on_leave == Assignment.OnLeave.BACK or how.substitute is None:
        return None
    return Member.objects.answering(recall.team).filter(pk=how.substitute.pk).first()


def _take_one(ticket: Ticket, recall: Recall, heir: Member | None, at: datetime) -> bool:
    """False if somebody else has it meanwhile."""
    with transaction.atomic():
        held = Ticket.objects.select_for_update(of=("self",)).select_related("team").get(pk=ticket.pk)
        if held.assignee_id != recall.member_id or held.team_id != recall.team_id:
            return False
        record("ticket.taken_back", held, at=at, member=recall.member_id, why=recall.why)
        held.assign_to(heir, by=None, at=at)
        if heir:
            record("ticket.placed", held, at=at, member=heir.pk, why=Reason.SUBSTITUTE)
    return True
