"""Rules that wait for a time: what is so then counts, and what happened again begins anew."""

from datetime import datetime

from django.utils.timezone import now

from otklik.calendars.models import Calendar
from otklik.rules.models import Occasion, RuleRun
from otklik.tickets.models import Ticket
from otklik.tickets.replying import reply

from .scene import HOUR, RulesTestCase, is_, make_rule

CLOSE = {"do": "state", "value": "closed"}


class TimerTests(RulesTestCase):
    def closing(self, **rest):
        waiting = is_("state", "waiting_client")
        return make_rule("Close", "message.sent", do=[CLOSE], after=72 * HOUR, conditions=waiting, **rest)

    def answered(self, at: datetime) -> None:
        reply(self.ticket, by=self.ana, text="Is it still burning?", at=at)

    def state(self) -> str:
        return Ticket.objects.get(pk=self.ticket.pk).state

    def test_it_acts_when_the_time_is_over_and_not_before(self):
        self.closing()
        start = now()
        self.answered(start)
        self.work(start + 71 * HOUR)
        self.assertEqual(self.state(), "waiting_client")
        self.work(start + 72 * HOUR)
        self.assertEqual(self.state(), "closed")
        self.assertFalse(Occasion.objects.exists())

    def test_what_changed_meanwhile_makes_it_moot(self):
        rule = self.closing()
        start = now()
        self.answered(start)
        self.ticket.set_state("open", by=self.ana)
        self.work(start + 72 * HOUR)
        self.assertEqual((self.state(), self.outcomes(rule)), ("open", ["would_not"]))

    def test_the_same_again_begins_anew(self):
        self.closing()
        start = now()
        self.answered(start)
        self.answered(start + 24 * HOUR)
        self.work(start + 72 * HOUR)
        self.assertEqual((self.state(), RuleRun.objects.count()), ("waiting_client", 0))
        self.work(start + 96 * HOUR)
        self.assertEqual(self.state(), "closed")

    def test_one_that_was_switched_off_meanwhile_does_nothing(self):
        rule = self.closing()
        start = now()
        self.answered(start)
        self.work(start)
        rule.switch_off(by=self.admin)
        self.work(start + 72 * HOUR)
        self.assertEqual(self.state(), "waiting_client")

    def test_one_that_was_switched_off_and_on_again_begins_with_what_comes_then(self):
        rule = self.closing()
        start = now()
        self.answered(start)
        self.work(start)
        rule.switch_off(by=self.admin)
        rule.switch_on(by=self.admin, at=start + HOUR)
        self.work(start + 72 * HOUR)
        self.assertEqual(self.state(), "waiting_client")

    def test_time_may_be_counted_by_a_calendar(self):
        office = Calendar.objects.create(name="Office")  # Monday to Friday, nine hours a day, Moscow
        rule = make_rule("Slow", "message.sent", do=[CLOSE], after=9 * HOUR, counted_by=f"calendar:{office.pk}")
        friday = datetime.fromisoformat("2026-11-20T10:00+03:00")
        self.answered(friday)
        self.work(friday)
        self.assertEqual(rule.occasions.get().due_at, datetime.fromisoformat("2026-11-23T10:00+03:00"))

    def test_a_calendar_that_is_gone_holds_up_nobody_else(self):
        lost = make_rule("Lost", "message.sent", do=[CLOSE], after=9 * HOUR, counted_by="calendar:999")
        other = make_rule("Other", "message.sent", do=[{"do": "tag", "value": "sent"}])
        self.answered(now())
        self.work()
        lost.refresh_from_db()
        self.assertEqual((self.outcomes(other), lost.switched_off_why), (["did"], "no_calendar"))
