"""The duty: its threads, their leases, and what becomes of failures. Against a real Dovecot."""

import threading
import time
from collections import Counter
from datetime import timedelta
from unittest import mock

from django.test import TransactionTestCase, override_settings
from django.utils.timezone import now

from otklik.channels.email import fetching
from otklik.channels.email.models import Mailbox
from otklik.staff.models import Team
from otklik.testing import make_mailbox
from otklik.tickets.models import Channel, RawMessage
from tests.cutting import CuttingProxy
from tests.dovecot import ADDRESS, PASSWORD, Dovecot, pytestmark  # noqa: F401 marks these tests
from tests.installation import eventually

from .test_imap import mails


class FetchingTestCase(TransactionTestCase):
    def setUp(self) -> None:
        self.dovecot = Dovecot()
        self.dovecot.__enter__()
        self.addCleanup(self.dovecot.__exit__)
        self.box = Mailbox.objects.create(
            channel=make_mailbox(ADDRESS, Team.objects.create(name="Support")),
            incoming="imap",
            incoming_host="127.0.0.1",
            incoming_port=self.dovecot.imap_port,
            incoming_security="none",
            password=PASSWORD,
        )
        self.duty = fetching.Mailboxes()
        self.addCleanup(self.duty.close)

    def change(self, **settings) -> None:
        Mailbox.objects.filter(pk=self.box.pk).update(**settings)

    def state(self) -> Mailbox:
        return Mailbox.objects.get(pk=self.box.pk)

    def fetch_until(self, question) -> None:
        """Do the duty's rounds, as a worker does, until the answer is yes."""

        def once_more() -> bool:
            self.duty()
            return question()

        self.assertTrue(eventually(once_more, within=30))

    def stored(self) -> int:
        return RawMessage.objects.count()


class FetchingTests(FetchingTestCase):
    def test_new_mail_is_there_within_seconds(self) -> None:
        self.fetch_until(lambda: self.state().checked_at)
        time.sleep(2.5)  # the short first wait is over
        self.dovecot.put(mails(1))
        begun = time.monotonic()
        self.fetch_until(lambda: self.stored() == 1)
        self.assertLess(time.monotonic() - begun, 3)

    def test_a_mailbox_is_read_by_one_worker(self) -> None:
        other = fetching.Mailboxes()
        self.addCleanup(other.close)
        self.assertTrue(self.duty())
        self.assertFalse(other())
        self.assertFalse(self.duty())

    def test_closing_gives_the_mailbox_back_at_once(self) -> None:
        self.fetch_until(lambda: self.state().checked_at)
        self.duty.close()
        self.assertLessEqual(self.state().due_at, now())

    def test_changed_settings_are_taken_up(self) -> None:
        self.fetch_until(lambda: self.state().checked_at)
        self.dovecot.make_folder("Second")
        self.dovecot.put(mails(1), folder="Second")
        self.change(folders=["Second"])
        self.state().begin_anew()
        self.fetch_until(lambda: self.stored() == 1)

    def test_a_mailbox_out_of_use_is_let_go(self) -> None:
        self.fetch_until(lambda: self.state().checked_at)
        Channel.objects.update(is_active=False)
        with mock.patch("otklik.channels.email.watch.KEEP_EVERY", 0.1):
            self.fetch_until(lambda: not any(reader.is_alive() for reader in self.duty.readers.values()))
        self.assertFalse(self.duty())

    def test_a_lost_worker_is_followed_by_the_next_when_its_lease_ends(self) -> None:
        lost = self.state()
        self.assertTrue(lost.take())
        self.assertFalse(self.duty())
        self.change(due_at=now())  # as time passes
        self.dovecot.put(mails(1))
        self.fetch_until(lambda: self.stored() == 1)
        self.assertFalse(lost.keep())


class FailureTests(FetchingTestCase):
    def failed(self) -> Mailbox:
        self.fetch_until(lambda: self.state().failures)
        return self.state()

    def test_a_wrong_password_is_told_and_seldom_tried(self) -> None:
        self.change(password="wrong")
        box = self.failed()
        self.assertEqual(box.error_code, "login_refused")
        self.assertIn("AUTHENTICATIONFAILED", box.error)
        self.assertGreater((box.due_at - now()).total_seconds(), 3000)

    def test_a_password_that_another_key_closed_is_tried_soon_for_a_restart_may_open_it(self) -> None:
        with override_settings(SECRET_KEY="a new key"):
            self.change(password=PASSWORD)
        box = self.failed()
        self.assertEqual(box.error_code, "login_refused")
        self.assertLess((box.due_at - now()).total_seconds(), 60)

    def test_a_missing_folder_is_told(self) -> None:
        self.change(folders=["INBOX", "Nowhere"])
        box = self.failed()
        self.assertEqual(box.error_code, "folder_missing")
        self.assertIn("“Nowhere”", box.error)

    def test_a_server_that_is_down_is_tried_later_and_later(self) -> None:
        self.dovecot.stop()
        box = self.failed()
        self.assertEqual(box.error_code, "unreachable")
        first = box.due_at - now()
        self.change(due_at=now())
        self.fetch_until(lambda: self.state().failures == 2)
        self.assertGreater(self.state().due_at - now(), first)
        self.assertEqual(self.state().failed_at, box.failed_at)

    def test_plain_text_in_place_of_tls_is_told(self) -> None:
        self.change(incoming_security="tls")
        self.assertEqual(self.failed().error_code, "tls")

    def test_a_server_without_starttls_is_told(self) -> None:
        self.change(incoming_security="starttls")
        self.assertEqual(self.failed().error_code, "tls")

    def test_a_password_that_cannot_be_opened_is_told(self) -> None:
        with self.settings(SECRET_KEY="quite another key"):
            box = self.failed()
        self.assertEqual(box.error_code, "login_refused")
        self.assertIn("Enter the password again", box.error)

    def test_a_fault_of_ours_is_told_too_and_does_not_end_the_worker(self) -> None:
        with mock.patch("otklik.channels.email.imap.Session.wait", side_effect=ValueError("a bug")):
            box = self.failed()
        self.assertEqual((box.error_code, box.error), ("other", "ValueError: a bug"))


class BreakingLineTests(FetchingTestCase):
    def test_each_mail_comes_once_over_a_line_that_is_cut_again_and_again(self) -> None:
        self.dovecot.put(mails(400))
        line = CuttingProxy(self.dovecot.imap_port, cuts=5, after_bytes=40_000)
        at_once = mock.patch("otklik.channels.email.models.mailbox.FIRST_PAUSE", timedelta())
        with line, at_once, mock.patch.object(fetching, "PAUSE_AFTER_CUT", timedelta()):
            self.change(incoming_port=line.port)
            self.fetch_until(lambda: self.stored() >= 400)
            self.assertLess(line.cuts, 0)
        subjects = Counter(bytes(body) for body in RawMessage.objects.values_list("body", flat=True))
        self.assertEqual(subjects, Counter(mails(400)))
        self.assertLess(threading.active_count(), 10)
