"""Promises on the screen: on the ticket, in the list, and why they are due when they are."""

from datetime import timedelta

from django.urls import reverse

from otklik.calendars.models import Calendar
from otklik.sla.models import Clock, Metric, Policy, Target
from otklik.testing import CastTestCase, make_ticket, standing_clock
from otklik.tickets.models import Ticket
from otklik.tickets.replying import reply

HOUR = timedelta(hours=1)
AROUND_THE_CLOCK = [[[0, 1440]]] * 7


class DeadlineTests(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.calendar = Calendar.objects.create(name="Always", week=AROUND_THE_CLOCK)
        cls.policy = Policy.objects.create(name="Usual", calendar=cls.calendar)
        for metric, hours in ((Metric.FIRST_ANSWER, 2), (Metric.RESOLUTION, 40)):
            Target.objects.create(policy=cls.policy, metric=metric, length=hours * HOUR)
        cls.promised = make_ticket(cls.bea, cls.mailbox, subject="Promised")

    def setUp(self) -> None:
        self.opened = self.promised.opened_at
        self.enterContext(standing_clock(self.opened + timedelta(seconds=5)))
        self.client.force_login(self.ana)

    def shift(self, back: timedelta) -> None:
        """Let the ticket's promises have begun earlier."""
        for clock in self.promised.clocks.all():
            Clock.objects.filter(pk=clock.pk).update(due_at=clock.due_at - back, started_at=clock.started_at - back)
            clock.runs.update(begin=clock.started_at - back)
        Ticket.objects.filter(pk=self.promised.pk).update(due_at=self.opened + 2 * HOUR - back)

    def shown(self) -> list[tuple[str, str]]:
        answer = self.client.get(self.promised.get_absolute_url())
        return [(deadline.state, deadline.text) for deadline in answer.context["deadlines"]]

    def pressing(self, key: str = "open"):
        answer = self.client.get(reverse("desk:queue", args=[key]))
        return answer.context["deadlines"].get(self.promised.pk)

    def test_what_runs_says_how_long_it_has(self):
        self.assertEqual(self.shown(), [("fine", "in 1 h 59 min"), ("fine", "in 1 d 15 h")])

    def test_less_than_a_quarter_is_soon(self):
        self.shift(HOUR * 1.6)
        self.assertEqual(self.shown()[0], ("soon", "in 23 min"))
        self.assertEqual(self.pressing().state, "soon")

    def test_what_ran_out_is_late_and_stands_in_its_own_list(self):
        self.shift(HOUR * 4)
        self.assertEqual(self.shown()[0], ("late", "2 h late"))
        self.assertEqual(self.pressing("overdue").state, "late")

    def test_what_waits_is_paused_and_what_was_kept_says_so(self):
        reply(self.promised, by=self.ana, text="What model?")
        self.assertEqual(self.shown(), [("kept", "Kept in 1 min"), ("paused", "Paused while waiting for the client")])
        self.assertEqual(self.pressing().text, "paused")

    def test_the_nearest_promise_is_the_one_in_the_list(self):
        self.assertEqual(self.pressing().clock.metric, "first_answer")
        answer = self.client.get(reverse("desk:queue", args=["open"]), {"sort": "deadline"})
        self.assertEqual(answer.context["tickets"].rows[0], self.promised)

    def test_why_adds_up_in_whole_sentences(self):
        clock = self.promised.clocks.get(metric="resolution")
        self.calendar.set_day((clock.started_at + timedelta(days=1)).date(), ((600, 660),), label="Inventory")
        page = self.client.get(reverse("desk:why", args=[self.promised.pk, clock.pk])).content.decode()
        for part in (
            "The agreement “Usual” covers this ticket. It promises this within 1 d 16 h of working time.",
            "the calendar “Always” says",
            "(Inventory): only 10:00–11:00 are working time.",
            "so the time runs out on",
        ):
            with self.subTest(part):
                self.assertIn(part, page)

    def test_a_ticket_without_promises_shows_none(self):
        self.assertNotContains(self.client.get(self.ticket.get_absolute_url()), "Deadlines")

    def test_deadlines_cost_the_ticket_one_query(self):
        reply(self.promised, by=self.ana, text="What model?")
        self.shown()
        with self.assertNumQueries(14):
            self.shown()
