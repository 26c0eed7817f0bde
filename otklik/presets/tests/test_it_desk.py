"""The IT help desk: who is told when a ticket is late, the way up the lines, and promises by category."""

from datetime import timedelta

from django.urls import reverse

from otklik.staff.models import Member
from otklik.tickets.errors import NotFilledIn
from otklik.tickets.models import Channel, Ticket

from .scene import MOSCOW, DeskTestCase, may

TOLD = ("clock.broken", "clock.escalated")


class ItDeskTestCase(DeskTestCase):
    preset = "it-desk"

    def setUp(self) -> None:
        super().setUp()
        self.mara = self.hire("Mara Boss", "Escalation", role=Member.Role.SUPERVISOR)
        self.ian = self.hire("Ian First", "First line", manager=self.mara)
        self.form = Channel.objects.get(kind="webform", address="it")
        self.mailbox("First line")


class LadderTests(ItDeskTestCase):
    def test_the_assignee_then_the_manager_then_the_escalation_team_each_once(self):
        ticket = self.comes(self.form, may(18, 10), type="incident")
        self.until(may(18, 10, 5))
        self.now(ticket).assign_to(self.ian, by=self.ian, at=may(18, 10, 5))
        self.until(may(18, 11, 59))
        self.assertEqual(self.told(*TOLD), [])
        self.until(may(18, 13, 59))
        # Two hours for the first answer; half an hour after that.
        self.assertEqual(self.told(*TOLD), [("18 12:00", "Ian"), ("18 12:30", "Mara")])
        self.assertEqual(self.now(ticket).team.name, "First line")
        self.until(may(20, 12))
        self.assertEqual(self.told(*TOLD), [("18 12:00", "Ian"), ("18 12:30", "Mara")])
        self.assertEqual(self.happened("ticket.handed_over"), [("18 14:00", "ticket.handed_over")])
        late = self.now(ticket)
        self.assertEqual((late.team.name, late.assignee), ("Escalation", None))

    def test_what_is_answered_in_time_but_not_resolved_climbs_at_its_own_deadline(self):
        ticket = self.comes(self.form, may(18, 10), type="incident")
        self.answers(ticket, self.ian, may(18, 11, 59), then="open")
        self.until(may(21, 13))
        # 27 hours: eight on Monday, nine on Tuesday, nine on Wednesday, one on Thursday.
        self.assertEqual(self.told(*TOLD), [("21 10:00", "Ian"), ("21 10:30", "Mara")])
        self.assertEqual(self.happened("ticket.handed_over"), [("21 12:00", "ticket.handed_over")])

    def test_what_nobody_has_is_told_to_the_head(self):
        self.comes(self.form, may(22, 17), type="incident")
        self.until(may(25, 12, 0))
        # One hour on Friday, one on Monday; there is neither an assignee nor a manager.
        self.assertEqual(self.told(*TOLD), [("25 10:00", "Vera"), ("25 10:30", "Vera")])
        self.assertEqual(self.happened("ticket.handed_over"), [("25 12:00", "ticket.handed_over")])


class LinesTests(ItDeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.sara = self.hire("Sara Second", "Second line")
        self.theo = self.hire("Theo Third", "Third line")

    def test_it_goes_up_two_lines_when_what_they_want_is_filled_in(self):
        ticket = self.comes(self.form, may(18, 10), type="incident")
        url = reverse("desk:hand_over", args=[ticket.pk])
        with self.at_the_desk(self.ian, may(18, 10, 30)):
            page = self.client.get(f"{url}?to=next")
            self.assertContains(page, "Second line")
            refused = self.client.post(f"{url}?to=next", {"why": "", "field-category": "Network"})
            self.assertContains(refused, "errorlist")
            self.client.post(f"{url}?to=next", {"why": "No signal", "field-category": "Network"})
        self.assertEqual(self.now(ticket).team.name, "Second line")
        with self.at_the_desk(self.sara, may(18, 11)):
            refused = self.client.post(f"{url}?to=next", {"why": "A switch is broken"})
            self.assertContains(refused, "errorlist")
            self.client.post(f"{url}?to=next", {"why": "A switch is broken", "field-workplace": "Room 7"})
        self.assertEqual(self.now(ticket).team.name, "Third line")
        self.answers(ticket, self.theo, may(18, 11, 30), then="resolved")
        self.assertEqual(self.happened("ticket.handed_over", "clock.broken", "clock.met", "ticket.state_changed"), [
            ("18 10:30", "ticket.handed_over"), ("18 11:00", "ticket.handed_over"), ("18 11:30", "clock.met"),
            ("18 11:30", "ticket.state_changed"), ("18 11:30", "ticket.state_changed"), ("18 11:30", "clock.met"),
        ])  # fmt: skip

    def test_no_person_hands_it_up_without_a_reason_and_a_category(self):
        ticket = self.comes(self.form, may(18, 10), type="incident")
        with self.assertRaisesMessage(NotFilledIn, "the reason and Category"):
            self.now(ticket).hand_to(self.team("Second line"), by=self.ian, at=may(18, 10, 30))
        self.assertEqual(self.now(ticket).team.name, "First line")


class CategoryTests(ItDeskTestCase):
    def due(self, ticket: Ticket) -> str:
        clock = ticket.clocks.going().get(metric="resolution")
        return f"{clock.due_at.astimezone(MOSCOW):%d %H:%M}"

    def test_what_is_chosen_in_the_form_says_how_soon_it_is_resolved(self):
        monday, broken = may(18, 10), "It does not work"
        cases = (  # in the order of the hours promised: nine, forty-five, twenty-seven; and for a wish
            (broken, {"category": "Network"}, "19 10:00"),
            (broken, {"category": "Printer"}, "25 10:00"),
            (broken, {}, "21 10:00"),
            ("I need something", {"category": "Accounts and access"}, "21 10:00"),
            ("I need something", {"category": "Network"}, "25 10:00"),
        )
        for number, (topic, fields, due) in enumerate(cases):
            with self.subTest(topic, **fields):
                ticket = self.fills_in_form(topic, monday + timedelta(seconds=number), **fields)
                self.assertEqual(self.due(ticket), due)

    def test_another_category_or_priority_moves_the_deadline(self):
        ticket = self.fills_in_form("It does not work", may(18, 10), category="Network")
        self.fills_in(ticket, "category", "Printer", self.ian, may(18, 11))
        self.assertEqual(self.due(ticket), "25 10:00")  # 45 hours: 44 until Friday’s end
        self.now(ticket).set_priority(Ticket.Priority.CRITICAL, by=self.ian, at=may(18, 12))
        self.assertEqual(self.due(ticket), "19 10:00")  # nine hours
        self.fills_in(ticket, "category", "Accounts and access", self.ian, may(18, 12))
        self.assertEqual(self.due(ticket), "18 12:00")  # two hours, which have passed
