"""The eye on the journal for whoever can take a ticket again: it wakes the queues of their teams."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from otklik.journal.models import Event
from otklik.staff.models import Member, Status
from otklik.tickets.models import Ticket

from .models import BUSY, Assignment, Wait

FREED = {"member.leave_ended", "member.activated", "member.joined_team"}


class Waking:
    kinds = frozenset({*FREED, "member.presence_changed", "setting.changed", "ticket.assigned", "ticket.state_changed"})

    def react(self, events: list[Event]) -> None:
        # Mostly nothing waits, and then it does not matter who is free.
        if not Wait.objects.exists():
            return
        if any(event.kind == "setting.changed" for event in events):
            wake_all(at=events[-1].at)
        else:
            wake(free_again(events), at=events[-1].at)


def free_again(events: list[Event]) -> set[int]:
    """The numbers of members who came back or have one ticket less."""
    back, over = set(), set()
    for event in events:
        facts = event.facts
        if event.kind in FREED or facts.get("after") == Status.ONLINE:
            back.add(event.about_id)
        elif event.kind == "ticket.assigned" and facts["before"]:
            back.add(facts["before"])
        elif event.kind == "ticket.state_changed" and facts["before"] in BUSY and facts["after"] not in BUSY:
            over.add(event.about_id)
    have = Ticket.objects.filter(pk__in=over).exclude(assignee=None).values_list("assignee", flat=True)
    return back | set(have) if over else back


def wake(members: Iterable[int], *, at: datetime) -> None:
    """Have the queues of their teams looked at; always in the same order, so that two of us never block each other."""
    through = Member.teams.through.objects.filter(member__in=members).order_by("team")
    for team in through.values_list("team", flat=True).distinct():
        _wake(team, at)


def wake_all(*, at: datetime) -> None:
    """Somebody changed who can do what, or when: look at all queues."""
    for team in Assignment.objects.order_by("pk").values_list("pk", flat=True):
        _wake(team, at)


def _wake(team: int, at: datetime) -> None:
    Assignment.objects.filter(Q(due_at=None) | Q(due_at__gt=at), pk=team).update(due_at=at)
