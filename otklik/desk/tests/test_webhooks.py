"""Webhooks as administrators set them up, try them, and are told of their trouble."""

from django.core.cache import caches
from django.test import override_settings
from django.urls import reverse

from otklik.integrations.webhooks.models import Webhook, WebhookCall
from otklik.integrations.webhooks.sending import send_due
from otklik.integrations.webhooks.tests.receiver import WebhookTestCase
from otklik.journal.models import Event
from otklik.rules.tests.scene import make_rule


class WebhooksTests(WebhookTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.admin)

    def at(self, name: str) -> str:
        return reverse(f"desk:{name}", args=[self.webhook.pk])

    def save(self, address: str, **typed: str):
        return self.client.post(address, {"name": "1C", "url": "https://1c.example/in", "is_active": "on"} | typed)

    def test_the_secret_of_a_new_one_is_shown_once(self):
        page = self.save(reverse("desk:new_webhook"))
        made = Webhook.objects.get(name="1C")
        self.assertContains(page, made.secret)
        self.assertContains(page, f'action="{reverse("desk:webhook", args=[made.pk])}"')
        self.assertNotContains(self.client.get(reverse("desk:webhook", args=[made.pk])), made.secret)
        self.assertEqual(Event.objects.filter(kind="setting.changed").latest("pk").facts["section"], "webhooks")

    def test_a_new_secret_is_shown_once_and_the_page_says_that_the_former_one_signs_too(self):
        former = self.webhook.secret
        page = self.client.post(self.at("webhook_secret"))
        self.webhook.refresh_from_db()
        self.assertNotEqual(self.webhook.secret, former)
        self.assertContains(page, self.webhook.secret)
        self.assertContains(page, "signed with the former secret too")

    @override_settings(WEBHOOK_HOSTS=frozenset())
    def test_an_address_that_is_not_gone_to_is_refused_in_words(self):
        for url in ("http://crm.example/", "ftp://crm.example/", "crm.example", "https://u:p@crm.example/",
                    "https://crm.example:25/", "https://[oops/"):  # fmt: skip
            with self.subTest(url):
                page = self.save(reverse("desk:new_webhook"), url=url)
                self.assertContains(page, "We do not go to this address.")
        self.assertEqual(Webhook.objects.count(), 1)

    def test_saving_changes_what_the_form_has_and_nothing_else(self):
        self.webhook.pause(Webhook.Why.GONE)
        self.assertEqual(self.save(self.at("webhook")).status_code, 302)
        changed = Webhook.objects.get(pk=self.webhook.pk)
        self.assertEqual((changed.name, changed.secret, changed.paused_why), ("1C", self.webhook.secret, "gone"))

    def test_two_of_one_name_are_refused(self):
        self.assertContains(self.save(reverse("desk:new_webhook"), name="CRM"), "already exists")

    def test_a_test_shows_the_answer_in_words(self):
        self.receiver.says(404, body=b"<b>no such page</b>")
        waiting = self.client.post(self.at("webhook_calls"), headers={"HX-Request": "true"})
        self.assertContains(waiting, 'aria-busy="true"')
        send_due()
        told = self.client.get(self.at("webhook_calls"), headers={"HX-Request": "true"})
        self.assertNotContains(told, "aria-busy")
        self.assertContains(told, "The server knows no such address.")
        self.assertContains(told, "answer 404")
        self.assertContains(told, "&lt;b&gt;no such page")
        self.assertEqual(self.receiver.told[0]["type"], "webhook.test")

    def test_without_javascript_it_is_the_whole_page(self):
        self.assertRedirects(self.client.post(self.at("webhook_calls")), self.at("webhook") + "#calls")

    def test_a_call_is_sent_again(self):
        call = self.call()
        send_due()
        self.assertContains(self.client.get(self.at("webhook")), "Send again")
        self.client.post(self.at("webhook_calls"), {"again": call.pk})
        self.assertTrue(send_due())
        self.assertEqual(len(self.receiver.asked), 2)
        other = self.call(webhook=Webhook.objects.create(name="Other", url="https://other.example/"))
        self.assertEqual(self.client.post(self.at("webhook_calls"), {"again": other.pk}).status_code, 404)

    def test_a_paused_one_is_told_of_on_every_page_and_goes_on_when_asked(self):
        self.call()
        self.webhook.pause(Webhook.Why.FAILING)
        caches["local"].clear()
        for page in (reverse("desk:queue", args=["open"]), reverse("desk:health"), self.at("webhook")):
            with self.subTest(page):
                self.assertContains(self.client.get(page), "The webhook takes no calls")
        self.client.post(self.at("webhook_resume"))
        self.assertNotContains(self.client.get(reverse("desk:queue", args=["open"])), "takes no calls")
        self.assertTrue(send_due())

    def test_one_that_a_rule_calls_is_not_removed(self):
        rule = make_rule("Tell", "ticket.opened", do=[{"do": "webhook", "webhook": str(self.webhook.pk)}])
        page = self.client.post(self.at("webhook_removal"), follow=True)
        self.assertContains(page, "rules call it: Tell")
        rule.delete()
        self.call()
        self.client.post(self.at("webhook_removal"))
        self.assertEqual((Webhook.objects.count(), WebhookCall.objects.count()), (0, 0))

    def test_the_builder_of_rules_offers_it(self):
        typed = {"name": "Tell", "position": "10", "number": "0", "unit": "hours", "kinds": ["ticket.opened"],
                 "do-0-do": "webhook", "do-0-webhook": str(self.webhook.pk), "save": "1"}  # fmt: skip
        page = self.client.get(reverse("desk:new_rule"))
        self.assertContains(page, "Call a webhook")
        self.assertEqual(self.client.post(reverse("desk:new_rule"), typed).status_code, 302)
