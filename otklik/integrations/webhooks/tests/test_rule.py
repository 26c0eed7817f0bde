"""A rule calls a webhook: in its transaction, with facts of a stable shape, and never in circles."""

from otklik.integrations.webhooks.models import Webhook, WebhookCall
from otklik.integrations.webhooks.sending import send_due
from otklik.journal.models import Event
from otklik.lib.judging import check_actions
from otklik.lib.rulebook import rulebook
from otklik.lib.ruling import WrongValue
from otklik.rules.models import OFTEN, Rule, RuleRun
from otklik.rules.preview import preview
from otklik.rules.tests.scene import RulesTestCase, make_rule
from otklik.testing import kinds
from otklik.tickets.replying import note

from .receiver import WebhookTestCase


class CallingTests(WebhookTestCase, RulesTestCase):
    def rule(self, *waits_for: str, more: tuple[dict[str, str], ...] = (), **rest) -> Rule:
        step = {"do": "webhook", "webhook": str(self.webhook.pk)}
        return make_rule("Tell the CRM", *waits_for or ("ticket.state_changed",), do=[step, *more], **rest)

    def test_a_rule_s_call_goes_out_once_with_the_facts_of_ticket_and_event(self):
        rule = self.rule()
        self.ticket.tag("hot", by=self.ana)
        self.ticket.set_state("open", by=self.ana)
        self.work()
        self.work()
        while send_due():
            pass
        (told,) = self.receiver.told
        event = Event.objects.get(kind="ticket.state_changed")
        self.assertEqual(told["type"], "ticket.state_changed")
        self.assertRegex(told["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(set(told["data"]), {"rule", "event", "ticket", "message"})
        self.assertEqual(told["data"]["rule"], {"id": rule.pk, "name": "Tell the CRM"})
        self.assertEqual(
            told["data"]["event"],
            {
                "id": event.pk,
                "kind": "ticket.state_changed",
                "by": {"kind": "member", "id": self.ana.pk, "name": "Ana Belova"},
                "facts": {"before": "new", "after": "open"},
            },
        )
        ticket = told["data"]["ticket"]
        self.assertEqual(
            set(ticket),
            {"number", "url", "subject", "type", "state", "priority", "team", "assignee", "channel", "tags", "fields",
             "opened_at", "client"},
        )  # fmt: skip
        self.assertEqual((ticket["state"], ticket["tags"], ticket["priority"]), ("open", ["hot"], "normal"))
        self.assertEqual(ticket["client"]["addresses"], [{"kind": "email", "value": "bea@alpha.example"}])
        self.assertEqual(ticket["client"]["organisation"]["name"], "Alpha Supply")
        self.assertIsNone(told["data"]["message"])

    def test_a_message_goes_along_cut_to_a_length(self):
        self.rule("message.noted")
        written = note(self.ticket, by=self.ana, text="x" * 6000)
        self.work()
        send_due()
        message = self.receiver.told[0]["data"]["message"]
        self.assertEqual((message["id"], message["is_note"], message["is_cut"]), (written.pk, True, True))
        self.assertEqual(len(message["text"]), 5000)

    def test_the_history_and_the_log_name_it(self):
        rule = self.rule()
        self.ticket.set_state("open", by=self.ana)
        self.work()
        self.assertEqual(kinds(self.ticket)[-1], "webhook.called")
        self.assertEqual(self.outcomes(rule), ["did"])

    def test_what_fails_in_the_rule_takes_the_call_back(self):
        rule = self.rule(more=({"do": "link", "number": "999", "value": "related"},))
        self.ticket.set_state("open", by=self.ana)
        self.work()
        self.assertEqual(self.outcomes(rule), ["failed"])
        self.assertFalse(WebhookCall.objects.exists())

    def test_a_dry_run_sends_nothing(self):
        self.ticket.set_state("open", by=self.ana)
        self.assertEqual(preview(self.rule(), rulebook()).fitting, 1)
        self.assertFalse(WebhookCall.objects.exists())

    def test_nothing_is_written_for_one_out_of_use_and_what_a_paused_one_is_told_waits(self):
        rule = self.rule()
        Webhook.objects.update(is_active=False)
        self.ticket.set_state("open", by=self.ana)
        self.work()
        self.assertEqual((self.outcomes(rule), WebhookCall.objects.count()), (["nothing"], 0))
        Webhook.objects.update(is_active=True)
        self.webhook.pause(Webhook.Why.GONE)
        self.ticket.set_state("resolved", by=self.ana)
        self.work()
        self.assertEqual((WebhookCall.objects.count(), send_due()), (1, False))

    def test_a_receiver_that_answers_by_changing_the_ticket_is_stopped(self):
        rule = self.rule("message.noted")
        for number in range(OFTEN + 2):
            note(self.ticket, by=self.ana, text=f"The program says {number}")
            self.work()
        rule.refresh_from_db()
        self.assertEqual((rule.is_active, rule.switched_off_why), (False, Rule.Why.TOO_OFTEN))
        self.assertEqual(WebhookCall.objects.count(), OFTEN)

    def test_a_webhook_that_is_no_more_is_said_in_the_log_and_refused_in_a_form(self):
        rule = self.rule()
        self.webhook.delete()
        self.ticket.set_state("open", by=self.ana)
        self.work()
        self.assertEqual(RuleRun.objects.get(rule=rule).outcome, "failed")
        with self.assertRaises(WrongValue):
            check_actions(rule.actions, rulebook())
