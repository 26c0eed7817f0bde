"""Who should know of what: the reader that turns events into notices."""

from collections.abc import Callable, Iterable
from datetime import datetime

from otklik.journal.models import Event
from otklik.staff.models import Member
from otklik.tickets.models import Message, Ticket

from .models import Topic, tell

Rule = tuple[str, Callable[[Event], Iterable[Member]]]


def _assignee(event: Event) -> list[Member]:
    ticket = Ticket.objects.select_related("assignee").filter(pk=event.about_id).first()
    return [ticket.assignee] if ticket and ticket.assignee else []


def _new_assignee(event: Event) -> Iterable[Member]:
    return Member.objects.filter(pk=event.facts["after"])


def _author(event: Event) -> Iterable[Member]:
    message = Message.objects.select_related("member").filter(pk=event.facts["message"]).first()
    return [message.member] if message and message.member else []


def _told(event: Event) -> Iterable[Member]:
    return Member.objects.filter(pk=event.facts["told"])


RULES: dict[str, Rule] = {
    "ticket.assigned": (Topic.ASSIGNED, _new_assignee),
    "message.received": (Topic.CLIENT_WROTE, _assignee),
    "delivery.failed": (Topic.NOT_DELIVERED, _author),
    "clock.broken": (Topic.PROMISE, _assignee),
    "clock.escalated": (Topic.PROMISE, _told),
    "ticket.pointed_out": (Topic.POINTED_OUT, _told),
}


class Notices:
    kinds = frozenset(RULES)

    def react(self, events: list[Event]) -> None:
        for event in events:
            topic, concerned = RULES[event.kind]
            mail_at = event.facts.get("mail_at")
            tell(concerned(event), event, topic, mail_at=datetime.fromisoformat(mail_at) if mail_at else None)
