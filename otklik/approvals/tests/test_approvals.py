"""Approvals: asked by trying, given or refused step by step, overtaken, withdrawn, expired; none goes around them."""

from datetime import timedelta

from django.core import mail
from django.urls import reverse
from django.utils.timezone import now

from otklik.approvals.asking import pending
from otklik.approvals.errors import ApprovalOver, NotAsked, ReasonWanted
from otklik.approvals.expiring import expire_due
from otklik.approvals.models import Approval, ApprovalRule, ApprovalStep
from otklik.calendars.models import Calendar
from otklik.clients.models import Person
from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.lib.inbound import Inbound, Sender
from otklik.lib.rulebook import rulebook
from otklik.lib.ruling import Subject
from otklik.notices.mailing import mail_due
from otklik.notices.models import Notice
from otklik.rules.tests.scene import make_rule
from otklik.staff.models import Member, Team
from otklik.testing import CastTestCase, kinds, make_member, react_to_all
from otklik.tickets.intake import receive
from otklik.tickets.merging import merge
from otklik.tickets.models import Delivery, Message, Ticket
from otklik.tickets.replying import reply
from otklik.tickets.undoing import undo

HOUR = timedelta(hours=1)


class ApprovalTestCase(CastTestCase):
    """Resolving a complaint of Support wants the head’s approval."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.hanna = make_member("Hanna Head", cls.support, role=Member.Role.SUPERVISOR)
        Team.objects.filter(pk=cls.support.pk).update(head=cls.hanna)
        Ticket.objects.update(type="complaint", state="open")
        cls.rule = cls.make_rule(ApprovalStep.Who.HEAD)
        cls.ticket.refresh_from_db()

    @classmethod
    def make_rule(cls, *steps: str, **rest) -> ApprovalRule:
        conditions = {"type": ["complaint"], "team": [str(cls.support.pk)]}
        usual = {"name": f"Rule {ApprovalRule.objects.count()}", "conditions": conditions, "after": ["resolved"]}
        rule = ApprovalRule.objects.create(**usual | rest)
        for position, who in enumerate(steps):
            ApprovalStep.objects.create(rule=rule, position=position, who=who)
        return rule

    def state(self) -> str:
        return Ticket.objects.get(pk=self.ticket.pk).state

    def resolve(self, by: Member | None = None) -> Approval:
        self.assertFalse(self.ticket.set_state("resolved", by=by or self.ana))
        return pending(self.ticket, "resolved")

    def told(self, approval: Approval, step: int = 0) -> list[str]:
        return [ask.member.name for ask in approval.asks.filter(step=step)]


class HoldingTests(ApprovalTestCase):
    def test_trying_asks_once_and_changes_nothing(self):
        approval = self.resolve()
        self.resolve()
        self.assertEqual((self.state(), Approval.objects.count()), ("open", 1))
        self.assertEqual((approval.before, approval.after, approval.member), ("open", "resolved", self.ana))
        [line] = narrate(Event.objects.filter(kind="approval.asked"))
        self.assertEqual(line.sentence, "“Resolved” waits for the approval of Hanna Head")
        react_to_all("notices")
        self.assertEqual(list(Notice.objects.values_list("member", "topic")), [(self.hanna.pk, "approval")])

    def test_only_what_the_rule_is_for_is_held(self):
        self.assertTrue(self.ticket.set_state("waiting_third_party", by=self.ana))
        self.assertTrue(self.foreign.set_state("resolved", by=self.omar))
        ApprovalRule.objects.update(before=["new"])
        self.assertTrue(self.ticket.set_state("resolved", by=self.ana))

    def test_a_rule_that_is_off_or_without_steps_holds_nothing(self):
        ApprovalRule.objects.update(is_active=False)
        self.make_rule()
        self.assertTrue(self.ticket.set_state("resolved", by=self.ana))

    def test_an_answer_goes_out_and_the_state_waits(self):
        reply(self.ticket, by=self.ana, text="Done.", then="resolved")
        self.assertTrue(Message.objects.filter(text="Done.").exists())
        self.assertIsNotNone(pending(self.ticket, "resolved"))
        self.assertNotEqual(self.state(), "resolved")

    def test_rules_cannot_go_around_it_and_it_is_done_in_their_name(self):
        rule = make_rule("Closer", "ticket.tagged", do=[{"do": "state", "value": "resolved"}])
        subject = Subject(self.ticket, None, now())
        rulebook().action("state").do(subject, {"value": "resolved"}, rule, now())
        approval = pending(self.ticket, "resolved")
        self.assertEqual((self.state(), approval.by, approval.member), ("open", "rule", None))
        approval.decide(by=self.hanna, is_yes=True)
        done = Event.objects.get(kind="ticket.state_changed", about_id=self.ticket.pk)
        self.assertEqual((self.state(), done.by, done.by_id), ("resolved", "rule", rule.pk))

    def test_what_follows_by_itself_is_not_held(self):
        ApprovalRule.objects.update(after=["open", "closed"])
        Ticket.objects.filter(pk=self.ticket.pk).update(state="waiting_client")
        self.assertTrue(self.ticket.set_state("open", by=self.bea))
        merge(self.ticket, self.other, by=self.ana)
        self.assertEqual(self.state(), "closed")

    def test_taking_an_answer_back_needs_nobody(self):
        ApprovalRule.objects.update(after=["open"])
        answer = reply(self.ticket, by=self.ana, text="Done.", send_at=now() + HOUR)
        self.assertEqual(self.state(), "waiting_client")
        self.assertTrue(undo(answer, by=self.ana))
        self.assertEqual(self.state(), "open")

    def test_whoever_would_have_to_approve_needs_nobody_else(self):
        self.assertTrue(self.ticket.set_state("resolved", by=self.hanna))
        self.assertFalse(Approval.objects.exists())


class DecidingTests(ApprovalTestCase):
    def test_a_yes_carries_the_change_out_in_the_name_of_who_wanted_it(self):
        self.resolve().decide(by=self.hanna, is_yes=True)
        done = Event.objects.get(kind="ticket.state_changed", about_id=self.ticket.pk)
        self.assertEqual((self.state(), done.by_id), ("resolved", self.ana.pk))
        self.assertEqual(Approval.objects.get().outcome, "approved")
        self.assertEqual(kinds(self.ticket)[-4:-1], ["approval.asked", "approval.answered", "approval.ended"])

    def test_a_no_says_why_and_whoever_asked_is_told(self):
        approval = self.resolve()
        with self.assertRaises(ReasonWanted):
            approval.decide(by=self.hanna, is_yes=False, why="  ")
        approval.decide(by=self.hanna, is_yes=False, why="Call the client first")
        self.assertEqual((self.state(), approval.outcome), ("open", "rejected"))
        react_to_all("notices")
        self.assertIn((self.ana.pk, "approval"), Notice.objects.values_list("member", "topic"))
        self.assertTrue(self.resolve(), "it can be asked for again")

    def test_who_is_not_asked_decides_nothing_but_an_administrator_may_in_anybodys_stead(self):
        approval = self.resolve()
        for member in (self.ana, self.omar):
            with self.assertRaises(NotAsked):
                approval.decide(by=member, is_yes=True)
        approval.decide(by=self.admin, is_yes=True)
        self.assertEqual(self.state(), "resolved")
        with self.assertRaises(ApprovalOver):
            approval.decide(by=self.hanna, is_yes=True)

    def test_steps_follow_each_other(self):
        step = ApprovalStep.objects.create(rule=self.rule, position=1, who="members")
        step.members.add(self.omar, self.olga)
        approval = self.resolve()
        self.assertEqual(self.told(approval), ["Hanna Head"])
        approval.decide(by=self.hanna, is_yes=True)
        self.assertEqual((self.state(), self.told(approval, 1)), ("open", ["Olga Watcher", "Omar Kotov"]))
        approval.decide(by=self.olga, is_yes=True)
        self.assertEqual(self.state(), "resolved")

    def test_all_of_a_step_when_it_says_so_and_whoever_left_is_not_waited_for(self):
        third = make_member("Third Person")
        ApprovalStep.objects.update(who="members", needs_all=True)
        ApprovalStep.objects.get().members.add(self.omar, self.hanna, third)
        approval = self.resolve()
        approval.decide(by=self.omar, is_yes=True)
        with self.assertRaises(NotAsked):
            approval.decide(by=self.omar, is_yes=True)
        third.deactivate(by=self.admin)
        self.assertEqual(self.state(), "open")
        approval.decide(by=self.hanna, is_yes=True)
        self.assertEqual(self.state(), "resolved")

    def test_each_sort_of_approver_is_found_and_where_there_is_none_administrators_are(self):
        Person.objects.filter(pk=self.bea.pk).update(manager=self.omar)
        cases = {"head": ["Hanna Head"], "manager": ["Omar Kotov"], "members": ["Vera Chief"]}
        ticket = Ticket.objects.select_related("client__organisation", "team").get(pk=self.ticket.pk)
        for who, names in cases.items():
            step = ApprovalStep(rule=self.rule, who=who)
            step.save()
            self.assertEqual([member.name for member in step.approvers(ticket)], names)
        step = ApprovalStep(rule=self.rule, who="role", role="supervisor")
        self.assertEqual([member.name for member in step.approvers(ticket)], ["Hanna Head"])

    def test_whoever_wants_it_agrees_to_their_own_step(self):
        step = ApprovalStep.objects.create(rule=self.rule, position=1, who="members")
        step.members.add(self.omar)
        approval = self.resolve(self.hanna)
        self.assertEqual((approval.step, self.told(approval, 1)), (1, ["Omar Kotov"]))


class EndingTests(ApprovalTestCase):
    def test_a_ticket_that_has_changed_overtakes_it(self):
        approval = self.resolve()
        self.ticket.set_state("waiting_client", by=self.ana)
        approval.refresh_from_db()
        self.assertEqual(approval.outcome, "overtaken")
        with self.assertRaises(ApprovalOver):
            approval.decide(by=self.hanna, is_yes=True)

    def test_a_change_past_everything_is_noticed_at_the_last_moment(self):
        approval = self.resolve()
        Ticket.objects.filter(pk=self.ticket.pk).update(state="new")
        approval.decide(by=self.hanna, is_yes=True)
        self.assertEqual((self.state(), approval.outcome), ("new", "overtaken"))

    def test_who_wanted_it_withdraws_it(self):
        approval = self.resolve()
        self.assertEqual([approval.may_withdraw(one) for one in (self.ana, self.omar, self.olga, self.admin)],
                         [True, False, False, True])  # fmt: skip
        self.assertTrue(approval.withdraw(by=self.ana))
        self.assertFalse(approval.withdraw(by=self.ana))

    def test_it_expires_by_the_clock_or_by_a_calendar(self):
        friday = now().replace(year=2026, month=3, day=6, hour=14, minute=0)  # 17:00 in Moscow
        for calendar, hours in ((None, 2), (Calendar.objects.create(name="Office"), 2 + 15 + 48)):
            with self.subTest(calendar):
                ApprovalRule.objects.update(expires_after=2 * HOUR, calendar=calendar)
                self.ticket.set_state("resolved", by=self.ana, at=friday)
                self.assertFalse(expire_due(friday + (hours - 0.1) * HOUR))
                self.assertTrue(expire_due(friday + hours * HOUR))
                self.assertFalse(expire_due(friday + hours * HOUR))
                self.assertEqual((Approval.objects.latest("pk").outcome, self.state()), ("expired", "open"))


class RulePartTests(ApprovalTestCase):
    def test_a_rule_asks_for_approval_of_what_no_rule_covers(self):
        rule = make_rule("Asker", "ticket.tagged", do=[])
        action, given = rulebook().action("approval"), {"rule": str(self.rule.pk), "value": "closed"}
        action.check(given)
        done = [action.do(Subject(self.ticket, None, now()), given, rule, now()) for _twice in range(2)]
        self.assertEqual(done, [True, False])
        waits = rulebook().condition("approval")
        self.assertTrue(waits.test(Subject(self.ticket, None, now()), "is", "yes"))
        pending(self.ticket, "closed").decide(by=self.hanna, is_yes=True)
        self.assertEqual(self.state(), "closed")


class DictatedTests(ApprovalTestCase):
    """Deciding from one's own mail program."""

    def write(self, text: str) -> None:
        sender = Sender("email", self.hanna.email)
        token = (self.ticket.pk, self.hanna.pk)
        mail = Inbound(external_id=f"<{text}@demo.example>", sender=sender, text=text, staff_token=token)
        receive(mail, channel=self.mailbox)

    def test_a_mail_decides_and_nothing_of_it_goes_to_the_client(self):
        approval = self.resolve()
        self.write("#approve\n\nHanna Head, head of support")
        approval.refresh_from_db()
        self.assertEqual((approval.outcome, self.state()), ("approved", "resolved"))
        self.assertFalse(Delivery.objects.exists())

    def test_a_rejection_says_why_on_its_line(self):
        approval = self.resolve()
        self.write("#отклонить")
        self.assertIn("Say why you reject it", Message.objects.filter(is_note=True).latest("pk").text)
        self.write("#отклонить Call the client first")
        approval.refresh_from_db()
        self.assertEqual((approval.outcome, approval.asks.get().why), ("rejected", "Call the client first"))

    def test_what_is_over_is_said_in_a_note(self):
        self.write("#approve")
        self.assertIn("waits for nobody any more", Message.objects.filter(is_note=True).latest("pk").text)

    def test_the_notice_says_how(self):
        self.resolve()
        react_to_all("notices")
        while mail_due(now() + HOUR):
            pass
        self.assertIn("answer this mail with #approve", mail.outbox[0].body)
        self.assertIn(reverse("desk:approvals"), mail.outbox[0].body)
