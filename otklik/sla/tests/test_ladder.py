"""The ladder: each step once, at its moment, on the deadline that holds; the receiver is told in working time."""

from datetime import datetime, timedelta

from django.db import connection

from otklik.journal.models import Event
from otklik.notices.models import GATHERING, Notice
from otklik.sla.models import Clock, Rung, Step
from otklik.sla.noticing import climb
from otklik.sla.tests.test_clocks import HOUR, ClockTests, at
from otklik.staff.models import Member
from otklik.testing import react_to_all
from otklik.tickets.models import Ticket
from otklik.tickets.replying import reply


class LadderTests(ClockTests):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.support.head = cls.admin
        cls.support.save(update_fields=["head"])
        Member.objects.filter(pk=cls.ana.pk).update(manager=cls.omar)
        cls.step(Step.Action.TELL_ASSIGNEE, share_percent=50)
        cls.step(Step.Action.TELL_MANAGER)
        cls.step(Step.Action.RAISE_PRIORITY)
        cls.step(Step.Action.HAND_OVER, plus=2 * HOUR, team=cls.sales)

    @classmethod
    def step(cls, action: str, **rest) -> Step:
        return Step.objects.create(policy=cls.usual, metric="first_answer", action=action, **rest)

    def taken(self, when: datetime) -> list[str]:
        while climb(when):
            pass
        return list(Event.objects.filter(kind="clock.escalated").order_by("id").values_list("facts__action", flat=True))

    def test_steps_are_taken_at_their_moments_and_once(self):
        ticket = self.arrive("03-02 10:00")
        ticket.assign_to(self.ana, by=self.admin, at=at("03-02 10:05"))
        self.assertEqual(self.taken(at("03-02 10:59")), [])
        self.assertEqual(self.taken(at("03-02 11:00")), ["tell_assignee"])
        self.assertEqual(self.taken(at("03-02 12:00")), ["tell_assignee", "tell_manager", "raise_priority"])
        self.assertEqual(len(self.taken(at("03-02 14:00"))), 4)
        self.assertEqual(len(self.taken(at("03-05 14:00"))), 4)
        fresh = Ticket.objects.get(pk=ticket.pk)
        self.assertEqual((fresh.priority, fresh.team), (Ticket.Priority.HIGH, self.sales))

    def test_whoever_a_step_names_is_told(self):
        ticket = self.arrive("03-02 10:00")
        ticket.assign_to(self.ana, by=self.admin, at=at("03-02 10:05"))
        self.taken(at("03-02 12:00"))
        told = list(Event.objects.filter(kind="clock.escalated").order_by("id").values_list("facts__told", flat=True))
        self.assertEqual(told, [self.ana.pk, self.omar.pk, None])

    def test_where_there_is_nobody_the_head_of_the_team_is_told(self):
        self.arrive("03-02 10:00")
        self.taken(at("03-02 11:00"))
        self.assertEqual(Event.objects.get(kind="clock.escalated").facts["told"], self.admin.pk)

    def test_a_kept_promise_climbs_no_further(self):
        ticket = self.arrive("03-02 10:00")
        self.taken(at("03-02 11:00"))
        reply(ticket, by=self.ana, text="Hello", at=at("03-02 11:30"))
        self.assertEqual(self.taken(at("03-02 18:00")), ["tell_assignee"])
        self.assertFalse(Rung.objects.due(at("03-09 18:00")).exists())

    def test_a_moved_deadline_moves_the_steps_that_are_ahead(self):
        ticket = self.arrive("03-02 10:00")
        self.taken(at("03-02 11:00"))
        clock = self.clock(ticket, "first_answer")
        target = self.usual.targets.get(metric="first_answer")
        target.length = 6 * HOUR
        clock.promise(self.usual, target, by=None, at=at("03-02 11:00"))
        self.assertEqual(self.taken(at("03-02 15:59")), ["tell_assignee"])
        self.assertEqual(self.taken(at("03-02 16:00")), ["tell_assignee", "tell_manager", "raise_priority"])

    def test_at_night_the_mail_waits_for_the_morning(self):
        self.step(Step.Action.TELL_HEAD, plus=timedelta())
        self.arrive("03-02 16:00")
        self.taken(at("03-02 23:00"))
        react_to_all("notices")
        first = Notice.objects.order_by("pk").first()
        self.assertEqual(first.mail_at, at("03-03 09:00") + GATHERING)

    def test_clocks_without_anything_to_lay_cost_one_look_at_an_empty_index(self):
        self.arrive("03-02 10:00")
        self.taken(at("03-02 10:00"))
        plan = Clock.objects.to_lay().explain()
        self.assertIn("clock_to_lay" if connection.vendor == "sqlite" else "", plan)
        with self.assertNumQueries(2):
            self.assertFalse(climb(at("03-02 10:01")))
