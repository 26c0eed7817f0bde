"""The ladder: each step once, at its moment, on the deadline that holds; the receiver is told in working time."""

from datetime import datetime, timedelta

from django.core import mail
from django.db import connection

from otklik.calendars.models import Calendar
from otklik.journal.models import Event
from otklik.notices.mailing import mail_due
from otklik.notices.models import GATHERING, Notice
from otklik.sla.models import Clock, Rung, Step
from otklik.sla.models.ladder import lay
from otklik.sla.noticing import climb
from otklik.sla.tests.test_clocks import HOUR, PromiseTestCase, at
from otklik.staff.models import Member, Team
from otklik.testing import react_to_all
from otklik.tickets.models import Ticket
from otklik.tickets.replying import reply


class LadderTestCase(PromiseTestCase):
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


class LadderTests(LadderTestCase):
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

    def test_of_many_clocks_one_that_moved_meanwhile_waits_for_the_next_round(self):
        first, second = (self.clock(self.arrive(f"03-02 {hour}:00"), "first_answer") for hour in (10, 11))
        Clock.objects.filter(pk=second.pk).update(due_at=at("03-02 15:00"))
        self.assertEqual(lay([first, second]), 4)
        self.assertEqual(set(Rung.objects.values_list("clock", flat=True)), {first.pk})
        self.assertIn(second.pk, Clock.objects.to_lay().values_list("pk", flat=True))

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


class FurtherStepTests(LadderTestCase):
    """Whom else a step tells, where else it hands over, and when it is mailed."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        Step.objects.all().delete()

    def told(self) -> dict[str, datetime]:
        react_to_all("notices")
        return {notice.member.name: notice.mail_at - GATHERING for notice in Notice.objects.order_by("pk")}

    def test_a_named_member_is_told_and_so_is_everybody_of_a_team(self):
        self.step(Step.Action.TELL_MEMBER, member=self.olga)
        self.step(Step.Action.TELL_TEAM, team=self.sales)
        self.arrive("03-02 10:00")
        self.taken(at("03-02 12:00"))
        self.assertEqual(set(self.told()), {"Olga Watcher", "Omar Kotov"})

    def test_the_next_line_gets_it(self):
        Team.objects.filter(pk=self.support.pk).update(line=1)
        Team.objects.filter(pk=self.sales.pk).update(line=2)
        self.step(Step.Action.NEXT_LINE)
        ticket = self.arrive("03-02 10:00")
        self.taken(at("03-02 12:00"))
        self.assertEqual(Ticket.objects.get(pk=ticket.pk).team, self.sales)

    def test_each_is_mailed_in_their_own_working_time_unless_it_cannot_wait(self):
        vladivostok = Calendar.objects.create(name="East", time_zone="Asia/Vladivostok")
        Member.objects.filter(pk=self.omar.pk).update(calendar=vladivostok)
        self.sales.members.add(self.ana)
        self.step(Step.Action.TELL_TEAM, team=self.sales, share_percent=50)
        self.step(Step.Action.TELL_HEAD, in_working_time=False)
        self.arrive("03-02 16:00")  # first answer by 18:00
        self.taken(at("03-02 18:00"))
        # The office has just shut: Ana's waits for its morning, Omar's for his own, which is earlier.
        east = datetime.fromisoformat("2026-03-03T09:00+10:00")
        morning, at_once = at("03-03 09:00"), at("03-02 18:00")
        self.assertEqual(self.told(), {"Ana Belova": morning, "Omar Kotov": east, "Vera Chief": at_once})

    def test_twenty_at_once_are_one_mail(self):
        self.step(Step.Action.TELL_HEAD)
        for minute in range(20):
            self.arrive(f"03-02 17:{minute:02}")
            self.taken(at(f"03-02 19:{minute:02}"))  # nobody is at work
        self.taken(at("03-03 12:00"))
        react_to_all("notices")
        self.assertEqual(Notice.objects.count(), 20)
        self.assertFalse(mail_due(at("03-03 11:00")))
        while mail_due(at("03-03 12:02")):
            pass
        self.assertEqual(len(mail.outbox), 1)
        self.assertIn("20 things for you to know", mail.outbox[0].subject)

    def test_what_comes_within_the_gathering_goes_along(self):
        self.step(Step.Action.TELL_HEAD)
        for minute in ("00", "01"):
            self.arrive(f"03-02 10:{minute}")
            self.taken(at(f"03-02 12:{minute}"))
        react_to_all("notices")
        self.assertTrue(mail_due(at("03-02 12:02")))
        self.assertFalse(mail_due(at("03-02 12:05")))
        self.assertEqual(len(mail.outbox), 1)

    def test_a_step_that_is_set_later_does_not_act_on_what_has_passed(self):
        self.arrive("03-02 10:00")
        self.step(Step.Action.TELL_HEAD, share_percent=50, since=at("03-02 11:30"))
        self.step(Step.Action.TELL_HEAD, since=at("03-02 11:30"))
        self.assertEqual(len(self.taken(at("03-02 11:59"))), 0)
        self.assertEqual(len(self.taken(at("03-02 12:00"))), 1)
