"""Who should know of what: the reader that turns events into notices."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from otklik.clients.models import Person
from otklik.journal.models import Event
from otklik.staff.models import Member
from otklik.tickets.models import Aside, Message, Ticket, Watch
from otklik.tickets.models.channel import is_live

from .models import Topic
from .telling import tell

EVERYBODY = "tell_team"  # the action of a step of escalation


@dataclass(frozen=True)
class Concerned:
    """Whom a batch of events may concern, by the tickets’ numbers: asked for the whole batch at once."""

    assignees: Mapping[int, Member]
    watchers: Mapping[int, list[Member]]


Rule = tuple[str, Callable[[Event, Concerned], Iterable[Member]]]


def _concerned(events: list[Event]) -> Concerned:
    numbers = {event.about_id for event in events if event.about == Ticket.journal_name}
    tickets = Ticket.objects.filter(pk__in=numbers).exclude(assignee=None).select_related("assignee")
    return Concerned({ticket.pk: ticket.assignee for ticket in tickets if ticket.assignee}, _watchers(numbers))


def _watchers(numbers: Iterable[int]) -> Mapping[int, list[Member]]:
    """Who watches each ticket and may still see it."""
    found: dict[int, list[Member]] = {}
    for row in Watch.objects.filter(ticket__in=numbers).select_related("ticket", "member").order_by("pk"):
        if row.member.is_administrator or row.ticket.team_id in row.member.team_ids:
            found.setdefault(row.ticket_id, []).append(row.member)
    return found


def _of_ticket(event: Event, known: Concerned) -> Iterable[Member]:
    return [known.assignees[event.about_id]] if event.about_id in known.assignees else []


def _unless_by_ladder(event: Event, known: Concerned) -> Iterable[Member]:
    """Who has the ticket, if the ladder does not tell them at the same moment."""
    return [] if event.facts.get("by_ladder") else _of_ticket(event, known)


def _watching(event: Event, known: Concerned) -> Iterable[Member]:
    return known.watchers.get(event.about_id, [])


def _watching_notes(event: Event, known: Concerned) -> Iterable[Member]:
    """But for whoever the note names: they are told of that."""
    watchers = known.watchers.get(event.about_id, [])
    if not watchers:
        return []
    named = Event.objects.filter(about=event.about, about_id=event.about_id, kind="message.mentioned")
    told = set(named.filter(facts__message=event.facts["message"]).values_list("facts__told", flat=True))
    return [member for member in watchers if member.pk not in told]


def _watching_ends(event: Event, known: Concerned) -> Iterable[Member]:
    is_turn = (event.facts["before"] in Ticket.ENDED) != (event.facts["after"] in Ticket.ENDED)
    return _watching(event, known) if is_turn else []


def _new_assignee(event: Event, _known: Concerned) -> Iterable[Member]:
    return Member.objects.filter(pk=event.facts["after"])


def _author(event: Event, _known: Concerned) -> Iterable[Member]:
    message = Message.objects.select_related("member").filter(pk=event.facts["message"]).first()
    return [message.member] if message and message.member else []


def _told(event: Event, _known: Concerned) -> Iterable[Member]:
    return Member.objects.filter(pk=event.facts["told"])


def _told_or_of_ticket(event: Event, known: Concerned) -> Iterable[Member]:
    return _told(event, known) if event.facts["told"] else _of_ticket(event, known)


def _escalated(event: Event, _known: Concerned) -> Iterable[Member]:
    if event.facts["action"] == EVERYBODY:
        return Member.objects.active().filter(teams=event.facts["team"])
    return Member.objects.filter(pk=event.facts["told"])


def _in_charge(event: Event, _known: Concerned) -> Iterable[Member]:
    """The head of the team; without one its supervisors, without those the administrators."""
    active, team = Member.objects.active(), event.facts["team"]
    return (
        active.filter(headed_teams=team)
        or active.filter(role=Member.Role.SUPERVISOR, teams=team)
        or active.filter(role=Member.Role.ADMINISTRATOR)
    )


def _of_ticket_or_team(event: Event, known: Concerned) -> Iterable[Member]:
    """Who has the ticket; while nobody has, everybody who could."""
    if event.about_id in known.assignees:
        return [known.assignees[event.about_id]]
    return Member.objects.answering(Ticket.objects.select_related("team").get(pk=event.about_id).team)


def _of_ticket_or_asker(event: Event, known: Concerned) -> Iterable[Member]:
    """Who has the ticket, and who asked the third party, while they may see it; of what a program answers nobody."""
    if event.facts["automatic"]:
        return []
    aside = Aside.objects.select_related("opened_by").filter(pk=event.facts["aside"]).first()
    asker = aside.opened_by if aside else None
    may_see = asker and Ticket.objects.visible_to(asker).filter(pk=event.about_id).exists()
    return {one.pk: one for one in (*_of_ticket(event, known), *([asker] if asker and may_see else []))}.values()


def _team_of_new_talk(event: Event, known: Concerned) -> Iterable[Member]:
    """Where somebody waits at the other end of a talk, everybody who could answer."""
    if not event.facts["opened"] or not is_live(event.facts["via"]):
        return []
    return _of_ticket_or_team(event, known)


def _changed_by_client(event: Event, known: Concerned) -> Iterable[Member]:
    return _of_ticket(event, known) if event.by == Person.journal_name else []


def _judged(event: Event, known: Concerned) -> Iterable[Member]:
    """Of a bad mark: who has the ticket, and who is in charge of the team that earned it."""
    return [*_of_ticket(event, known), *_in_charge(event, known)] if event.facts["is_bad"] else []


WATCHED: Rule = (Topic.WATCHED, _watching)
# What concerns somebody in several ways is told once, by the first of them.
RULES: dict[str, tuple[Rule, ...]] = {
    "ticket.assigned": ((Topic.ASSIGNED, _new_assignee), WATCHED),
    "ticket.state_changed": ((Topic.WATCHED, _watching_ends),),
    "message.received": ((Topic.CLIENT_WROTE, _of_ticket), (Topic.NEW_TALK, _team_of_new_talk), WATCHED),
    "message.revised": ((Topic.CLIENT_WROTE, _changed_by_client),),
    "message.sent": (WATCHED,),
    "message.noted": ((Topic.WATCHED, _watching_notes),),
    "message.mentioned": ((Topic.MENTIONED, _told),),
    "delivery.failed": ((Topic.NOT_DELIVERED, _author), WATCHED),
    "aside.received": ((Topic.ASIDE, _of_ticket_or_asker), WATCHED),
    "aside.failed": ((Topic.NOT_DELIVERED, _author), WATCHED),
    "clock.broken": ((Topic.PROMISE, _unless_by_ladder), WATCHED),
    "callback.due": ((Topic.CALLBACK, _of_ticket_or_team),),
    "clock.escalated": ((Topic.PROMISE, _escalated),),
    "approval.asked": ((Topic.APPROVAL, _told),),
    "approval.ended": ((Topic.APPROVAL, _told),),
    "ticket.unnoticed": ((Topic.UNNOTICED, _in_charge),),
    "survey.answered": ((Topic.BAD_MARK, _judged),),
    "survey.revised": ((Topic.BAD_MARK, _judged),),
    "task.changed": ((Topic.TASK, _told),),
    "task.due": ((Topic.TASK, _told_or_of_ticket),),
    "article.review_due": ((Topic.ARTICLE, _told),),
    "ticket.woken": ((Topic.WOKEN, _told),),
    "ticket.pointed_out": ((Topic.POINTED_OUT, _told),),
}


class Notices:
    kinds = frozenset(RULES)

    def react(self, events: list[Event]) -> None:
        # Most events are mails on new tickets, which nobody has: those cost nothing each.
        known = _concerned(events)
        for event in events:
            for topic, concerned in RULES[event.kind]:
                tell(concerned(event, known), event, topic)
