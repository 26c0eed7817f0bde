"""Who should know of what: the reader that turns events into notices."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from otklik.journal.models import Event
from otklik.staff.models import Member
from otklik.tickets.models import Message, Ticket

from .models import Topic, tell

EVERYBODY = "tell_team"  # the action of a step of escalation
Rule = tuple[str, Callable[[Event, Mapping[int, Member]], Iterable[Member]]]


def _assignees(events: list[Event]) -> Mapping[int, Member]:
    """Who has each ticket of the events now, by its number."""
    tickets = Ticket.objects.filter(pk__in={event.about_id for event in events}).exclude(assignee=None)
    return {ticket.pk: ticket.assignee for ticket in tickets.select_related("assignee") if ticket.assignee}


def _of_ticket(event: Event, assignees: Mapping[int, Member]) -> Iterable[Member]:
    return [assignees[event.about_id]] if event.about_id in assignees else []


def _new_assignee(event: Event, _assignees: Mapping[int, Member]) -> Iterable[Member]:
    return Member.objects.filter(pk=event.facts["after"])


def _author(event: Event, _assignees: Mapping[int, Member]) -> Iterable[Member]:
    message = Message.objects.select_related("member").filter(pk=event.facts["message"]).first()
    return [message.member] if message and message.member else []


def _told(event: Event, _assignees: Mapping[int, Member]) -> Iterable[Member]:
    return Member.objects.filter(pk=event.facts["told"])


def _escalated(event: Event, _assignees: Mapping[int, Member]) -> Iterable[Member]:
    if event.facts["action"] == EVERYBODY:
        return Member.objects.active().filter(teams=event.facts["team"])
    return Member.objects.filter(pk=event.facts["told"])


def _in_charge(event: Event, _assignees: Mapping[int, Member]) -> Iterable[Member]:
    """The head of the team; without one its supervisors, without those the administrators."""
    active, team = Member.objects.active(), event.facts["team"]
    return (
        active.filter(headed_teams=team)
        or active.filter(role=Member.Role.SUPERVISOR, teams=team)
        or active.filter(role=Member.Role.ADMINISTRATOR)
    )


def _of_ticket_or_team(event: Event, assignees: Mapping[int, Member]) -> Iterable[Member]:
    """Who has the ticket; while nobody has, everybody who could."""
    if event.about_id in assignees:
        return [assignees[event.about_id]]
    return Member.objects.answering(Ticket.objects.select_related("team").get(pk=event.about_id).team)


RULES: dict[str, Rule] = {
    "ticket.assigned": (Topic.ASSIGNED, _new_assignee),
    "message.received": (Topic.CLIENT_WROTE, _of_ticket),
    "delivery.failed": (Topic.NOT_DELIVERED, _author),
    "clock.broken": (Topic.PROMISE, _of_ticket),
    "callback.due": (Topic.CALLBACK, _of_ticket_or_team),
    "clock.escalated": (Topic.PROMISE, _escalated),
    "ticket.unnoticed": (Topic.UNNOTICED, _in_charge),
    "ticket.pointed_out": (Topic.POINTED_OUT, _told),
}


class Notices:
    kinds = frozenset(RULES)

    def react(self, events: list[Event]) -> None:
        # Most events are mails on new tickets, which nobody has: those cost nothing each.
        assignees = _assignees(events)
        for event in events:
            topic, concerned = RULES[event.kind]
            for mail_at, members in _by_mail_time(event, concerned(event, assignees)).items():
                tell(members, event, topic, mail_at=mail_at)


def _by_mail_time(event: Event, members: Iterable[Member]) -> Mapping[datetime | None, list[Member]]:
    """Who may be mailed when at the earliest: if the event waits for working time, each for their own; else at once."""
    waits, found = event.facts.get("mail_at"), dict[datetime | None, list[Member]]()
    for member in members:
        own = member.calendar.working_time(event.at).opens(event.at) if waits and member.calendar else None
        found.setdefault(own or (datetime.fromisoformat(waits) if waits else None), []).append(member)
    return found
