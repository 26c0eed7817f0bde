"""The complaint desk: the head names who answers and by when, is told on that day, and checks the answer."""

from datetime import datetime

from otklik.approvals.models import Approval
from otklik.sla.models import Callback
from otklik.tickets.models import Ticket

from .scene import DeskTestCase, may

POINTED_OUT = "ticket.pointed_out"


class ComplaintTestCase(DeskTestCase):
    preset = "complaints"

    def setUp(self) -> None:
        super().setUp()
        self.quinn = self.hire("Quinn Quality", "Quality")
        self.dana = self.hire("Dana Head", "Department")
        self.dmitri = self.hire("Dmitri Answerer", "Department")
        department = self.team("Department")
        department.head = self.dana
        department.save(update_fields=["head"])
        self.mailbox("Quality")

    def in_department(self) -> Ticket:
        """A complaint that the quality manager took on Monday at ten, and handed to the department at half past."""
        ticket = self.fills_in_form("A complaint", may(18, 10), complaint_about="Price")
        ticket.client.addresses.create(kind="phone", value="+79160000001")
        self.answers(ticket, self.quinn, may(18, 10, 20), then="open")
        self.until(may(18, 10, 30))
        self.now(ticket).hand_to(self.team("Department"), by=self.quinn, at=may(18, 10, 30), confirmed=True)
        self.worker.work(may(18, 10, 30))
        return ticket

    def named(self, by_when: str) -> Ticket:
        """The head names Dmitri, and when he is to answer."""
        ticket = self.in_department()
        self.until(may(18, 11))
        self.now(ticket).assign_to(self.dmitri, by=self.dana, at=may(18, 11))
        self.fills_in(ticket, "answer_by", by_when, self.dana, may(18, 11))
        return ticket


class AnswerByTests(ComplaintTestCase):
    def test_who_heads_the_department_is_told_to_name_somebody(self):
        self.in_department()
        self.assertEqual(self.told(POINTED_OUT), [("18 10:30", "Dana")])

    def told_later(self) -> list[tuple[str, str]]:
        return [one for one in self.told(POINTED_OUT) if one != ("18 10:30", "Dana")]

    def test_on_the_day_the_assignee_and_the_head_are_told_once(self):
        self.named("2026-05-20")
        self.until(may(20, 9, 59))
        self.assertEqual(self.told_later(), [])
        self.until(may(20, 18))
        # An hour after the desk has opened.
        self.assertEqual(self.told_later(), [("20 10:00", "Dmitri"), ("20 10:00", "Dana")])
        self.until(may(22, 18))
        self.assertEqual(len(self.told_later()), 2)

    def test_a_day_off_is_the_next_working_day(self):
        self.named("2026-05-23")
        self.until(may(25, 9, 59))
        self.assertEqual(self.told_later(), [])
        self.until(may(25, 10))
        self.assertEqual(self.told_later(), [("25 10:00", "Dmitri"), ("25 10:00", "Dana")])

    def test_what_is_answered_is_not_called_to_mind_even_before_the_head_has_checked_it(self):
        ticket = self.named("2026-05-20")
        self.answers(ticket, self.dmitri, may(19, 17), then="resolved")
        self.assertEqual(self.now(ticket).state, "open")
        self.until(may(20, 18))
        self.assertEqual(self.told_later(), [])

    def test_a_later_day_is_another_and_is_called_to_mind_in_its_turn(self):
        ticket = self.named("2026-05-19")
        self.fills_in(ticket, "answer_by", "2026-05-21", self.dana, may(19, 9, 30))
        self.until(may(21, 9, 59))
        self.assertEqual(self.told_later(), [])
        self.until(may(21, 18))
        self.assertEqual(self.told_later(), [("21 10:00", "Dmitri"), ("21 10:00", "Dana")])

    def test_where_the_head_answers_themselves_they_are_told_once(self):
        ticket = self.named("2026-05-20")
        self.now(ticket).assign_to(self.dana, by=self.dana, at=may(18, 11))
        self.until(may(20, 18))
        self.assertEqual(self.told_later(), [("20 10:00", "Dana")])


class WholeWayTests(ComplaintTestCase):
    def decide(self, at: datetime, *, is_yes: bool) -> None:
        self.until(at)
        Approval.objects.waiting().get().decide(by=self.dana, is_yes=is_yes, at=at, why="Not so.")
        self.worker.work(at)

    def test_the_head_refuses_once_agrees_then_and_the_quality_manager_calls(self):
        ticket = self.named("2026-05-20")
        self.answers(ticket, self.dmitri, may(18, 12), then="resolved")
        self.decide(may(18, 12, 30), is_yes=False)
        self.assertEqual((self.now(ticket).state, self.now(ticket).team.name), ("open", "Department"))
        self.answers(ticket, self.dmitri, may(18, 13), then="resolved")
        self.decide(may(18, 13, 30), is_yes=True)
        self.assertEqual((self.now(ticket).state, self.now(ticket).team.name), ("resolved", "Quality"))
        self.assertEqual(self.told("callback.due"), [("18 13:30", "Quinn")])
        self.until(may(18, 14))
        Callback.objects.waiting().get().call(is_reached=True, by=self.quinn, at=may(18, 14))
        self.until(may(25, 18))
        self.assertEqual(self.happened("clock.broken"), [])
        self.assertEqual(self.met(), ["first_answer", "in_team", "resolution", "callback"])

    def test_a_call_that_is_not_made_within_a_working_day_is_told(self):
        ticket = self.named("2026-05-20")
        self.answers(ticket, self.dmitri, may(18, 13), then="resolved")
        self.decide(may(18, 13, 30), is_yes=True)
        self.until(may(19, 13, 29))
        self.assertEqual(self.happened("clock.broken"), [])
        self.until(may(19, 13, 30))
        self.assertEqual(self.happened("clock.broken"), [("19 13:30", "clock.broken")])
        self.assertEqual(self.told("clock.escalated")[-1], ("19 13:30", "Vera"))

    def met(self) -> list[str]:
        clocks = Ticket.objects.get().clocks.filter(is_met=True).order_by("ended_at", "metric")
        return list(clocks.values_list("metric", flat=True))
