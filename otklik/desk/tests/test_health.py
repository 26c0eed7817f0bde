"""What administrators are told when mail stops, and where."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import SimpleTestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

from otklik.channels.email.advice import ADVICE
from otklik.channels.email.models import Mailbox, MailboxWatch, Trouble
from otklik.desk.health import alarms, standings
from otklik.routing.models import Wait
from otklik.testing import CastTestCase, make_mailbox
from otklik.tickets.models import Delivery, RawMessage
from otklik.tickets.raw import read_due
from otklik.tickets.replying import reply

QUEUE = reverse("desk:queue", args=["open"])
HEALTH = reverse("desk:health")


class AdviceTests(SimpleTestCase):
    def test_every_message_of_the_page_stands_in_the_papers(self):
        paper = " ".join((Path(settings.ROOT) / "docs/email.md").read_text().split())
        with translation.override("en"):
            for code, advice in ADVICE.items():
                with self.subTest(code):
                    row = f"| {advice.title} | {advice.means} | {advice.todo} |"
                    self.assertTrue(row in paper, f"docs/email.md lacks: {row}")

    def test_every_trouble_has_its_advice(self):
        self.assertLessEqual(set(Trouble), ADVICE.keys())


class HealthTestCase(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.admin)
        caches["local"].clear()
        self.addCleanup(caches["local"].clear)
        far = now() + timedelta(hours=1)
        self.box = Mailbox.objects.create(channel=self.mailbox, incoming="imap", checked_at=now(), due_at=far)
        self.watch = MailboxWatch.objects.create(channel=self.mailbox)

    def break_down(self, code: str = Trouble.UNREACHABLE, **ago: int) -> None:
        failed_at = now() - timedelta(**ago)
        Mailbox.objects.update(error_code=code, error="NO, never", failed_at=failed_at, failures=3)

    def stop_sending(self, reason: str, **ago: int) -> None:
        message = reply(self.ticket, by=self.ana, text="Pour water over it.", at=now() - timedelta(**ago))
        Delivery.objects.exclude(message=message).delete()
        Delivery.objects.get().claim()
        Delivery.objects.get().mark_failed("535 5.7.8 No, never", retry=True, reason=reason)

    def silence(self) -> None:
        MailboxWatch.objects.update(silent_since=now() - timedelta(hours=9))


class BannerTests(HealthTestCase):
    def codes(self) -> list[str]:
        caches["local"].clear()
        return [alarm.code for alarm in alarms(self.admin)]

    def test_a_refused_login_is_told_at_once_on_every_page(self):
        self.break_down(Trouble.LOGIN_REFUSED, seconds=1)
        for page in (QUEUE, self.ticket.get_absolute_url(), reverse("desk:clients")):
            with self.subTest(page):
                self.assertContains(self.client.get(page), "The login is refused")

    def test_nobody_but_administrators_is_told(self):
        self.break_down(Trouble.LOGIN_REFUSED, seconds=1)
        self.client.force_login(self.ana)
        self.assertNotContains(self.client.get(QUEUE), "The login is refused")
        self.assertEqual(alarms(self.ana), [])

    def test_a_short_failure_is_not_worth_a_banner(self):
        self.break_down(minutes=9)
        self.assertEqual(self.codes(), [])
        self.break_down(minutes=11)
        self.assertEqual(self.codes(), [Trouble.UNREACHABLE])

    def test_a_server_that_does_not_let_us_send_is_told_at_once_and_one_that_is_away_after_a_while(self):
        self.stop_sending("refused")
        self.assertEqual(self.codes(), ["not_sent"])
        self.assertContains(self.client.get(QUEUE), "Answers cannot be sent")
        self.stop_sending("unreachable", minutes=9)
        self.assertEqual(self.codes(), [])
        self.stop_sending("unreachable", minutes=11)
        self.assertEqual(self.codes(), ["not_sent"])
        self.stop_sending("full", minutes=11)
        self.assertEqual(self.codes(), [])

    def test_a_silence_is_told_until_somebody_calls_it_usual(self):
        self.silence()
        self.assertEqual(self.codes(), ["silent"])
        self.client.post(reverse("desk:accept_silence", args=[self.mailbox.pk]))
        self.assertEqual(self.codes(), [])

    def test_a_mailbox_out_of_use_is_left_in_peace(self):
        self.break_down(hours=2)
        type(self.mailbox).objects.filter(pk=self.mailbox.pk).update(is_active=False)
        self.assertEqual(self.codes(), [])

    def test_it_costs_three_queries_a_minute(self):
        with self.assertNumQueries(3):
            alarms(self.admin)
        with self.assertNumQueries(0):
            alarms(self.admin)
        with self.assertNumQueries(0):
            alarms(self.ana)

    def test_the_pages_keep_within_their_queries(self):
        self.break_down(hours=1)
        self.client.get(QUEUE)  # the presence is written down
        # Once a minute an administrator's page asks for the alarms: three queries more than everybody's.
        for page, most in ((QUEUE, 12 + 3), (self.ticket.get_absolute_url(), 15 + 3)):
            caches["local"].clear()
            with self.subTest(page), CaptureQueriesContext(connection) as asked:
                self.client.get(page)
            self.assertLessEqual(len(asked), most)


class HealthPageTests(HealthTestCase):
    def codes(self) -> list[str]:
        return next(row.codes for row in standings() if row.channel == self.mailbox)

    def test_all_is_well(self):
        self.assertEqual(self.codes(), [])
        self.assertContains(self.client.get(HEALTH), "Every message was read")

    def test_each_trouble_is_explained_with_what_to_do_and_the_server_s_words(self):
        for code in Trouble:
            self.break_down(code, hours=1)
            with self.subTest(code):
                page = self.client.get(HEALTH)
                self.assertContains(page, ADVICE[code].title)
                self.assertContains(page, ADVICE[code].todo)
                self.assertContains(page, "NO, never")

    def test_a_mailbox_that_no_worker_reads_is_named(self):
        Mailbox.objects.update(due_at=now() - timedelta(minutes=6))
        self.assertEqual(self.codes(), ["not_read"])
        Mailbox.objects.update(due_at=now(), checked_at=now() - timedelta(minutes=31))
        self.assertEqual(self.codes(), ["not_read"])

    def test_work_that_waits_too_long_is_named(self):
        reply(self.ticket, by=self.ana, text="Pour water over it.")
        Delivery.objects.update(due_at=now() - timedelta(minutes=11))
        RawMessage.objects.create(channel=self.mailbox, digest="x", body=b"", received_at=now() - timedelta(minutes=6))
        self.silence()
        self.assertEqual(self.codes(), ["silent", "raw_late", "delivery_late"])
        self.assertContains(self.client.get(HEALTH), "for 11\xa0minutes")

    def test_answers_that_cannot_be_sent_are_shown_with_the_server_s_words_and_sent_on_demand(self):
        self.stop_sending("refused")
        self.assertEqual(self.codes(), ["not_sent"])
        page = self.client.get(HEALTH)
        self.assertContains(page, ADVICE["not_sent"].todo)
        self.assertContains(page, "535 5.7.8 No, never")
        self.assertContains(page, "<dd>1</dd>", html=True)
        self.client.post(reverse("desk:send_now", args=[self.mailbox.pk]))
        self.assertEqual(Delivery.objects.due().count(), 1)

    def test_an_answer_that_the_server_alone_does_not_take_is_its_writer_s_matter(self):
        self.stop_sending("unreachable", minutes=30)
        reply(self.ticket, by=self.ana, text="Is it out?").deliveries.get().mark_sent()
        self.assertEqual(self.codes(), [])

    def test_what_a_worker_is_at_is_not_hurried(self):
        self.stop_sending("refused")
        Delivery.objects.update(due_at=now())
        self.assertTrue(Delivery.objects.get().claim())
        self.client.post(reverse("desk:send_now", args=[self.mailbox.pk]))
        self.assertFalse(Delivery.objects.due().exists())

    def test_failures_come_first(self):
        Mailbox.objects.create(channel=self.sales_box, incoming="imap", error_code="other", failed_at=now())
        self.assertEqual([row.channel for row in standings()], [self.sales_box, self.mailbox])

    def test_a_failing_mailbox_is_read_at_once_on_demand(self):
        self.break_down(hours=1)
        self.client.post(reverse("desk:try_again", args=[self.mailbox.pk]))
        self.box.refresh_from_db()
        self.assertLessEqual(self.box.due_at, now())

    def test_a_failed_answer_leads_to_its_ticket(self):
        reply(self.ticket, by=self.ana, text="Pour water over it.")
        Delivery.objects.update(due_at=None, failed_at=now(), error="550 No such user")
        page = self.client.get(HEALTH)
        self.assertContains(page, "550 No such user")
        self.assertContains(page, self.ticket.get_absolute_url())

    def test_dead_letters_are_listed_with_the_reason_and_their_text_is_bounded(self):
        raw = RawMessage.objects.create(channel=self.mailbox, digest="x", outcome="failed", reason="It is odd",
                                        due_at=None, body=b"<script>alert(1)</script>" + b"x" * 50_000)  # fmt: skip
        self.assertContains(self.client.get(HEALTH), "It is odd")
        page = self.client.get(reverse("desk:raw", args=[raw.pk]))
        self.assertNotContains(page, "<script>alert")
        self.assertLess(len(page.content), 50_000)
        self.client.post(reverse("desk:raw", args=[raw.pk]))
        self.assertNotContains(self.client.get(HEALTH), "It is odd")

    def cost(self) -> int:
        self.client.get(HEALTH)  # the presence is written down
        caches["local"].clear()
        with CaptureQueriesContext(connection) as asked:
            self.client.get(HEALTH)
        return len(asked)

    def test_tickets_that_nobody_has_are_counted(self):
        self.assertNotContains(self.client.get(HEALTH), "Tickets that nobody has")
        Wait.objects.create(ticket=self.ticket, team=self.support, since=now(), priority=2, told_at=now())
        page = self.client.get(HEALTH)
        self.assertContains(page, "Tickets that nobody has")
        self.assertContains(page, "1 of them was not taken in time")

    def test_dead_letters_are_read_again_together(self):
        for number in range(3):
            RawMessage.objects.create(channel=self.mailbox, digest=number, outcome="failed", due_at=None, body=b"?")
        self.assertContains(self.client.post(reverse("desk:unread"), follow=True), "3 messages will be read again")
        self.assertEqual(RawMessage.objects.due().count(), 3)

    def test_mail_that_became_nothing_is_shown_why_and_read_again(self):
        bodies = {"empty": b"From: bea@alpha.example\r\n\r\n", "no_sender": b"Subject: Help\r\n\r\nIt is on fire."}
        for reason, body in bodies.items():
            RawMessage.objects.create(channel=self.mailbox, digest=reason, body=body)
        read_due()
        self.assertEqual(set(RawMessage.objects.values_list("reason", flat=True)), set(bodies))
        RawMessage.objects.create(channel=self.mailbox, digest="own", outcome="dropped", reason="own", due_at=None)
        for address in (HEALTH, reverse("desk:dropped")):
            with self.subTest(address):
                page = self.client.get(address)
                self.assertContains(page, "It does not say who sent it")
                self.assertContains(page, "There is no text, no subject and no file in it.")
                self.assertNotContains(page, "our own mail")
        raw = RawMessage.objects.get(reason="no_sender")
        self.assertContains(self.client.get(reverse("desk:raw", args=[raw.pk])), "It is on fire.")
        self.client.post(reverse("desk:raw", args=[raw.pk]))
        self.assertTrue(RawMessage.objects.due().filter(pk=raw.pk).exists())
        self.assertEqual(self.client.get(reverse("desk:dropped"), {"after": "x"}).status_code, 404)

    def test_the_page_costs_the_same_however_many_mailboxes_there_are(self):
        before = self.cost()
        for number in range(5):
            channel = make_mailbox(f"{number}@demo.example", self.support)
            Mailbox.objects.create(channel=channel, incoming="imap", error_code="other", failed_at=now())
            MailboxWatch.objects.create(channel=channel)
        self.assertEqual(self.cost(), before)
        self.assertLessEqual(before, 22)
