"""The shop: orders round the clock, everything else in business hours; one team of three answers."""

from otklik.tickets.models import Ticket

from .scene import MOSCOW, DeskTestCase, may


class ShopTests(DeskTestCase):
    preset = "shop"

    def setUp(self) -> None:
        super().setUp()
        self.box = self.mailbox("Shop")
        self.zoya, *_others = (self.hire(f"{name} Seller", "Shop") for name in ("Zoya", "Yan", "Xenia"))

    def dues(self, ticket: Ticket) -> dict[str, tuple[str, str]]:
        """By which agreement what is due when."""
        clocks = ticket.clocks.going().select_related("policy")
        return {one.metric: (one.policy.name[:6], f"{one.due_at.astimezone(MOSCOW):%d %H:%M}") for one in clocks}

    def test_an_order_is_answered_within_an_hour_at_night_and_on_a_holiday(self):
        ticket = self.comes(self.box, may(9, 3), subject="Where is my parcel?")
        self.assertEqual(self.dues(ticket), {"first_answer": ("Orders", "09 04:00")})
        self.assertEqual(self.sent(), [])
        self.answers(ticket, self.zoya, may(9, 3, 50))
        self.assertEqual(self.happened("clock.met", "clock.broken"), [("09 03:50", "clock.met")])

    def test_an_order_that_nobody_answers_is_told_to_the_head_in_the_same_night(self):
        self.comes(self.box, may(10, 23, 30), subject="Order 15")
        self.until(may(11, 1))
        # At 70 per cent of the hour, where nobody has it, and at its end.
        self.assertEqual(self.told("clock.escalated"), [("11 00:12", "Vera"), ("11 00:30", "Vera")])

    def test_a_head_who_has_the_order_is_told_once_at_each_step(self):
        team = self.team("Shop")
        team.head = self.zoya
        team.save(update_fields=["head"])
        ticket = self.comes(self.box, may(10, 23, 30), subject="Order 15")
        self.now(ticket).assign_to(self.zoya, by=self.zoya, at=may(10, 23, 30))
        self.until(may(11, 1))
        told = self.told("clock.broken", "clock.escalated")
        self.assertEqual(told, [("11 00:12", "Zoya"), ("11 00:30", "Zoya")])

    def test_a_mail_that_is_no_order_waits_for_business_hours_and_is_told_so(self):
        ticket = self.comes(self.box, may(15, 18), subject="Do you sell gloves?")
        # One hour on Friday, three on Monday.
        self.assertEqual(self.dues(ticket), {"first_answer": ("Everyt", "18 13:00")})
        self.assertEqual(self.sent(), [])
        night = self.comes(self.box, may(16, 2), subject="Do you sell hats?")
        self.assertEqual(self.dues(night), {"first_answer": ("Everyt", "18 14:00")})
        ((recipient, words),) = self.sent()
        self.assertEqual(recipient, "bea@alpha.example")
        self.assertIn("will answer in business hours, Monday to Friday from 10 to 19", words.replace("=\n", ""))
        self.until(may(18, 9, 59))
        self.assertEqual(self.told("clock.escalated", "clock.broken"), [])
        self.until(may(18, 14))
        self.assertEqual(self.happened("clock.broken"), [("18 13:00", "clock.broken"), ("18 14:00", "clock.broken")])

    def test_what_has_no_subject_as_in_a_messenger_is_an_order_by_its_text(self):
        ticket = self.comes(self.box, may(9, 3), text="Good night! When does my order 15 come?")
        self.assertEqual(self.dues(ticket), {"first_answer": ("Orders", "09 04:00")})
        self.assertEqual(self.sent(), [])

    def test_what_turns_out_to_be_an_order_is_looked_after_at_once(self):
        ticket = self.comes(self.box, may(16, 2), subject="Hello")
        self.until(may(16, 2, 20))
        self.now(ticket).tag("order", by=self.zoya, at=may(16, 2, 20))
        # Of the business hours nothing had counted.
        self.assertEqual(self.dues(ticket), {"first_answer": ("Orders", "16 03:20")})

    def test_the_next_answer_about_an_order_is_promised_too(self):
        ticket = self.comes(self.box, may(16, 2), subject="Order 15")
        self.answers(ticket, self.zoya, may(16, 2, 30))
        again = self.comes(self.box, may(17, 4), text="And when?", ticket_number=ticket.pk)
        self.assertEqual(again, ticket)
        self.assertEqual(self.dues(ticket), {"next_answer": ("Orders", "17 05:00")})

    def test_the_form_knows_an_order_by_its_topic_and_a_return_is_none(self):
        order = self.fills_in_form("My order", may(16, 2), order="15")
        self.assertEqual(self.dues(order), {"first_answer": ("Orders", "16 03:00")})
        back = self.fills_in_form("Return or exchange", may(16, 3), order="15")
        self.assertEqual(self.dues(back), {"first_answer": ("Everyt", "18 14:00")})
        ((_recipient, words),) = self.sent()
        self.assertIn(str(back.number), words)
