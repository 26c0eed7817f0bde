"""Reading by POP3 from a real Dovecot."""

import time
from datetime import timedelta
from threading import Event

from django.test import override_settings
from django.utils.timezone import now

from otklik.channels.email import pop3
from otklik.channels.email.models import KnownMail, Mailbox
from otklik.channels.email.trouble import EXPECTED, code
from otklik.channels.email.watch import Watch
from otklik.tickets.models import RawMessage
from tests.dovecot import pytestmark  # noqa: F401 marks these tests

from .test_imap import IMAPTestCase, mails


class POP3Tests(IMAPTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.change(incoming="pop3", incoming_port=self.dovecot.pop3_port)

    def read(self) -> None:
        box = Mailbox.objects.select_related("channel").get(pk=self.box.pk)
        box.begin_anew()
        self.assertTrue(box.take())
        pop3.read(box, Watch(box, Event()))
        self.box.refresh_from_db()

    def test_mail_that_stays_is_read_once(self) -> None:
        self.dovecot.put(mails(3))
        self.read()
        self.dovecot.put(mails(1, start=3))
        self.read()
        self.assertEqual(self.subjects(), ["Mail 0", "Mail 1", "Mail 2", "Mail 3"])
        self.assertEqual((self.dovecot.count(), KnownMail.objects.count()), (4, 4))

    def test_mail_is_stored_as_it_is(self) -> None:
        body = mails(1)[0] + b"." * 3 + b"\r\n" + b"x" * 30_000 + b"\r\n"
        self.dovecot.put([body])
        self.read()
        self.assertEqual(bytes(RawMessage.objects.get().body), body)

    def test_mail_is_removed_when_wanted(self) -> None:
        self.change(after_reading="move")
        self.dovecot.put(mails(3))
        self.read()
        self.assertEqual((len(self.subjects()), self.dovecot.count(), KnownMail.objects.count()), (3, 0, 0))

    def test_what_left_the_server_is_forgotten(self) -> None:
        self.dovecot.put(mails(2))
        self.read()
        self.change(after_reading="move")
        KnownMail.objects.all().delete()
        self.read()
        self.read()
        self.assertEqual((len(self.subjects()), KnownMail.objects.count()), (2, 0))

    def test_mail_from_before_stays_unread(self) -> None:
        self.change(read_from=now() - timedelta(hours=1))
        old = mails(1)[0].replace(b"Subject", b"Date: Mon, 02 Nov 2026 10:00:00 +0300\r\nSubject")
        self.dovecot.put([old, *mails(1, start=1)], at=time.time())
        self.read()
        self.assertEqual(self.subjects(), ["Mail 1"])

    @override_settings(MESSAGE_MAX_BYTES=1000)
    def test_of_a_mail_over_the_limit_the_beginning_is_read(self) -> None:
        self.dovecot.put([mails(1)[0] + b"a line of text\r\n" * 6000])
        self.read()
        self.assertLess(len(RawMessage.objects.get().body), 90_000)
        self.assertIn("cut_from_bytes", RawMessage.objects.get().envelope)

    def test_it_looks_again_after_a_minute(self) -> None:
        self.read()
        self.assertAlmostEqual((self.box.due_at - now()).total_seconds(), 60, delta=5)

    def test_a_wrong_password_is_told(self) -> None:
        self.change(password="wrong")
        with self.assertRaises(EXPECTED) as caught:
            self.read()
        self.assertEqual(code(caught.exception), "login_refused")
