"""How mail leaves: which server, who we are there, connections that are kept, refusals that are understood."""

import os
import smtplib
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest import mock

from django.test import SimpleTestCase, override_settings
from django.utils.timezone import now

from otklik.channels.email import smtp
from otklik.channels.email.limits import take_room
from otklik.channels.email.models import Mailbox
from otklik.channels.email.refusals import failure_of, meaning
from otklik.channels.email.sending import send
from otklik.channels.email.smtp import POOL, Account, NotUnderstood, account_at, account_of, close_idle, wire
from otklik.channels.email.tests.certificates import make_certificate
from otklik.channels.email.tests.sink import PASSWORD, TOKEN, Sink
from otklik.testing import CastTestCase
from otklik.tickets.models import Delivery
from otklik.tickets.replying import reply
from otklik.tickets.sending import Postponed, SendFailed, send_due


class MailboxTestCase(CastTestCase):
    """A mailbox with a server of its own."""

    def setUp(self) -> None:
        self.addCleanup(POOL.close_idle, before=float("inf"))

    def started(self, **options: object) -> Sink:
        sink = Sink(**options)
        self.addCleanup(sink.close)
        return sink

    def goes_by(self, sink: Sink, **rest: object) -> Mailbox:
        columns = {"outgoing_host": "127.0.0.1", "outgoing_port": sink.port, "outgoing_security": "none"} | rest
        return Mailbox.objects.update_or_create(channel=self.mailbox, defaults=columns)[0]

    def answer(self, text: str = "Is it still on fire?") -> Delivery:
        return reply(self.ticket, by=self.ana, text=text).deliveries.get()

    def failure(self, **answers: str) -> SendFailed:
        self.goes_by(self.started(**answers))
        return self.refused()

    def refused(self) -> SendFailed:
        with self.assertRaises(SendFailed) as failed:
            send(self.answer())
        return failed.exception


class AccountTests(MailboxTestCase):
    def test_a_mailbox_without_a_server_takes_the_installation_s(self) -> None:
        with override_settings(SMTP_URL="smtp://mx.example"):
            self.assertEqual(account_of(self.mailbox), Account("mx.example", 25))
        with override_settings(SMTP_URL=""):
            self.assertIsNone(account_of(self.mailbox))

    def test_the_login_for_sending_is_the_one_for_reading_unless_it_has_its_own(self) -> None:
        columns = {"outgoing_host": "mx.example", "password": "in", "outgoing_security": "tls"}
        box = Mailbox.objects.create(channel=self.mailbox, **columns)
        account = account_of(self.mailbox)
        self.assertEqual((account.username, account.password, account.port), ("support@demo.example", "in", 465))
        Mailbox.objects.filter(pk=box.pk).update(outgoing_username="out@demo.example", outgoing_password="out")
        account = account_of(self.mailbox)
        self.assertEqual((account.username, account.password), ("out@demo.example", "out"))

    def test_no_secret_is_shown(self) -> None:
        self.assertNotIn("sesame", repr(Account("mx.example", 25, username="bea", password="sesame")))

    def test_each_form_of_the_setting(self) -> None:
        cases = {
            "smtp://mx.example": Account("mx.example", 25),
            "smtp://mx.example:587?starttls=1": Account("mx.example", 587, "starttls"),
            "smtps://bea%40x:p%2Fw@mx.example": Account("mx.example", 465, "tls", "bea@x", "p/w"),
        }
        for url, expected in cases.items():
            with self.subTest(url):
                self.assertEqual(account_at(url), expected)


class SigningInTests(MailboxTestCase):
    def certificate(self) -> Path:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return make_certificate(Path(folder.name) / "both.pem")

    def test_with_tls_and_a_password_in_both_ways(self) -> None:
        certificate = self.certificate()
        trusted = mock.patch.dict(os.environ, {"SSL_CERT_FILE": str(certificate)})
        for security, starttls in (("tls", False), ("starttls", True)):
            with self.subTest(security), trusted:
                sink = self.started(certificate=certificate, starttls=starttls)
                self.goes_by(sink, outgoing_security=security, password=PASSWORD)
                send(self.answer())
                self.assertEqual([login for _way, login in sink.logins], ["support@demo.example"])
                self.assertEqual(len(sink.taken), 1)

    def test_a_password_may_have_any_letters(self) -> None:
        for password, fails in (("пароль & “quotes”", False), ("чужой", True)):  # cyrillic: as people choose them
            with self.subTest(password):
                sink = self.started(password="пароль & “quotes”")  # cyrillic: as above
                self.goes_by(sink, password=password)
                if fails:
                    self.assertEqual(self.refused().reason, "refused")
                else:
                    send(self.answer())
                self.assertEqual((len(sink.taken), sink.logins), (not fails, [("PLAIN", "support@demo.example")]))

    def test_a_server_that_nobody_vouches_for_gets_neither_password_nor_mail(self) -> None:
        sink = self.started(certificate=self.certificate())
        self.goes_by(sink, outgoing_security="tls", password=PASSWORD)
        with self.assertRaises(SendFailed) as failed:
            send(self.answer())
        self.assertEqual((failed.exception.reason, failed.exception.retry), ("insecure", True))
        self.assertEqual((sink.logins, sink.taken), ([], []))

    def test_a_server_that_cannot_be_secured_gets_nothing(self) -> None:
        sink = self.started()
        self.goes_by(sink, outgoing_security="starttls", password=PASSWORD)
        with self.assertRaises(SendFailed) as failed:
            send(self.answer())
        self.assertEqual((failed.exception.reason, sink.logins), ("insecure", []))

    def test_a_wrong_password_is_tried_again_and_told_as_the_administrator_s_matter(self) -> None:
        self.goes_by(self.started(), password="wrong")
        with self.assertRaises(SendFailed) as failed:
            send(self.answer())
        self.assertEqual((failed.exception.reason, failed.exception.retry), ("refused", True))
        self.assertNotIn("wrong", str(failed.exception))

    def test_by_a_token(self) -> None:
        sink = self.started()
        valid = {"oauth_access_token": TOKEN, "oauth_expires_at": now() + timedelta(hours=1)}
        self.goes_by(sink, auth="oauth2", oauth_provider="yandex", **valid)
        send(self.answer())
        self.assertEqual(sink.logins, [("XOAUTH2", "support@demo.example")])
        self.assertEqual(len(sink.taken), 1)

    def test_a_refused_token_is_told_and_not_used_again(self) -> None:
        stale = {"oauth_access_token": "stale", "oauth_expires_at": now() + timedelta(hours=1)}
        box = self.goes_by(self.started(), auth="oauth2", oauth_provider="yandex", **stale)
        with self.assertRaises(SendFailed) as failed:
            send(self.answer())
        box.refresh_from_db()
        self.assertEqual((failed.exception.reason, box.oauth_expires_at), ("refused", None))


class PoolTests(MailboxTestCase):
    def test_the_next_mail_of_a_mailbox_goes_over_the_same_connection(self) -> None:
        sink = self.started()
        self.goes_by(sink)
        for text in ("One", "Two", "Three"):
            send(self.answer(text))
        self.assertEqual((len(sink.sessions), len(sink.taken)), (1, 3))

    def test_a_changed_password_makes_a_new_connection(self) -> None:
        sink = self.started()
        self.goes_by(sink)
        send(self.answer())
        self.goes_by(sink, password=PASSWORD)
        send(self.answer())
        self.assertEqual(len(sink.sessions), 2)

    def test_a_connection_that_the_server_closed_is_replaced(self) -> None:
        sink = self.started()
        self.goes_by(sink)
        send(self.answer())
        sink.hang_up()
        send(self.answer())
        self.assertEqual((len(sink.sessions), len(sink.taken)), (2, 2))

    def test_a_mail_that_was_handed_over_is_waited_for_as_long_as_the_standard_says(self) -> None:
        self.goes_by(self.started())
        waited = []
        with mock.patch.object(smtp, "hand_over", lambda line, _letter: waited.append(line.sock.gettimeout())):
            send(self.answer())
        send(self.answer("Over the kept connection, whose silence is not waited for as long."))
        kept = POOL._idle[account_of(self.mailbox)]
        self.assertEqual((waited, kept.mails, kept.line.sock.gettimeout()), ([600], 2, 60))

    def test_idle_connections_are_closed_and_fresh_ones_are_not(self) -> None:
        sink = self.started()
        self.goes_by(sink)
        send(self.answer())
        self.assertFalse(close_idle())
        send(self.answer())
        self.assertEqual(len(sink.sessions), 1)
        with mock.patch("otklik.channels.email.smtp.IDLE_SECONDS", 0):
            close_idle()
        send(self.answer())
        self.assertEqual(len(sink.sessions), 2)

    def test_after_a_refusal_the_connection_is_not_used_again(self) -> None:
        sink = self.started(rcpt="550 5.1.1 No such user")
        self.goes_by(sink)
        with self.assertRaises(SendFailed):
            send(self.answer())
        sink.answers.clear()
        send(self.answer())
        self.assertEqual((len(sink.sessions), len(sink.taken)), (2, 1))

    def test_after_many_mails_a_connection_is_given_up(self) -> None:
        sink = self.started()
        self.goes_by(sink)
        with mock.patch("otklik.channels.email.smtp.MAILS_MAX", 2):
            for text in ("One", "Two", "Three"):
                send(self.answer(text))
        self.assertEqual((len(sink.sessions), len(sink.taken)), (2, 3))


class RefusalTests(MailboxTestCase):
    def test_what_the_server_refuses_is_told_in_words_and_tried_again_where_that_may_help(self) -> None:
        cases = {
            ("rcpt", "550 5.1.1 No such user"): ("bad_address", False),
            ("rcpt", "550 No such user here"): ("bad_address", False),
            ("rcpt", "552 5.2.2 Mailbox is full"): ("full", True),
            ("rcpt", "452 4.2.2 Mailbox is full"): ("full", True),
            ("rcpt", "451 4.2.0 Greylisted"): ("later", True),
            ("rcpt", "550 5.7.1 Relaying denied"): ("unwanted", False),
            ("rcpt", "550 5.7.1 No such user!"): ("bad_address", False),
            ("data", "550 Message was not accepted -- invalid mailbox. User not found"): ("bad_address", False),
            ("mail", "553 5.7.1 Sender is not owned by user"): ("refused", True),
            ("data", "554 5.7.1 Spam"): ("unwanted", False),
            ("data", "554 Message refused"): ("unwanted", False),
            ("data", "552 5.3.4 Too large"): ("too_large", False),
            ("data", "550 5.4.5 Daily quota exceeded"): ("later", True),
            ("data", "452 4.3.1 Disk full"): ("later", True),
            ("data", "421 4.7.0 Try later"): ("later", True),
        }
        for (command, answer), expected in cases.items():
            with self.subTest(answer):
                failure = self.failure(**{command: answer})
                self.assertEqual((failure.reason, failure.retry), expected)
                self.assertIn(answer[4:], str(failure))

    def test_every_reason_is_advice(self) -> None:
        for reason in Delivery.Trouble:
            with self.subTest(reason):
                self.assertTrue(str(reason.label).endswith("."))

    def test_a_server_that_does_not_answer_is_tried_again(self) -> None:
        failure = failure_of(ConnectionRefusedError("nobody there"), "bea@alpha.example")
        self.assertEqual((failure.reason, failure.retry), ("unreachable", True))

    def test_a_cut_connection_is_tried_again(self) -> None:
        failure = failure_of(smtplib.SMTPServerDisconnected("Connection lost"), "bea@alpha.example")
        self.assertEqual((failure.reason, failure.retry), ("unreachable", True))

    def test_an_address_that_the_server_cannot_write_is_told(self) -> None:
        failure = failure_of(NotUnderstood("No such letters."), "ночь@alpha.example")
        self.assertEqual((failure.reason, failure.retry), ("bad_address", False))

    def test_an_unknown_enhanced_code_means_nothing_by_itself(self) -> None:
        self.assertEqual(meaning("5.9.9 Odd"), "")
        self.assertEqual(meaning("no code"), "")

    def test_the_delivery_keeps_the_reason_until_it_is_sent(self) -> None:
        sink = self.started(rcpt="550 5.1.1 No such user")
        self.goes_by(sink)
        delivery = self.answer()
        send_due()
        delivery.refresh_from_db()
        self.assertEqual((delivery.status, delivery.reason), ("failed", "bad_address"))
        sink.answers.clear()
        delivery.send_again()
        send_due()
        delivery.refresh_from_db()
        self.assertEqual((delivery.status, delivery.reason), ("sent", ""))

    @override_settings(SMTP_URL="smtp://127.0.0.1:1")
    def test_a_server_that_answers_again_gets_at_once_what_waited_for_it(self) -> None:
        first = self.answer("While it is away.")
        send_due()
        Delivery.objects.update(due_at=now() + timedelta(hours=1))  # as after many tries
        self.goes_by(self.started())
        second = self.answer("Now it is back.")
        send_due()
        self.assertTrue(send_due())
        sent = Delivery.objects.exclude(sent_at=None).values_list("pk", flat=True)
        self.assertEqual(set(sent), {first.pk, second.pk})


class AddressTests(MailboxTestCase):
    def test_domains_are_written_as_the_wire_wants_them(self) -> None:
        self.assertEqual(wire("bea@почта.example"), "bea@xn--80a1acny.example")
        self.assertEqual(wire("bea@alpha.example"), "bea@alpha.example")
        self.assertEqual(wire(""), "")
        self.assertEqual(wire("bea@a..example"), "bea@a..example")

    def test_names_of_any_alphabet_reach_a_server_that_takes_them(self) -> None:
        sink = self.started()
        self.goes_by(sink)
        delivery = self.answer()
        Delivery.objects.filter(pk=delivery.pk).update(address="беа@почта.example")
        send_due()
        self.assertEqual(sink.taken[0][1], ["беа@xn--80a1acny.example"])


class LimitTests(MailboxTestCase):
    def test_the_rest_waits_for_the_next_hour_and_is_told(self) -> None:
        sink = self.started()
        self.goes_by(sink, sends_per_hour=2)
        deliveries = [self.answer(text) for text in ("One", "Two", "Three")]
        send_due()
        last = Delivery.objects.get(pk=deliveries[2].pk)
        self.assertEqual((len(sink.taken), last.status, last.reason, last.tries), (2, "waiting", "limit", 0))
        self.assertAlmostEqual(last.due_at, now() + timedelta(hours=1), delta=timedelta(minutes=1))

    def test_a_new_hour_has_room_again(self) -> None:
        Mailbox.objects.create(channel=self.mailbox, sends_per_hour=1)
        take_room(self.mailbox)
        with self.assertRaises(Postponed) as pause:
            take_room(self.mailbox)
        take_room(self.mailbox, at=pause.exception.until)
        with self.assertRaises(Postponed):
            take_room(self.mailbox, at=pause.exception.until)

    def test_an_hour_that_a_wrong_clock_began_ends_at_once(self) -> None:
        Mailbox.objects.create(channel=self.mailbox, sends_per_hour=1)
        take_room(self.mailbox, at=now() + timedelta(days=300))
        take_room(self.mailbox)
        with self.assertRaises(Postponed):
            take_room(self.mailbox)

    def test_a_mailbox_without_a_limit_counts_nothing(self) -> None:
        Mailbox.objects.create(channel=self.mailbox)
        with self.assertNumQueries(1):
            take_room(self.mailbox)


class TokensNeverTravelInTheOpenTests(SimpleTestCase):
    def test_the_account_of_a_mailbox_shows_no_token(self) -> None:
        box = Mailbox(oauth_access_token=TOKEN)
        self.assertNotIn(TOKEN, repr(Account("mx.example", 465, "tls", oauth=box)))
