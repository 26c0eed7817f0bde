"""Two who decide at once, a change at the same moment as its approval: one of them is first, nothing happens twice."""

from collections.abc import Callable
from functools import partial

from django.test import TransactionTestCase

from otklik.approvals.errors import ApprovalOver, NotAsked
from otklik.approvals.models import Approval, ApprovalRule, ApprovalStep
from otklik.journal.models import Event
from otklik.testing import CastTestCase, at_once
from otklik.tickets.models import Ticket


class RaceTests(TransactionTestCase):
    def setUp(self) -> None:
        CastTestCase.setUpTestData.__func__(type(self))
        self.rule = ApprovalRule.objects.create(name="Closing", after=["closed"])
        step = ApprovalStep.objects.create(rule=self.rule, who="members")
        step.members.add(self.omar, self.olga)

    def ask(self) -> None:
        self.ticket.set_state("closed", by=self.ana)

    def at_once(self, *jobs: Callable[[], object]) -> list[str]:
        return sorted(at_once(*[partial(self.outcome, job) for job in jobs]))

    def outcome(self, job: Callable[[], object]) -> str:
        try:
            return str(job())
        except (ApprovalOver, NotAsked) as refusal:
            return refusal.code

    def decide(self, member) -> Callable[[], object]:
        return lambda: Approval.objects.select_related("ticket").get().decide(by=member, is_yes=True)

    def changed(self) -> list[str]:
        events = Event.objects.filter(kind="ticket.state_changed", about_id=self.ticket.pk).order_by("pk")
        return [event.facts["after"] for event in events]

    def test_two_who_try_ask_once(self):
        done = self.at_once(
            lambda: Ticket.objects.get(pk=self.ticket.pk).set_state("closed", by=self.ana),
            lambda: Ticket.objects.get(pk=self.ticket.pk).set_state("closed", by=self.ana),
        )
        self.assertEqual((done, Approval.objects.count()), (["False", "False"], 1))

    def test_two_who_approve_change_it_once(self):
        self.ask()
        self.assertEqual(self.at_once(self.decide(self.omar), self.decide(self.olga)), ["None", "approval_over"])
        self.assertEqual(self.changed(), ["closed"])

    def test_two_of_whom_both_are_wanted_are_both_heard(self):
        ApprovalStep.objects.update(needs_all=True)
        self.ask()
        self.assertEqual(self.at_once(self.decide(self.omar), self.decide(self.olga)), ["None", "None"])
        self.assertEqual(self.changed(), ["closed"])

    def test_a_change_at_the_same_moment_is_before_or_after_and_never_lost(self):
        self.ask()
        self.at_once(
            self.decide(self.omar),
            lambda: Ticket.objects.get(pk=self.ticket.pk).set_state("waiting_client", by=self.ana),
        )
        outcome = Approval.objects.get().outcome
        wanted = {"approved": ["closed", "waiting_client"], "overtaken": ["waiting_client"]}
        self.assertEqual(self.changed(), wanted[outcome])
