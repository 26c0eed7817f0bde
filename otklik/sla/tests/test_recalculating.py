"""What becomes of clocks when the calendar or the agreement that they were counted by changes."""

from datetime import date

from otklik.sla.models import Metric, Policy, Target
from otklik.sla.noticing import notice_due
from otklik.sla.recalculating import recalculate
from otklik.testing import kinds
from otklik.tickets.models import Ticket
from otklik.tickets.models.ticket import NEVER
from otklik.tickets.replying import reply

from .test_clocks import HOUR, PromiseTestCase, at


class RecalculatingTests(PromiseTestCase):
    def settle(self, when: str) -> None:
        while recalculate(at(when)):
            pass

    def due_of(self, ticket: Ticket):
        ticket.refresh_from_db(fields=["due_at"])
        return ticket.due_at

    def test_a_holiday_set_later_moves_what_runs(self):
        ticket = self.arrive("03-06 17:00")
        self.calendar.set_day(date(2026, 3, 9), (), label="8 March")
        self.settle("03-06 17:30")
        self.assertEqual((self.due(ticket, "first_answer"), self.due_of(ticket)), (at("03-10 10:00"),) * 2)
        self.assertEqual(kinds(ticket).count("clock.moved"), 2)

    def test_nothing_is_told_of_a_clock_that_stays(self):
        ticket = self.arrive("03-02 10:00")
        self.calendar.set_day(date(2026, 6, 12), ())
        self.settle("03-02 10:30")
        self.assertNotIn("clock.moved", kinds(ticket))
        self.assertFalse(recalculate(at("03-02 10:31")))

    def test_time_that_was_given_back_mends_a_broken_promise(self):
        ticket = self.arrive("03-02 10:00")
        notice_due(at("03-02 12:00"))
        self.calendar.set_day(date(2026, 3, 2), ((840, 1080),))
        self.settle("03-02 12:30")
        clock = self.clock(ticket, "first_answer")
        self.assertEqual((clock.due_at, clock.broken_at), (at("03-02 16:00"), None))

    def test_a_late_promise_keeps_its_deadline_when_another_day_changes(self):
        ticket = self.arrive("03-02 10:00")
        notice_due(at("03-02 13:00"))
        self.calendar.set_day(date(2026, 3, 9), ())
        self.settle("03-02 13:30")
        self.assertEqual(self.due(ticket, "first_answer"), at("03-02 12:00"))
        self.assertIsNotNone(self.clock(ticket, "first_answer").broken_at)

    def test_what_is_paused_counts_by_the_new_hours_when_it_goes_on(self):
        ticket = self.arrive("03-02 10:00")
        reply(ticket, by=self.ana, text="What model?", at=at("03-02 11:00"))
        self.calendar.set_day(date(2026, 3, 3), ())
        self.settle("03-02 11:30")
        self.assertIsNone(self.due(ticket, "resolution"))
        ticket.set_state(Ticket.State.OPEN, by=self.ana, at=at("03-02 12:00"))
        self.assertEqual(self.due(ticket, "resolution"), at("03-05 11:00"))

    def test_a_shorter_promise_holds_for_what_runs(self):
        ticket = self.arrive("03-02 10:00")
        Target.objects.filter(metric=Metric.FIRST_ANSWER).update(length=HOUR)
        Policy.touch()
        self.settle("03-02 10:30")
        self.assertEqual(self.due(ticket, "first_answer"), at("03-02 11:00"))

    def test_a_new_agreement_takes_over_what_it_covers(self):
        ticket = self.arrive("03-02 10:00")
        quick = Policy.objects.create(name="Quick", position=1, calendar=self.calendar)
        self.promise(quick, Metric.RESOLUTION, 3)
        Policy.touch()
        self.settle("03-02 10:30")
        self.assertEqual(self.due(ticket, "resolution"), at("03-02 13:00"))
        self.assertFalse(ticket.clocks.going().filter(metric="first_answer").exists())

    def test_an_agreement_out_of_force_promises_nothing_more(self):
        ticket = self.arrive("03-02 10:00")
        Policy.objects.update(is_active=False)
        Policy.touch()
        self.settle("03-02 10:30")
        self.assertFalse(ticket.clocks.going().exists())
        self.assertEqual(self.due_of(ticket), NEVER)

    def test_a_ticket_is_due_by_its_nearest_clock_that_runs(self):
        ticket = self.arrive("03-02 10:00")
        self.assertEqual(self.due_of(ticket), at("03-02 12:00"))
        reply(ticket, by=self.ana, text="What model?", then="open", at=at("03-02 11:00"))
        self.assertEqual(self.due_of(ticket), at("03-04 10:00"))
        ticket.set_state(Ticket.State.WAITING_CLIENT, by=self.ana, at=at("03-02 11:30"))
        self.assertEqual(self.due_of(ticket), NEVER)
        ticket.set_state(Ticket.State.OPEN, by=self.ana, at=at("03-02 12:30"))
        self.assertEqual(self.due_of(ticket), at("03-04 11:00"))
        ticket.set_state(Ticket.State.RESOLVED, by=self.ana, at=at("03-02 13:00"))
        self.assertEqual(self.due_of(ticket), NEVER)
