"""What goes over the line, what an answer means, and when a call is tried again."""

import socket
from datetime import timedelta
from unittest import mock

from django.db import transaction
from django.test import TransactionTestCase, override_settings
from django.utils.http import http_date
from django.utils.timezone import now
from standardwebhooks import Webhook as Verifier

from otklik.clients.models import identify
from otklik.integrations.webhooks.models import BOTH_SECRETS, KEPT, PATIENCE, PAUSES, Webhook, WebhookCall, forget
from otklik.integrations.webhooks.sending import JITTER, send_due
from otklik.integrations.webhooks.troubles import Trouble
from otklik.journal.models import Event
from otklik.lib import posting
from otklik.lib.encrypted import Sealed
from otklik.staff.models import Company, Team
from otklik.testing import make_mailbox, make_ticket
from otklik.tickets.tests.test_races import at_once

from .receiver import Receiver, WebhookTestCase, listening

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class LineTests(WebhookTestCase):
    def test_it_is_signed_so_that_another_implementation_believes_it(self):
        call = self.call(body='{"text":"Привет, «мир»"}')
        self.assertTrue(send_due())
        headers, body = self.receiver.asked[0]
        self.assertEqual(Verifier(self.webhook.secret).verify(body, headers), {"text": "Привет, «мир»"})
        self.assertEqual(headers["webhook-id"], call.name)
        self.assertEqual(headers["Content-Type"], "application/json; charset=utf-8")

    def test_a_new_secret_and_for_a_day_the_former_one_sign(self):
        former = self.webhook.secret
        fresh = self.webhook.renew_secret()
        self.assertNotEqual(former, fresh)
        at = now()
        for moment, believing in ((at, {former, fresh}), (at + BOTH_SECRETS + MINUTE, {fresh})):
            self.call(due_at=moment)
            send_due(moment)
            headers, _body = self.receiver.asked[-1]
            self.assertEqual(len(headers["webhook-signature"].split(" ")), len(believing))
        headers, body = self.receiver.asked[0]
        for secret in (former, fresh):
            Verifier(secret).verify(body, headers)

    def test_the_secret_lies_encrypted_in_the_store(self):
        kept = Webhook.objects.values_list("secret", flat=True).get()
        self.assertIsInstance(kept, Sealed)
        self.assertNotIn(self.webhook.secret, kept.token)

    def test_what_was_taken_is_written_down(self):
        call = self.standing(self.call())
        self.assertTrue(send_due())
        call = self.standing(call)
        self.assertEqual((call.status, call.error, call.due_at, call.tries), (200, "thanks", None, 1))
        self.assertIsNotNone(call.sent_at)
        self.assertFalse(send_due())


class FailingTests(WebhookTestCase):
    def test_each_answer_has_its_words_and_is_tried_again(self):
        cases = {301: Trouble.REDIRECTED, 401: Trouble.UNWELCOME, 404: Trouble.MISSING, 422: Trouble.REJECTED,
                 429: Trouble.BUSY, 500: Trouble.BROKEN, 503: Trouble.BUSY}  # fmt: skip
        for status, trouble in cases.items():
            with self.subTest(status):
                self.receiver.says(status, body=b"because", Location="http://127.0.0.1:1/")
                call, at = self.call(), now()
                Webhook.objects.update(rests_until=None)
                send_due(at)
                call = self.standing(call)
                self.assertEqual((call.status, call.trouble, call.error), (status, trouble, "because"))
                self.assertLess(abs(call.due_at - at - PAUSES[0]), SECOND)
                call.delete()
        self.assertEqual(len(self.receiver.asked), len(cases))

    def test_the_pauses_grow_until_it_is_given_up(self):
        self.receiver.says(422)
        call, at = self.call(), now()
        for pause in PAUSES:
            send_due(at)
            due_at = self.standing(call).due_at
            self.assertLessEqual(abs(due_at - at - pause), JITTER * pause)
            at = due_at
        self.call(due_at=None, sent_at=at)  # another one was taken
        send_due(at)
        call = self.standing(call)
        self.assertIsNone(self.webhook.paused_at)
        self.assertEqual((call.due_at, call.failed_at, call.tries), (None, at, len(PAUSES) + 1))
        self.assertEqual({headers["webhook-id"] for headers, _body in self.receiver.asked}, {call.name})

    def test_one_that_has_taken_nothing_for_days_is_paused_though_it_answers(self):
        self.receiver.says(422)
        call = self.call(tries=len(PAUSES))
        send_due()
        self.assertIsNotNone(self.standing(call).failed_at)
        self.assertEqual(self.webhook.paused_why, Webhook.Why.FAILING)

    def test_a_receiver_says_when_to_come_back(self):
        at = now().replace(microsecond=0)
        hour = timedelta(hours=1)
        cases = (("3600", hour), (http_date((at + hour).timestamp()), hour), ("99999999999", timedelta(days=1)))
        for text, pause in cases:
            with self.subTest(text):
                self.receiver.says(503, Retry_After=text)
                Webhook.objects.update(rests_until=None)
                call = self.call(due_at=at)
                send_due(at)
                self.assertEqual(self.standing(call).due_at, at + pause)
                self.assertEqual(self.webhook.rests_until, at + pause)
                call.delete()

    def test_nonsense_about_when_is_passed_over(self):
        for text in ("soon", "-5", "Wed, 99 Foo 2026", ""):
            with self.subTest(text):
                self.receiver.says(503, Retry_After=text)
                Webhook.objects.update(rests_until=None, failures=0)
                call = self.call()
                send_due()
                self.assertLess(self.standing(call).due_at, now() + MINUTE)
                call.delete()

    def test_one_that_does_not_answer_is_spared_and_others_are_not(self):
        at = now()
        self.receiver.says(500)
        other = Receiver()
        well = Webhook.objects.create(name="Well", url=self.enterContext(listening(other)))
        for webhook in (self.webhook, self.webhook, well):
            self.call(webhook=webhook, due_at=at)
        self.assertEqual([send_due(at) for _round in range(3)], [True, True, False])
        self.assertEqual((len(self.receiver.asked), len(other.asked)), (1, 1))
        send_due(at + 6 * SECOND)
        self.assertEqual(len(self.receiver.asked), 2)

    def test_a_success_ends_the_failing(self):
        self.receiver.says(500, 200)
        self.call()
        at = now()
        send_due(at)
        send_due(at + 6 * SECOND)
        self.webhook.refresh_from_db()
        self.assertEqual((self.webhook.failures, self.webhook.failing_since, self.webhook.rests_until), (0, None, None))

    def test_a_day_of_failures_pauses_it_and_nothing_is_lost(self):
        self.receiver.says(500)
        call, at = self.call(), now()
        send_due(at)
        Webhook.objects.update(rests_until=None)
        WebhookCall.objects.update(due_at=at)
        send_due(at + PATIENCE)
        self.webhook.refresh_from_db()
        self.assertEqual(self.webhook.paused_why, Webhook.Why.FAILING)
        self.assertEqual(Event.objects.get(kind="webhook.paused").facts, {"why": "failing"})
        late = at + PATIENCE + timedelta(days=2)
        self.assertFalse(send_due(late))
        self.assertTrue(self.webhook.resume(by=self.admin))
        self.assertFalse(self.webhook.resume(by=self.admin))
        self.receiver.says(200)
        self.assertTrue(send_due(late))
        self.assertIsNotNone(self.standing(call).sent_at)

    def test_gone_pauses_at_once_and_the_call_waits(self):
        self.receiver.says(410)
        call = self.call()
        send_due()
        call = self.standing(call)
        self.assertEqual((self.webhook.paused_why, call.trouble, call.failed_at), ("gone", Trouble.GONE, None))
        self.assertIsNotNone(call.due_at)
        self.assertFalse(send_due())

    def test_no_answer_at_all(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            closed = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with self.subTest("nobody listens"):
            self.assertEqual(self.trouble_at(closed), Trouble.UNREACHABLE)
        with self.subTest("no possible name"):
            self.assertEqual(self.trouble_at(f"https://{'a' * 70}.example/"), Trouble.UNREACHABLE)
        with self.subTest("no such host"), override_settings(WEBHOOK_HOSTS={"nowhere.invalid"}):
            self.assertEqual(self.trouble_at("http://nowhere.invalid/"), Trouble.UNREACHABLE)
        silent = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        address = f"127.0.0.1:{silent.getsockname()[1]}/"
        with mock.patch.object(posting, "SECONDS", 0.4), self.subTest("too slow"):
            self.assertEqual(self.trouble_at(f"http://{address}"), Trouble.TIMEOUT)
        with self.subTest("no TLS there"):
            self.assertEqual(self.trouble_at(self.webhook.url.replace("http:", "https:")), Trouble.TLS)

    def trouble_at(self, url: str) -> str:
        webhook = Webhook.objects.create(name=url[:80], url=url)
        call = self.call(webhook=webhook)
        send_due()
        trouble = self.standing(call).trouble
        webhook.delete()
        return trouble

    @override_settings(WEBHOOK_HOSTS=frozenset())
    def test_our_own_network_is_not_gone_to_unless_the_settings_say_so(self):
        for url in (
            self.webhook.url,
            self.webhook.url.replace("http:", "https:"),
            "https://localhost/",
            "https://[::1]/",
        ):
            with self.subTest(url):
                self.assertEqual(self.trouble_at(url), Trouble.NOT_ALLOWED)
        self.assertEqual(self.receiver.asked, [])

    def test_a_lost_key_is_said(self):
        call = self.call()
        Webhook.objects.update(secret=Sealed("gAAAAABnonsense"))
        send_due()
        self.assertEqual(self.standing(call).trouble, Trouble.SECRET)
        Webhook.objects.get().renew_secret()
        call.send_again()
        WebhookCall.objects.update(due_at=now())
        Webhook.objects.update(rests_until=None)
        send_due()
        self.assertIsNotNone(self.standing(call).sent_at)

    def test_a_trial_goes_out_once_whatever_state_the_webhook_is_in(self):
        self.webhook.pause(Webhook.Why.GONE)
        self.receiver.says(500)
        call = self.call(ticket=None)
        self.assertTrue(send_due())
        call = self.standing(call)
        self.assertEqual((call.trouble, call.due_at, self.webhook.failures), (Trouble.BROKEN, None, 0))

    def test_one_that_is_out_of_use_is_not_called(self):
        Webhook.objects.update(is_active=False)
        self.call()
        self.assertFalse(send_due())


class AgainTests(WebhookTestCase):
    def test_what_ended_is_sent_again_under_its_name_and_what_waits_is_not(self):
        call = self.call()
        self.assertFalse(call.send_again())
        send_due()
        self.assertTrue(self.standing(call).send_again())
        send_due()
        self.assertEqual([headers["webhook-id"] for headers, _body in self.receiver.asked], [call.name] * 2)

    def test_a_worker_whose_lease_is_over_writes_nothing_down(self):
        late, in_time = self.call(), now() + timedelta(hours=1)
        late.claim(now())
        WebhookCall.objects.filter(pk=late.pk).update(due_at=in_time)
        self.assertFalse(late.settle(due_at=None, sent_at=now()))
        self.assertEqual(self.standing(late).due_at, in_time)

    def test_old_calls_are_forgotten(self):
        self.call(at=now() - KEPT - MINUTE)
        kept = self.call(at=now() - KEPT + MINUTE)
        self.assertTrue(forget())
        self.assertFalse(forget())
        self.assertEqual(WebhookCall.objects.get(), kept)


@override_settings(WEBHOOK_HOSTS=frozenset({"127.0.0.1"}))
class RaceTests(TransactionTestCase):
    def test_workers_that_come_at_once_make_each_call_once(self):
        team = Team.objects.create(name="Support")
        Company.objects.create(name="Demo")
        with transaction.atomic():
            bea = identify("email", "bea@alpha.example", name="Bea")
        ticket = make_ticket(bea, make_mailbox("support@demo.example", team))
        receiver = Receiver()
        webhook = Webhook.objects.create(name="CRM", url=self.enterContext(listening(receiver)))
        calls = [
            WebhookCall.objects.create(webhook=webhook, ticket=ticket, kind="ticket.opened", body="{}")
            for _number in range(6)
        ]
        at_once(lambda: [send_due() for _round in range(3)])
        names = sorted(headers["webhook-id"] for headers, _body in receiver.asked)
        self.assertEqual(names, sorted(call.name for call in calls))
        self.assertFalse(WebhookCall.objects.exclude(due_at=None).exists())
