"""Reading by IMAP from a real Dovecot, in the test’s own thread: one look at all folders."""

import time
from datetime import timedelta
from threading import Event
from unittest import mock

from django.test import override_settings
from django.utils.timezone import now

from otklik.channels.email import imap
from otklik.channels.email.models import Folder, Mailbox
from otklik.channels.email.watch import Watch
from otklik.testing import CastTestCase
from otklik.tickets.models import RawMessage
from otklik.tickets.raw import read_due
from tests.dovecot import ADDRESS, PASSWORD, Dovecot, pytestmark  # noqa: F401 marks these tests

PROCHITANO = "&BB8EQAQ+BEcEOARCBDAEPQQ+-"  # “Прочитано” as IMAP spells it


def mails(count: int, *, start: int = 0) -> list[bytes]:
    return [
        f"From: Bea <bea@alpha.example>\r\nTo: {ADDRESS}\r\nSubject: Mail {number}\r\n"
        f"Message-ID: <{number}@alpha.example>\r\n\r\nText {number}\r\n".encode()
        for number in range(start, start + count)
    ]


class IMAPTestCase(CastTestCase):
    dovecot_options = {}

    def setUp(self) -> None:
        self.dovecot = Dovecot(**self.dovecot_options)
        self.dovecot.__enter__()
        self.addCleanup(self.dovecot.__exit__)
        self.box = self.make_box()

    def make_box(self, **settings) -> Mailbox:
        return Mailbox.objects.create(
            channel=self.mailbox,
            **{
                "incoming": "imap",
                "incoming_host": "127.0.0.1",
                "incoming_port": self.dovecot.imap_port,
                "incoming_security": "none",
                "password": PASSWORD,
                **settings,
            },
        )

    def change(self, **settings) -> None:
        Mailbox.objects.filter(pk=self.box.pk).update(**settings)

    def read(self) -> None:
        """One look, as a worker’s thread takes it."""
        box = Mailbox.objects.select_related("channel").get(pk=self.box.pk)
        box.begin_anew()
        self.assertTrue(box.take())
        with mock.patch.object(imap.Session, "wait", lambda session: session.watch.stop.set()):
            imap.read(box, Watch(box, Event()))
        self.box.refresh_from_db()

    def subjects(self) -> list[str]:
        bodies = RawMessage.objects.order_by("pk").values_list("body", flat=True)
        return [bytes(body).split(b"Subject: ")[1].split(b"\r\n")[0].decode() for body in bodies]


class ReadingTests(IMAPTestCase):
    def test_new_mail_is_stored_once_and_marked(self) -> None:
        self.dovecot.put(mails(3))
        self.read()
        self.assertEqual(self.subjects(), ["Mail 0", "Mail 1", "Mail 2"])
        self.assertEqual(self.dovecot.count(criterion="SEEN"), 3)
        self.assertEqual(self.dovecot.count(criterion="KEYWORD OtklikRead"), 3)
        self.dovecot.put(mails(1, start=3))
        self.read()
        self.assertEqual(len(self.subjects()), 4)
        self.assertEqual(Folder.objects.get().last_uid, 4)

    def test_it_is_noted_that_reading_went_through(self) -> None:
        self.change(failures=3, error_code="other", error="x", failed_at=now())
        self.read()
        self.assertEqual(
            (self.box.failures, self.box.error_code, self.box.error, self.box.failed_at), (0, "", "", None)
        )
        self.assertIsNone(self.box.mail_at)
        self.dovecot.put(mails(1))
        self.read()
        self.assertIsNotNone(self.box.mail_at)

    def test_the_time_is_when_the_mail_came_to_its_mailbox(self) -> None:
        self.dovecot.put(mails(1), at=time.time() - 3600)
        self.read()
        late = now() - RawMessage.objects.get().received_at
        self.assertAlmostEqual(late.total_seconds(), 3600, delta=30)

    def test_the_worker_makes_tickets_of_it(self) -> None:
        self.dovecot.put(mails(1))
        self.read()
        read_due()
        self.assertEqual(RawMessage.objects.get().message.ticket.subject, "Mail 0")

    def test_mail_is_moved_to_a_folder_that_is_made(self) -> None:
        self.change(after_reading="move", move_to="Прочитано")
        self.dovecot.put(mails(3))
        self.read()
        self.assertEqual(len(self.subjects()), 3)
        self.assertEqual(self.dovecot.count(), 0)
        self.assertEqual(self.dovecot.count(f'"{PROCHITANO}"'), 3)

    def test_several_folders_are_read_also_with_russian_names(self) -> None:
        self.dovecot.make_folder(f'"{PROCHITANO}"')
        self.change(folders=["INBOX", "Прочитано"])
        self.dovecot.put(mails(1))
        self.dovecot.put(mails(2, start=1), folder=f'"{PROCHITANO}"')
        self.read()
        self.assertEqual(len(self.subjects()), 3)

    def test_numbered_anew_no_mail_comes_twice(self) -> None:
        self.dovecot.put(mails(5))
        self.read()
        before = Folder.objects.get().uid_validity
        self.dovecot.number_anew()
        self.dovecot.put(mails(2, start=5))
        self.read()
        self.assertNotEqual(Folder.objects.get().uid_validity, before)
        self.assertEqual(len(self.subjects()), 7)

    def test_mails_that_nothing_tells_apart_are_as_many(self) -> None:
        alike = b"From: Bea <bea@alpha.example>\r\nSubject: Every day\r\n\r\nDone.\r\n"
        self.dovecot.put([alike, alike])
        self.read()
        Folder.objects.update(last_uid=0)
        self.read()
        self.assertEqual(self.subjects(), ["Every day", "Every day"])

    def test_mail_from_before_stays_unread(self) -> None:
        self.change(read_from=now() - timedelta(hours=1))
        self.dovecot.put(mails(1), at=time.time() - 7200)
        self.dovecot.put(mails(1, start=1))
        self.read()
        self.assertEqual(self.subjects(), ["Mail 1"])
        self.assertEqual(self.dovecot.count(criterion="UNSEEN"), 1)

    @override_settings(MESSAGE_MAX_BYTES=1000)
    def test_of_a_mail_over_the_limit_the_beginning_is_read(self) -> None:
        self.dovecot.put([mails(1)[0] + b"a line of text\r\n" * 200])
        with mock.patch.object(imap, "BEGINNING", "BODY.PEEK[]<0.500>"):
            self.read()
        raw = RawMessage.objects.get()
        self.assertEqual(len(raw.body), 500)
        self.assertGreater(raw.envelope["cut_from_bytes"], 3000)

    def test_it_ends_when_the_settings_change(self) -> None:
        self.dovecot.put(mails(1))
        box = Mailbox.objects.select_related("channel").get(pk=self.box.pk)
        self.assertTrue(box.take())
        box.begin_anew()
        with mock.patch("otklik.channels.email.watch.KEEP_EVERY", 0):
            imap.read(box, Watch(box, Event()))
        self.assertEqual(self.subjects(), [])


class PlainServerTests(IMAPTestCase):
    """A server with neither MOVE nor UIDPLUS."""

    dovecot_options = {"capability": "IMAP4rev1 LITERAL+ IDLE"}

    def test_moved_mail_is_copied_and_left_deleted(self) -> None:
        self.change(after_reading="move", move_to="Read")
        self.dovecot.put(mails(3))
        self.read()
        self.read()
        self.assertEqual((self.dovecot.count("Read"), self.dovecot.count(criterion="UNDELETED")), (3, 0))
        self.assertEqual(len(self.subjects()), 3)


class OlderServerTests(IMAPTestCase):
    """A server with UIDPLUS but no MOVE."""

    dovecot_options = {"capability": "IMAP4rev1 LITERAL+ IDLE UIDPLUS"}

    def test_moved_mail_is_copied_and_only_it_removed(self) -> None:
        self.change(after_reading="move", move_to="Read")
        self.dovecot.put(mails(3))
        self.read()
        self.assertEqual((self.dovecot.count("Read"), self.dovecot.count()), (3, 0))


class RefusedMailTests(IMAPTestCase):
    """A mail that the server lists and does not hand out, as one whose file is damaged."""

    def test_it_does_not_keep_the_others_and_is_told(self) -> None:
        self.dovecot.put(mails(4))
        fetch = imap.Session.fetch

        def refusing(session: imap.Session, uids, what: str) -> dict[int, bytes]:
            if 2 in uids:
                raise imap.Refused("fetch failed: [SERVERBUG] Internal error")
            return fetch(session, uids, what)

        with mock.patch.object(imap.Session, "fetch", refusing), self.assertRaises(imap.Refused):
            self.read()
        self.assertEqual(self.subjects(), ["Mail 0", "Mail 2", "Mail 3"])
        self.assertEqual(Folder.objects.get().last_uid, 0)
        self.read()
        self.assertEqual(sorted(self.subjects()), ["Mail 0", "Mail 1", "Mail 2", "Mail 3"])
