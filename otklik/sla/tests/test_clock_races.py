"""Several workers, one deadline, on a real store with real connections: each step and each break happens once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.test import TransactionTestCase

from otklik.calendars.models import Calendar
from otklik.clients.models import identify
from otklik.journal.models import Event
from otklik.lib.inbound import Inbound, Sender
from otklik.notices.models import Notice
from otklik.sla.models import Clock, Metric, Policy, Rung, Step, Target
from otklik.sla.noticing import climb, notice_due
from otklik.sla.recalculating import recalculate
from otklik.staff.models import Company, Member, Team
from otklik.testing import make_mailbox, make_member, react_to_all
from otklik.tickets.intake import receive
from otklik.tickets.models import Ticket
from otklik.tickets.replying import reply
from otklik.tickets.tests.test_races import at_once

HOUR = timedelta(hours=1)
OPENED = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Europe/Moscow"))  # a Monday
DUE = OPENED + 2 * HOUR


class ClockRaceTests(TransactionTestCase):
    def setUp(self) -> None:
        Company.objects.create(name="Demo")
        self.support, self.second = Team.objects.create(name="Support"), Team.objects.create(name="Second line")
        self.ana = make_member("Ana Belova", self.support)
        self.head = make_member("Vera Chief", role=Member.Role.SUPERVISOR)
        Team.objects.update(head=self.head)
        self.calendar = Calendar.objects.create(name="Office")
        self.policy = Policy.objects.create(name="Usual", calendar=self.calendar)
        Target.objects.create(policy=self.policy, metric=Metric.FIRST_ANSWER, length=2 * HOUR)
        for action, team in (("tell_head", None), ("raise_priority", None), ("hand_over", self.second)):
            Step.objects.create(policy=self.policy, action=action, team=team)
        with transaction.atomic():
            identify("email", "bea@alpha.example", name="Bea")
        mail = Inbound("<1@alpha.example>", Sender("email", "bea@alpha.example"), "Help")
        mailbox = make_mailbox("support@demo.example", self.support)
        self.ticket = receive(mail, channel=mailbox, at=OPENED).message.ticket

    def told(self, kind: str) -> int:
        return Event.objects.filter(kind=kind).count()

    def test_one_escalation_is_climbed_by_one_worker(self):
        climb(OPENED)
        at_once(lambda: climb(DUE))
        ticket = Ticket.objects.get(pk=self.ticket.pk)
        self.assertEqual(
            (self.told("clock.escalated"), self.told("ticket.priority_changed"), self.told("ticket.handed_over")),
            (3, 1, 1),
        )
        self.assertEqual((ticket.priority, ticket.team), (Ticket.Priority.HIGH, self.second))
        react_to_all("notices")
        self.assertEqual(Notice.objects.filter(member=self.head).count(), 1)

    def test_workers_that_lay_the_same_rungs_leave_one_of_each(self):
        at_once(lambda: climb(OPENED))
        self.assertEqual(Rung.objects.filter(due_at=DUE).count(), 3)

    def test_one_broken_promise_is_noticed_by_one_worker(self):
        at_once(lambda: notice_due(DUE))
        self.assertEqual(self.told("clock.broken"), 1)

    def test_an_answer_in_the_last_moment_is_kept_or_broken_and_never_both_in_time_and_noticed(self):
        works = iter([lambda: reply(self.ticket, by=self.ana, text="Hello", at=DUE), *[lambda: notice_due(DUE)] * 3])
        at_once(lambda: next(works)())
        clock = Clock.objects.get(metric=Metric.FIRST_ANSWER)
        met = Event.objects.get(kind="clock.met")
        self.assertTrue(clock.is_met)
        self.assertEqual(met.facts["late"], clock.broken_at is not None)
        self.assertEqual(self.told("clock.broken"), int(clock.broken_at is not None))

    def test_a_deadline_that_moves_while_workers_climb_takes_each_step_once(self):
        climb(OPENED)
        self.calendar.set_day(OPENED.date(), ((600, 660),))  # an hour on that day: the other is on the next
        works = iter([lambda: recalculate(DUE), *[lambda: climb(DUE)] * 3])
        at_once(lambda: next(works)())
        for moment in (DUE, DUE + 24 * HOUR):
            while climb(moment):
                pass
        self.assertEqual((self.told("clock.escalated"), self.told("clock.moved")), (3, 1))
