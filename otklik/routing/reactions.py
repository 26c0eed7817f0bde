"""What follows at once, in the same transaction: a ticket is never without its route, nor unassigned without waiting.

Most of these are asked for every mail; where nothing is set, they ask the store nothing.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef

from otklik.journal.models import Event
from otklik.lib.ruling import Subject
from otklik.staff.models import Leave, Member, Presence, Status
from otklik.tickets.models import Ticket
from otklik.tickets.opening import just_opened

from .models import BUSY, Recall, Wait
from .routes import fitting, follow
from .setup import setup
from .waiting import begin, end


def opened(event: Event) -> None:
    """A ticket was opened, and nobody has it yet."""
    known = setup()
    if known.keeps_watch:
        begin(just_opened(event), known, is_new=True, at=event.at)


def received(event: Event) -> None:
    """A client wrote. A first message goes where the routes say; on a ticket of somebody who is away, time runs."""
    known = setup()
    if not event.facts["opened"]:
        _hurry(event)
    elif known.routes:
        ticket = just_opened(event)
        if route := fitting(Subject(ticket, event, event.at), known):
            wanted = follow(route, ticket, at=event.at)
            if not begin(ticket, known, wanted=wanted, at=event.at):
                end(ticket.pk)


def handed_over(event: Event) -> None:
    """Another team has it; what it waited for in the old one is over."""
    if setup().keeps_watch:
        end(event.about_id)
        _look_for_somebody(event)


def assigned(event: Event) -> None:
    """Somebody has it, or nobody any more; whoever put it back is not given it again."""
    if event.facts["after"]:
        end(event.about_id)
    else:
        _look_for_somebody(event, besides=event.facts["before"] if event.by == Member.journal_name else None)


def state_changed(event: Event) -> None:
    """It is our turn, or no more."""
    if event.facts["after"] not in BUSY:
        if event.facts["before"] in BUSY and setup().keeps_watch:
            end(event.about_id)
    elif event.facts["before"] not in BUSY:
        _look_for_somebody(event)
        _recall_if_gone(event)


def priority_changed(event: Event) -> None:
    if setup().keeps_watch:
        Wait.objects.filter(ticket=event.about_id).update(priority=event.facts["after"])


def leave_began(event: Event) -> None:
    _recall(event.about_id, Recall.Why.ON_LEAVE, event.at)


def gone(event: Event) -> None:
    """A member may not sign in any more."""
    _recall(event.about_id, Recall.Why.GONE, event.at)


def role_changed(event: Event) -> None:
    if event.facts["after"] == Member.Role.OBSERVER:
        _recall(event.about_id, Recall.Why.GONE, event.at)


def left_team(event: Event) -> None:
    _recall(event.about_id, Recall.Why.GONE, event.at, team=event.facts["team"])


def presence_changed(event: Event) -> None:
    """Whoever is not at the desk has until so long after to come back; then clients wait no longer for them."""
    patient = {pk: way.away_after for pk, way in setup().ways.items() if way.away_after}
    if not patient:
        return
    if event.facts["after"] == Status.ONLINE:
        Recall.objects.filter(member=event.about_id, why=Recall.Why.AWAY).delete()
        return
    theirs = Member.teams.through.objects.filter(member=event.about_id, team__in=patient).values_list("team", flat=True)
    _lay(event.about_id, Recall.Why.AWAY, {pk: event.at + patient[pk] for pk in theirs if patient[pk]})


def _look_for_somebody(event: Event, *, besides: int | None = None) -> None:
    known = setup()
    if known.keeps_watch:
        ticket = Ticket.objects.select_related("team__calendar").get(pk=event.about_id)
        begin(ticket, known, besides=besides, at=event.at)


def _hurry(event: Event) -> None:
    """The client of somebody who is away wrote."""
    patient = {pk: way.away_after for pk, way in setup().ways.items() if way.away_after}
    if not patient:
        return
    theirs = Ticket.objects.filter(pk=event.about_id, team__in=patient).exclude(assignee=None)
    for team, member in theirs.values_list("team", "assignee"):
        presence = Presence.objects.filter(member=member).first()
        if member and (presence is None or presence.at(event.at) != Status.ONLINE):
            _lay(member, Recall.Why.AWAY, {team: event.at + patient[team]})


def _recall_if_gone(event: Event) -> None:
    """A ticket that comes back to somebody who is not there does not stay with them."""
    answering = Member.objects.active().exclude(role=Member.Role.OBSERVER).filter(teams=OuterRef("team"))
    on_leave = Leave.objects.at(event.at).filter(member=OuterRef("assignee"))
    theirs = Ticket.objects.filter(pk=event.about_id, assignee__isnull=False)
    said = theirs.values_list("team", "assignee", Exists(answering.filter(pk=OuterRef("assignee"))), Exists(on_leave))
    for team, member, is_here, is_on_leave in said:
        if member and (is_on_leave or not is_here):
            _lay(member, Recall.Why.ON_LEAVE if is_here else Recall.Why.GONE, {team: event.at})


def _recall(member: int, why: str, at: datetime, *, team: int | None = None) -> None:
    theirs = Ticket.objects.open().filter(assignee=member).order_by()
    if team is not None:
        theirs = theirs.filter(team=team)
    _lay(member, why, dict.fromkeys(theirs.values_list("team", flat=True).distinct(), at))


def _lay(member: int, why: str, due: dict[int, datetime]) -> None:
    """Have tickets taken back at these times, by team; a recall that is laid already keeps its time."""
    Recall.objects.bulk_create(
        [Recall(member_id=member, team_id=team, why=why, due_at=due_at) for team, due_at in due.items()],
        ignore_conflicts=True,
    )
