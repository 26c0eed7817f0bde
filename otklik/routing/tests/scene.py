"""What tests of routing share: a team with a way, mails that come in, and the worker’s round."""

from datetime import datetime, timedelta
from typing import Any

from otklik.clients.models import Person
from otklik.journal.models import Event, Reader
from otklik.lib.inbound import Inbound, Sender
from otklik.routing.models import Assignment, Route
from otklik.routing.placing import place_due
from otklik.routing.recalling import recall_due
from otklik.routing.setup import setup
from otklik.routing.waking import Waking
from otklik.routing.watching import tell_due
from otklik.staff.models import Member, Presence, Team
from otklik.staff.turning import turn_due
from otklik.testing import CastTestCase, make_member
from otklik.tickets.intake import receive
from otklik.tickets.models import Channel, Ticket

MINUTE = timedelta(minutes=1)
NOON = datetime.fromisoformat("2026-12-02T12:00+03:00")


def set_way(team: Team, way: str = "in_turn", **rest: Any) -> Assignment:
    assignment = Assignment(team=team, **{"way": way, "minds_presence": False} | rest)
    assignment.keep(NOON)
    Assignment.objects.filter(team=team).update(sweep_at=None)
    setup.forget()
    return Assignment.objects.get(team=team)


def make_route(name: str, conditions: dict[str, Any] | None = None, **rest: Any) -> Route:
    skills = rest.pop("skills", ())
    route = Route.objects.create(name=name, conditions=conditions or {}, **rest)
    route.skills.set(skills)
    setup.forget()
    return route


def wake() -> None:
    """Let the reader go through what is new to it; the journal's own readers wait for the test's transaction to end."""
    row, _new = Reader.objects.get_or_create(name="routing")
    news = list(Event.objects.filter(pk__gt=row.event_id).order_by("pk"))
    heard = [event for event in news if event.kind in Waking.kinds]
    if heard:
        Waking().react(heard)
    if news:
        Reader.objects.filter(pk="routing").update(event_id=news[-1].pk)


def work(at: datetime) -> None:
    """All that a worker does about assignment, until nothing is left."""
    found = True
    while found:
        found = turn_due(at)
        wake()
        while place_due(at) | recall_due(at) | tell_due(at):
            found = True


class RoutingTestCase(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.oleg = make_member("Oleg Kravtsov", cls.support)
        cls.pia = make_member("Pia Lund", cls.support)
        Ticket.objects.update(state="closed")
        cls.mails = 0

    def mail(self, text: str = "Help.", *, at: datetime = NOON, client: Person | None = None, **rest: Any) -> Ticket:
        """What a mail made, before any worker saw it."""
        type(self).mails += 1
        address = (client or self.bea).addresses.get().value
        channel: Channel = rest.pop("channel", self.mailbox)
        inbound = Inbound(f"<{self.mails}@test>", Sender("email", address, "Bea"), text, **rest)
        received = receive(inbound, channel=channel, at=at)
        return Ticket.objects.get(pk=received.message.ticket_id)

    def mails_in(self, count: int, *, at: datetime = NOON, **rest: Any) -> list[Ticket]:
        return [self.mail(at=at + timedelta(seconds=number), **rest) for number in range(count)]

    def assignee(self, ticket: Ticket) -> Member | None:
        return Ticket.objects.get(pk=ticket.pk).assignee

    def why(self, ticket: Ticket) -> list[str]:
        """Why it was given or taken back, each time."""
        told = Event.objects.about(ticket).filter(kind__in=["ticket.placed", "ticket.taken_back"])
        return [event.facts["why"] for event in told]

    def arrive(self, member: Member, at: datetime = NOON) -> None:
        Presence.of(member).hear(is_active=True, at=at)
