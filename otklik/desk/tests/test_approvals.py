"""Approvals at the desk and over the API: tried, told, decided where one may not even see the ticket; set in words."""

from django.urls import reverse

from otklik.api.tests.cast import ApiTestCase
from otklik.approvals.asking import pending
from otklik.approvals.models import Approval, ApprovalRule, ApprovalStep
from otklik.approvals.tests.test_approvals import ApprovalTestCase
from otklik.desk.tests.test_calendars import SettingsTestCase
from otklik.journal.models import Event
from otklik.notices.models import Notice
from otklik.testing import react_to_all
from otklik.tickets.models import Ticket


class DeskTests(ApprovalTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def set_state(self, state: str):
        url = reverse("desk:change", args=[self.ticket.pk])
        return self.client.post(url, {"name": "state", "value": state}, follow=True)

    def decide(self, answer: str, **form: str):
        url = reverse("desk:decide", args=[Approval.objects.latest("pk").pk])
        return self.client.post(url, {"answer": answer, **form}, follow=True)

    def test_trying_says_who_has_to_agree_and_the_ticket_shows_it(self):
        page = self.set_state("resolved")
        self.assertContains(page, "does not become “Resolved” yet: this waits for the approval of Hanna Head.")
        self.assertContains(page, "Wanted by Ana Belova")
        self.assertNotContains(page, ">Approve<")
        self.client.force_login(self.hanna)
        self.assertContains(self.client.get(self.ticket.get_absolute_url()), "Approve")
        self.assertContains(self.decide("yes", **{"from": "ticket"}), "Your answer was kept.")
        self.assertEqual(self.state(), "resolved")

    def test_a_rejection_wants_a_reason(self):
        self.set_state("resolved")
        self.client.force_login(self.hanna)
        self.assertContains(self.decide("no"), "Say why you reject it")
        self.decide("no", why="Call first")
        self.assertContains(self.client.get(self.ticket.get_absolute_url()), "Call first")

    def test_whoever_does_not_see_the_ticket_decides_on_a_page_of_their_own(self):
        ApprovalStep.objects.update(who="members")
        ApprovalStep.objects.get().members.add(self.omar)
        self.set_state("resolved")
        react_to_all("notices")
        self.client.force_login(self.omar)
        self.assertEqual(self.client.get(self.ticket.get_absolute_url()).status_code, 404)
        self.assertContains(self.client.get(reverse("desk:notices")), "1 approval waits for you")
        notice = Notice.objects.get(member=self.omar)
        page = self.client.post(reverse("desk:notice", args=[notice.pk]), follow=True)
        self.assertRedirects(page, reverse("desk:approvals"))
        self.assertContains(page, "It is on fire.")
        self.assertNotContains(page, self.ticket.get_absolute_url())
        self.decide("yes")
        self.assertEqual(self.state(), "resolved")
        self.assertContains(self.client.get(reverse("desk:approvals")), "Nothing waits for you")

    def test_nobody_else_decides_or_withdraws(self):
        self.set_state("resolved")
        approval = Approval.objects.get()
        self.assertEqual(self.decide("yes").status_code, 404)
        self.client.force_login(self.olga)
        withdraw = reverse("desk:withdraw", args=[approval.pk])
        self.assertEqual(self.client.post(withdraw).status_code, 404)
        self.client.force_login(self.ana)
        self.client.post(withdraw, {"from": "ticket"})
        approval.refresh_from_db()
        self.assertEqual(approval.outcome, "withdrawn")

    def test_many_at_once_say_which_of_them_wait(self):
        Ticket.objects.filter(pk=self.other.pk).update(type="question")
        chosen = {"ticket": [self.ticket.pk, self.other.pk], "state": "resolved"}
        page = self.client.post(reverse("desk:bulk"), chosen, follow=True)
        self.assertContains(page, "this waits for the approval of Hanna Head")
        self.assertEqual(Ticket.objects.get(pk=self.other.pk).state, "resolved")


class ApiTests(ApprovalTestCase, ApiTestCase):
    def test_a_change_that_waits_conflicts_and_nothing_else_is_done(self):
        path = f"tickets/{self.ticket.pk}"
        for _twice in range(2):
            answer = self.ask("PATCH", path, {"state": "resolved", "subject": "Other"})
            self.assertEqual((answer.status_code, answer.json()["code"]), (409, "approval_pending"))
            self.assertEqual(answer.json()["approval"]["waits_for"], ["Hanna Head"])
        self.assertEqual(self.get(path)["subject"], "Printer")
        self.assertEqual(Approval.objects.count(), 1)
        self.assertFalse(Event.objects.filter(kind="ticket.renamed").exists())
        pending(self.ticket, "resolved").decide(by=self.hanna, is_yes=True)
        self.assertEqual(self.get(path)["state"], "resolved")


class RuleTests(SettingsTestCase):
    def save(self, rule: ApprovalRule | None = None, *steps: dict[str, object], **form: object):
        address = reverse("desk:approval_rule", args=[rule.pk]) if rule else reverse("desk:new_approval_rule")
        said = {"name": "Complaints", "position": 1, "is_active": "on", "after": ["resolved", "closed"],
                "steps-TOTAL_FORMS": len(steps), "steps-INITIAL_FORMS": 0}  # fmt: skip
        for number, step in enumerate(steps):
            said |= {f"steps-{number}-{name}": value for name, value in step.items()}
        return self.client.post(address, said | form, follow=True)

    def test_a_rule_is_made_of_states_conditions_and_steps(self):
        named = {"who": "members", "members": [self.ana.pk, self.omar.pk], "needs_all": "on"}
        page = self.save(None, {"who": "head"}, named, **{"if-type": ["complaint"], "expires": "2 d"})
        rule = ApprovalRule.objects.get()
        self.assertEqual((rule.after, rule.conditions), (["resolved", "closed"], {"type": ["complaint"]}))
        for words in ("From any state to Resolved or Closed.", "Type: Complaint.", "Step 1: The head of the team.",
                      "Step 2: Ana Belova and Omar Kotov.", 'value="2 d"'):  # fmt: skip
            self.assertContains(page, words)
        self.assertEqual(self.saved(), [("approvals", "Complaints")])
        page = self.save(rule, {"who": "role", "role": "supervisor"}, before=["open"])
        self.assertEqual([(step.who, step.role) for step in rule.steps.all()], [("role", "supervisor")])
        self.assertContains(page, "From Open to Resolved or Closed.")

    def test_what_is_wrong_is_said(self):
        cases = (
            ({"after": []}, {}, "required"),
            ({"expires": "soon"}, {}, "is not a length of time"),
            ({}, {"who": "role"}, "Choose a role."),
            ({}, {"who": "members"}, "Choose at least one member."),
        )
        for form, step, words in cases:
            with self.subTest(words):
                self.assertContains(self.save(None, step, **form), words)
        self.assertFalse(ApprovalRule.objects.exists())

    def test_the_list_says_what_each_is_for(self):
        ApprovalRule.objects.create(name="Closing", after=["closed"])
        page = self.client.get(reverse("desk:approval_rules"))
        self.assertContains(page, "It asks nobody yet, so it holds nothing back.")
