"""Several workers and real connections: nobody is given one ticket too many, and nobody is passed over."""

from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.test import TransactionTestCase

from otklik.clients.models import identify
from otklik.journal.models import Event
from otklik.routing.models import Turn, Wait
from otklik.routing.placing import place_due
from otklik.routing.recalling import recall_due
from otklik.routing.setup import setup
from otklik.routing.watching import tell_due
from otklik.staff.models import Company, Member, Presence, Status, Team
from otklik.testing import make_mailbox, make_member, make_ticket
from otklik.tickets.models import Ticket
from otklik.tickets.tests.test_races import at_once

from .scene import NOON, set_way


class RoutingRaceTests(TransactionTestCase):
    def setUp(self) -> None:
        setup.forget()
        self.addCleanup(setup.forget)
        Company.objects.create(name="Demo")
        self.support, self.sales = Team.objects.create(name="Support"), Team.objects.create(name="Sales")
        self.members = [make_member(name, self.support) for name in ("Ana B", "Oleg K", "Pia L", "Rita S")]
        self.boxes = [make_mailbox("a@demo.example", self.support), make_mailbox("b@demo.example", self.sales)]
        with transaction.atomic():
            self.bea = identify("email", "bea@alpha.example", name="Bea")

    def open_tickets(self, count: int, box: int = 0) -> None:
        for _number in range(count):
            make_ticket(self.bea, self.boxes[box])
        Wait.objects.update(due_at=NOON)

    def drain(self) -> None:
        def work() -> None:
            while place_due(NOON):
                pass

        at_once(work)
        # A worker that finds a team in another's hands leaves it to them, and may be the last to look.
        while place_due(NOON):
            pass

    def shares(self) -> list[int]:
        return sorted(Counter(Ticket.objects.exclude(assignee=None).values_list("assignee", flat=True)).values())

    def test_in_turn_is_exact_among_workers(self):
        set_way(self.support)
        self.open_tickets(42)
        self.drain()
        self.assertEqual(self.shares(), [10, 10, 11, 11])
        self.assertEqual(Event.objects.filter(kind="ticket.placed").count(), 42)
        self.assertEqual(sorted(Turn.objects.values_list("number", flat=True)), [39, 40, 41, 42])

    def test_it_goes_on_fairly_where_the_last_worker_stopped(self):
        set_way(self.support)
        self.open_tickets(6)
        self.drain()
        self.open_tickets(6)
        self.drain()
        self.assertEqual(self.shares(), [3, 3, 3, 3])

    def test_the_least_loaded_are_levelled(self):
        set_way(self.support, "least_loaded")
        self.open_tickets(41)
        self.drain()
        self.assertEqual(self.shares(), [10, 10, 10, 11])

    def test_nobody_exceeds_the_limit_not_even_among_teams(self):
        for member in self.members:
            member.teams.set([self.support, self.sales])
        Member.objects.update(ticket_limit=3)
        set_way(self.support)
        set_way(self.sales, "least_loaded")
        self.open_tickets(10, 0)
        self.open_tickets(10, 1)
        self.drain()
        self.assertEqual(self.shares(), [3, 3, 3, 3])
        self.assertEqual(Wait.objects.count(), 8)

    def test_whoever_takes_it_by_hand_meanwhile_keeps_it(self):
        set_way(self.support)
        for _round in range(5):
            ticket = make_ticket(self.bea, self.boxes[0])
            Wait.objects.update(due_at=NOON)
            self.race_for(ticket, self.members[3])
            self.assertEqual(Wait.objects.count(), 0)
            told = Event.objects.about(ticket).filter(kind="ticket.assigned").values_list("facts__after", flat=True)
            self.assertEqual(Ticket.objects.get(pk=ticket.pk).assignee_id, list(told)[-1])

    def race_for(self, ticket: Ticket, member: Member) -> None:
        works = iter([lambda: place_due(NOON), lambda: take(ticket, member), *[lambda: place_due(NOON)] * 2])
        at_once(lambda: next(works)())

    def test_a_ticket_is_taken_back_once(self):
        ana = self.members[0]
        ticket = make_ticket(self.bea, self.boxes[0])
        ticket.assign_to(ana, by=None, at=NOON)
        ana.deactivate(by=None, at=NOON)
        at_once(lambda: recall_due(NOON))
        self.assertEqual(Event.objects.filter(kind="ticket.taken_back").count(), 1)

    def test_an_untaken_ticket_is_told_once(self):
        set_way(self.support, "by_hand", taken_within=timedelta(minutes=1))
        make_ticket(self.bea, self.boxes[0])
        Wait.objects.update(tell_at=NOON)
        self.assertEqual(sorted(at_once(lambda: tell_due(NOON))), [False, False, False, True])
        self.assertEqual(Event.objects.filter(kind="ticket.unnoticed").count(), 1)

    def test_one_presence_is_told_once_by_many_tabs(self):
        ana = self.members[0]
        at_once(lambda: Presence.of(ana).hear(is_active=True, at=NOON))
        self.assertEqual(Event.objects.filter(kind="member.presence_changed").count(), 1)
        gone = Presence.of(ana)
        at_once(gone.settle)
        self.assertEqual(Presence.of(ana).status, Status.OFFLINE)
        self.assertEqual(Event.objects.filter(kind="member.presence_changed").count(), 2)


def take(ticket: Ticket, member: Member) -> bool:
    return Ticket.objects.get(pk=ticket.pk).assign_to(member, by=member)
