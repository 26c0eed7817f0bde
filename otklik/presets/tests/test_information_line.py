"""The information service: a chat that outgrows its line is handed on with phone and e-mail, and answered by mail."""

from typing import Any

from django.urls import reverse

from otklik.channels.chat.models import Visitor
from otklik.channels.chat.showing import talk_of
from otklik.channels.chat.talking import Said, begin, say
from otklik.testing import standing_clock
from otklik.tickets.models import Channel, Message, Ticket

from .scene import MOSCOW, DeskTestCase, may

CHECKED = {"phone": "8 916 000-00-01", "email": "lev@alpha.example", "confirmed": "on"}


class HandedOnTests(DeskTestCase):
    preset = "information-line"

    def setUp(self) -> None:
        super().setUp()
        self.mailbox("Hotline")
        self.ana = self.hire("Ana Chat", "Chat")
        self.egor = self.hire("Egor Hotline", "Hotline")
        self.until(may(18, 10))
        with standing_clock(may(18, 10)):
            chat = Channel.objects.get(kind="chat")
            self.visitor = begin(chat, {"name": "Lev Orlov"}, language="en", network="198.51.100.7")
            self.ticket = self.says("Which form do I need?").ticket
        self.worker.work(may(18, 10))

    def says(self, text: str) -> Message:
        visitor = Visitor.objects.get(pk=self.visitor.pk)
        return say(visitor, Said(id=text.encode().hex()[:32], text=text), network="198.51.100.7").message

    def page(self) -> dict[str, Any]:
        """What the visitor's window shows."""
        return talk_of(Visitor.objects.get(pk=self.visitor.pk), at=self.clock)

    def hand(self, team: str, minute: int, said: dict[str, Any]) -> Any:
        url = reverse("desk:hand_over", args=[self.ticket.pk])
        with self.at_the_desk(self.ana, may(18, 10, minute)):
            return self.client.post(f"{url}?team={self.team(team).pk}", said)

    def dues(self) -> dict[str, str]:
        clocks = Ticket.objects.get().clocks.going()
        return {clock.metric: f"{clock.due_at.astimezone(MOSCOW):%d %H:%M}" for clock in clocks if clock.due_at}

    def test_the_chat_promises_fifteen_minutes_and_its_head_hears_when_they_are_over(self):
        self.assertEqual(self.dues(), {"first_answer": "18 10:15"})
        self.until(may(18, 10, 15))
        self.assertEqual(self.happened("clock.broken"), [("18 10:15", "clock.broken")])
        # At 70 %, where nobody has the ticket yet, and at the end.
        self.assertEqual(self.told("clock.escalated"), [("18 10:10", "Vera"), ("18 10:15", "Vera")])

    def test_in_the_chat_the_answer_is_on_the_visitors_page_and_keeps_the_promise(self):
        self.answers(self.ticket, self.ana, may(18, 10, 14))
        self.assertEqual(self.sent(), [])  # no mail: it went to the page
        self.assertEqual([each["html"] for each in self.page()["messages"]],
                         ["<p>Which form do I need?</p>", "<p>It is done.</p>"])  # fmt: skip
        self.assertEqual(self.happened("clock.met"), [("18 10:14", "clock.met")])

    def test_without_phone_and_e_mail_no_line_takes_it(self):
        for minute, team in enumerate(("Hotline", "Consultation line", "Partners"), 1):
            for missing in CHECKED:
                with self.subTest(team, missing=missing):
                    self.assertContains(self.hand(team, minute, CHECKED | {missing: ""}), "errorlist")
        self.assertEqual(self.now(self.ticket).team.name, "Chat")
        self.assertEqual(self.happened("ticket.handed_over"), [])
        self.assertFalse(self.now(self.ticket).client.addresses.exclude(kind="chat").exists())

    def test_with_both_the_hotline_takes_it_and_answers_by_mail_within_a_working_day(self):
        self.hand("Hotline", 5, CHECKED)
        self.assertEqual(self.happened("ticket.handed_over"), [("18 10:05", "ticket.handed_over")])
        # Eight hours from the question, and from the hand-over, of a day from 9 to 17.
        self.assertEqual(self.dues(), {"first_answer": "19 10:00", "in_team": "19 10:05"})
        ((told, words),) = self.sent()
        self.assertEqual(told, "lev@alpha.example")
        self.assertIn("Working days that it takes at most: 1.", words)
        self.answers(self.ticket, self.egor, may(19, 9, 59), then="resolved")
        (_told, (address, answer)) = self.sent()
        self.assertEqual(address, "lev@alpha.example")
        self.assertIn("It is done.", answer)
        self.assertEqual(self.page()["by_mail"], "l…@alpha.example")
        self.assertEqual(len(self.page()["messages"]), 1)  # the answer is for whoever has that e-mail
        self.until(may(25, 17))
        self.assertEqual(self.happened("clock.broken"), [])
        self.assertEqual(len(self.happened("clock.met")), 2)

    def test_the_consultation_line_has_three_working_days_and_its_head_hears_of_a_late_answer(self):
        self.hire("Faina Expert", "Consultation line")
        self.hand("Consultation line", 5, CHECKED)
        self.assertEqual(self.dues(), {"first_answer": "21 10:00", "in_team": "21 10:05"})
        ((_told, words),) = self.sent()
        self.assertIn("Working days that it takes at most: 3.", words)
        self.until(may(21, 10, 5))
        broken = [("21 10:00", "clock.broken"), ("21 10:05", "clock.broken")]
        self.assertEqual(self.happened("clock.broken"), broken)
        self.assertEqual(self.told("clock.escalated")[-2:], [("21 10:00", "Vera"), ("21 10:05", "Vera")])

    def test_to_partners_it_has_five_working_days(self):
        self.hand("Partners", 5, CHECKED)
        self.assertEqual(self.dues(), {"first_answer": "25 10:00", "in_team": "25 10:05"})
