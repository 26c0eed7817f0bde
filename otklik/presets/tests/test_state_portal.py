"""The state portal: callbacks kept and broken, who hears of it, and Sundays, when only the automatic answer goes."""

from datetime import datetime

from otklik.lib.inbound import Sender
from otklik.sla.models import Callback
from otklik.tickets.models import Channel, Ticket

from .scene import MOSCOW, DeskTestCase, may

PHONE = "+79160000001"
TOPIC = "How to get a service"


class PortalTestCase(DeskTestCase):
    preset = "state-portal"

    def setUp(self) -> None:
        super().setUp()
        self.mailbox("Portal chat")
        self.hana = self.hire("Hana Head", "Second line")
        for name in ("Portal chat", "Portal requests", "Second line"):
            team = self.team(name)
            team.head = self.hana
            team.save(update_fields=["head"])
        self.rita = self.hire("Rita Requests", "Portal requests")

    def call(self, at: datetime, *, is_reached: bool = True) -> None:
        self.until(at)
        Callback.objects.waiting().get().call(is_reached=is_reached, by=self.rita, at=at)
        self.worker.work(at)

    def due(self, ticket: Ticket, metric: str = "callback") -> str:
        clock = ticket.clocks.going().get(metric=metric)
        return f"{clock.due_at.astimezone(MOSCOW):%d %H:%M}"


class CallbackTests(PortalTestCase):
    def test_whoever_leaves_a_number_is_called_within_fifteen_minutes(self):
        ticket = self.fills_in_form(TOPIC, may(18, 12), phone=PHONE)
        self.assertEqual(self.due(ticket), "18 12:15")
        self.assertEqual(self.told("callback.due"), [("18 12:00", "Rita")])
        self.call(may(18, 12, 14))
        self.until(may(18, 19, 59))
        self.assertEqual(self.happened("clock.met", "clock.broken"), [("18 12:14", "clock.met")])
        self.assertEqual(self.told("clock.escalated", "clock.broken"), [])

    def test_a_broken_promise_is_told_to_the_head_of_support_once(self):
        self.fills_in_form(TOPIC, may(18, 12), phone=PHONE)
        self.until(may(18, 12, 14))
        self.assertEqual(self.told("clock.escalated", "clock.broken"), [])
        self.until(may(18, 12, 40))
        self.assertEqual(self.happened("clock.broken"), [("18 12:15", "clock.broken")])
        self.assertEqual(self.told("clock.escalated", "clock.broken"), [("18 12:15", "Hana")])
        self.call(may(18, 12, 41))
        self.assertEqual(self.happened("clock.met"), [("18 12:41", "clock.met")])

    def test_a_call_in_vain_is_a_call_and_half_an_hour_later_comes_another(self):
        self.fills_in_form(TOPIC, may(18, 12), phone=PHONE)
        self.call(may(18, 12, 10), is_reached=False)
        self.until(may(18, 12, 40))
        self.assertEqual(self.happened("clock.met", "clock.broken"), [("18 12:10", "clock.met")])
        self.assertEqual(self.told("callback.due"), [("18 12:00", "Rita"), ("18 12:40", "Rita")])

    def test_after_a_call_in_vain_before_the_end_of_the_day_the_next_is_in_the_morning(self):
        self.fills_in_form(TOPIC, may(23, 17, 40), phone=PHONE)
        self.call(may(23, 17, 45), is_reached=False)
        self.until(may(25, 8, 30))
        self.assertEqual(self.told("callback.due"), [("23 17:40", "Rita"), ("25 08:00", "Rita")])

    def test_on_a_saturday_it_is_so_until_six(self):
        early = self.fills_in_form(TOPIC, may(23, 9), phone=PHONE)
        self.assertEqual(self.due(early), "23 09:15")
        self.call(may(23, 9, 15))
        late = self.fills_in_form(TOPIC, may(23, 17, 50), phone=PHONE)
        self.assertEqual(self.due(late), "25 08:05")

    def test_the_second_line_keeps_what_was_promised_before(self):
        ticket = self.fills_in_form(TOPIC, may(18, 12), phone=PHONE)
        self.until(may(18, 12, 5))
        self.now(ticket).hand_to(self.team("Second line"), by=self.rita, at=may(18, 12, 5))
        self.assertEqual((self.due(ticket), self.due(ticket, "first_answer")), ("18 12:15", "19 12:00"))
        self.until(may(18, 12, 15))
        self.assertEqual(self.told("clock.escalated", "clock.broken"), [("18 12:15", "Hana")])


class ClosedTests(PortalTestCase):
    def test_on_a_sunday_the_automatic_answer_goes_and_nobody_is_troubled(self):
        ticket = self.fills_in_form(TOPIC, may(24, 12), phone=PHONE)
        self.until(may(25, 7, 59))
        ((recipient, words),) = self.sent()
        self.assertEqual(recipient, "bea@alpha.example")
        self.assertIn("nobody is there but this automatic answer", words)
        self.assertEqual(self.told("callback.due", "clock.broken", "clock.escalated"), [])
        self.assertEqual(self.due(ticket), "25 08:15")

    def test_when_it_opens_again_somebody_is_told_to_call(self):
        self.fills_in_form(TOPIC, may(24, 12), phone=PHONE)
        self.until(may(25, 8, 15))
        self.assertEqual(self.told("callback.due"), [("25 08:00", "Rita")])
        self.assertEqual(self.told("clock.escalated"), [("25 08:15", "Hana")])

    def test_a_holiday_is_as_a_sunday_and_a_working_day_is_not(self):
        self.fills_in_form(TOPIC, may(11, 12))
        self.fills_in_form(TOPIC, may(12, 12))
        (_holiday, closed), (_day, received) = self.sent()
        self.assertIn("nobody is there but this automatic answer", closed)
        self.assertIn("You can correct it for 30 minutes", received)


class ChatTests(PortalTestCase):
    def test_a_chat_that_waits_longer_than_twelve_minutes_is_told_to_the_head(self):
        chat = Channel.objects.get(kind="chat")
        self.comes(chat, may(18, 12), sender=Sender("chat", "visitor-7", "Lev Orlov"))
        self.until(may(18, 12, 11))
        self.assertEqual(self.told("clock.escalated"), [])
        self.until(may(18, 12, 30))
        self.assertEqual(self.told("clock.escalated"), [("18 12:12", "Hana")])
