"""Promises on real tickets: begun, stopped while it is not our turn, moved, kept, broken."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from otklik.calendars.models import Calendar, _laid_out
from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.lib.inbound import Inbound, Sender
from otklik.sla.models import Clock, Metric, Policy, Target
from otklik.sla.noticing import notice_due
from otklik.testing import CastTestCase, kinds
from otklik.tickets.intake import receive
from otklik.tickets.merging import merge, separate
from otklik.tickets.models import Ticket
from otklik.tickets.replying import reply
from otklik.tickets.undoing import undo

MOSCOW = ZoneInfo("Europe/Moscow")
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=MOSCOW)


class PromiseTestCase(CastTestCase):
    """An office with a usual agreement, and tickets that arrive at a time."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.calendar = Calendar.objects.create(name="Office")
        cls.usual = Policy.objects.create(name="Usual", position=9, calendar=cls.calendar)
        cls.promise(cls.usual, Metric.FIRST_ANSWER, 2)
        cls.promise(cls.usual, Metric.NEXT_ANSWER, 4)
        cls.promise(cls.usual, Metric.RESOLUTION, 18)
        cls.promise(cls.usual, Metric.RESOLUTION, 4, priority=Ticket.Priority.CRITICAL)

    def setUp(self) -> None:
        # Each test's changes are rolled back, so the same version of a calendar comes again with other days.
        _laid_out.cache_clear()

    @classmethod
    def promise(cls, policy: Policy, metric: str, hours: float, **rest) -> Target:
        return Target.objects.create(policy=policy, metric=metric, length=hours * HOUR, **rest)

    def arrive(self, when: str, **rest) -> Ticket:
        mail = {"external_id": f"<{when}@alpha.example>", "sender": Sender("email", "bea@alpha.example"), "text": "x"}
        return receive(Inbound(**mail | rest), channel=self.mailbox, at=at(when)).message.ticket

    def clock(self, ticket: Ticket, metric: str) -> Clock:
        return ticket.clocks.filter(metric=metric).latest("pk")

    def due(self, ticket: Ticket, metric: str) -> datetime | None:
        return self.clock(ticket, metric).due_at


class ClockTests(PromiseTestCase):
    def test_a_ticket_is_opened_with_its_clocks(self):
        ticket = self.arrive("03-02 16:30")  # a Monday
        self.assertEqual(self.due(ticket, "first_answer"), at("03-03 09:30"))
        self.assertEqual(self.due(ticket, "resolution"), at("03-04 16:30"))
        self.assertFalse(ticket.clocks.filter(metric="in_team").exists())

    def test_no_policy_no_clocks(self):
        Policy.objects.update(is_active=False)
        self.assertFalse(self.arrive("03-02 16:30").clocks.exists())

    def test_the_first_policy_that_fits_is_in_force(self):
        vip = Policy.objects.create(
            name="VIP", position=1, calendar=self.calendar, conditions={"organisation": [str(self.alpha.pk)]}
        )
        self.promise(vip, Metric.FIRST_ANSWER, 0.5)
        self.assertEqual(self.due(self.arrive("03-02 10:00"), "first_answer"), at("03-02 10:30"))
        stranger = self.arrive("03-02 11:00", sender=Sender("email", "x@else.example"))
        self.assertEqual(self.due(stranger, "first_answer"), at("03-02 13:00"))

    def test_the_first_answer_keeps_its_promise_in_time_or_late(self):
        cases = (("03-02 10:00", "03-02 11:59", False), ("03-03 10:00", "03-03 12:01", True))
        for opened, answered, late in cases:
            with self.subTest(answered=answered):
                ticket = self.arrive(opened)
                reply(ticket, by=self.ana, text="Hello", at=at(answered))
                clock = self.clock(ticket, "first_answer")
                self.assertEqual((clock.is_met, clock.broken_at is not None), (True, late))
                self.assertIn("clock.met", kinds(ticket))

    def test_an_answer_that_was_taken_back_kept_nothing(self):
        ticket = self.arrive("03-02 10:00")
        sent, left = at("03-02 11:00"), at("03-02 11:01")
        answer = reply(ticket, by=self.ana, text="Hello", at=sent, send_at=left)
        self.assertTrue(undo(answer, by=self.ana, at=sent + timedelta(seconds=5)))
        self.assertEqual(self.due(ticket, "first_answer"), at("03-02 12:00"))
        self.assertEqual(ticket.clocks.filter(metric="first_answer").count(), 1)
        reply(ticket, by=self.ana, text="Hello again", at=at("03-02 12:30"))
        self.assertIsNotNone(self.clock(ticket, "first_answer").broken_at)

    def test_waiting_for_the_client_does_not_count(self):
        ticket = self.arrive("03-02 10:00")
        reply(ticket, by=self.ana, text="What model?", at=at("03-02 11:00"))
        self.assertIsNone(self.due(ticket, "resolution"))
        self.arrive("03-04 12:00", replies_to=(ticket.messages.first().external_id,))
        # One hour had counted; seventeen are left from Wednesday noon: six, nine, two.
        self.assertEqual(self.due(ticket, "resolution"), at("03-06 11:00"))
        self.assertEqual(self.due(ticket, "next_answer"), at("03-04 16:00"))

    def test_a_second_message_of_the_client_does_not_move_the_next_answer(self):
        ticket = self.arrive("03-02 10:00")
        first = ticket.messages.first().external_id
        reply(ticket, by=self.ana, text="What model?", at=at("03-02 11:00"))
        self.arrive("03-02 12:00", replies_to=(first,))
        self.arrive("03-02 13:00", replies_to=(first,))
        self.assertEqual(self.due(ticket, "next_answer"), at("03-02 16:00"))

    def test_before_the_first_answer_no_next_one_is_promised(self):
        ticket = self.arrive("03-02 10:00")
        self.arrive("03-02 10:30", replies_to=(ticket.messages.first().external_id,))
        self.assertFalse(ticket.clocks.filter(metric="next_answer").exists())

    def test_another_priority_moves_the_deadline_and_keeps_what_has_counted(self):
        ticket = self.arrive("03-02 10:00")
        ticket.set_priority(Ticket.Priority.CRITICAL, by=self.ana, at=at("03-02 11:00"))
        self.assertEqual(self.due(ticket, "resolution"), at("03-02 14:00"))
        moved = Event.objects.get(kind="clock.moved")
        self.assertIn("→", narrate([moved])[0].sentence)

    def test_a_promise_that_is_used_up_already_is_due_at_once(self):
        ticket = self.arrive("03-02 10:00")
        ticket.set_priority(Ticket.Priority.CRITICAL, by=self.ana, at=at("03-03 11:00"))
        self.assertEqual(self.due(ticket, "resolution"), at("03-03 11:00"))

    def test_resolving_keeps_the_resolution_and_drops_unneeded_answers(self):
        ticket = self.arrive("03-02 10:00")
        ticket.set_state("resolved", by=self.ana, at=at("03-02 11:00"))
        self.assertTrue(self.clock(ticket, "resolution").is_met)
        self.assertFalse(self.clock(ticket, "first_answer").is_met)
        self.assertFalse(ticket.clocks.going().exists())

    def test_reopening_promises_the_resolution_anew(self):
        ticket = self.arrive("03-02 10:00")
        ticket.set_state("resolved", by=self.ana, at=at("03-02 11:00"))
        ticket.reopen(by=self.bea, at=at("03-03 09:00"))
        self.assertEqual(self.due(ticket, "resolution"), at("03-04 18:00"))

    def test_a_merged_ticket_promises_nothing_and_kept_nothing(self):
        ticket = self.arrive("03-02 10:00")
        merge(ticket, self.other, by=self.ana, at=at("03-02 11:00"))
        self.assertEqual(set(ticket.clocks.values_list("is_met", "due_at")), {(False, None)})

    def test_a_merging_that_is_taken_back_stopped_nothing(self):
        ticket = self.arrive("03-02 10:00")
        before = set(ticket.clocks.values_list("metric", "due_at"))
        merge(ticket, self.other, by=self.ana, at=at("03-02 11:00"))
        separate(ticket, by=self.ana, at=at("03-02 13:00"))
        self.assertEqual(set(ticket.clocks.going().values_list("metric", "due_at")), before)

    def test_time_in_a_team_begins_anew_with_each_team(self):
        self.promise(self.usual, Metric.IN_TEAM, 3)
        ticket = self.arrive("03-02 10:00")
        ticket.hand_to(self.sales, by=self.ana, at=at("03-02 12:00"))
        self.assertEqual(self.due(ticket, "in_team"), at("03-02 15:00"))
        self.assertEqual(ticket.clocks.filter(metric="in_team").count(), 2)

    def test_a_policy_that_covers_no_more_drops_its_clocks(self):
        Policy.objects.filter(pk=self.usual.pk).update(conditions={"type": ["question"]})
        ticket = self.arrive("03-02 10:00")
        ticket.set_type("incident", by=self.ana, at=at("03-02 11:00"))
        self.assertFalse(ticket.clocks.going().exists())

    def test_a_broken_promise_is_noticed_once(self):
        ticket = self.arrive("03-02 10:00")
        self.assertFalse(notice_due(at("03-02 11:59")))
        self.assertTrue(notice_due(at("03-02 12:00")))
        self.assertFalse(notice_due(at("03-02 12:01")))
        self.assertEqual(kinds(ticket).count("clock.broken"), 1)

    def test_a_holiday_set_later_counts_for_what_begins_later(self):
        self.calendar.set_day(date(2026, 3, 9), (), label="8 March")
        self.assertEqual(self.due(self.arrive("03-06 17:00"), "first_answer"), at("03-10 10:00"))
        self.calendar.clear_day(date(2026, 3, 9))
        self.assertEqual(self.due(self.arrive("03-06 17:30"), "first_answer"), at("03-09 10:30"))

    def test_why_adds_up_to_the_promise_over_pauses(self):
        ticket = self.arrive("03-02 10:00")
        reply(ticket, by=self.ana, text="What model?", at=at("03-02 11:00"))
        self.arrive("03-04 12:00", replies_to=(ticket.messages.first().external_id,))
        clock = self.clock(ticket, "resolution")
        parts = clock.why(datetime(2026, 3, 5, tzinfo=UTC))
        self.assertEqual(sum((part.length for part in parts), timedelta()), 18 * HOUR)
        self.assertEqual(len(parts), 4)
