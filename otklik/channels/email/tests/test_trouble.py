"""What the refusals of mail servers mean; the servers' words are those of the standards and of well-known servers."""

import imaplib
import poplib
import ssl
from datetime import timedelta

from django.test import SimpleTestCase
from django.utils.timezone import now
from imapclient.exceptions import CapabilityError, LoginError

from otklik.channels.email.models import Mailbox, Trouble
from otklik.channels.email.trouble import FolderMissing, LoginRefused, code, is_cut, words
from otklik.lib.encrypted import Undecipherable
from otklik.testing import CastTestCase


def while_logging_in(fault: Exception) -> LoginError:
    """As IMAPClient has it: LoginError with the text of whatever happened."""
    try:
        try:
            raise fault
        except imaplib.IMAP4.error as inner:
            raise LoginError(str(inner))  # noqa: B904 its way
    except LoginError as outer:
        return outer


class MeaningTests(SimpleTestCase):
    def test_each_refusal_has_its_word(self) -> None:
        for fault, meaning in (
            (while_logging_in(imaplib.IMAP4.error("[AUTHENTICATIONFAILED] Invalid")), Trouble.LOGIN_REFUSED),
            (
                while_logging_in(imaplib.IMAP4.error("LOGIN invalid credentials or IMAP is disabled")),
                Trouble.LOGIN_REFUSED,
            ),
            (while_logging_in(imaplib.IMAP4.error("[UNAVAILABLE] Try later")), Trouble.UNREACHABLE),
            (while_logging_in(imaplib.IMAP4.error("[LIMIT] Too many simultaneous connections")), Trouble.QUOTA),
            (while_logging_in(imaplib.IMAP4.abort("socket error: EOF")), Trouble.UNREACHABLE),
            (imaplib.IMAP4.abort("* BYE [UNAVAILABLE] Temporary authentication failure"), Trouble.UNREACHABLE),
            (imaplib.IMAP4.error("copy failed: [OVERQUOTA] Quota exceeded"), Trouble.QUOTA),
            (imaplib.IMAP4.error("move failed: [TRYCREATE] No such mailbox"), Trouble.FOLDER_MISSING),
            (imaplib.IMAP4.error("search failed: BAD"), Trouble.OTHER),
            (poplib.error_proto("-ERR EOF"), Trouble.UNREACHABLE),
            (poplib.error_proto(b"-ERR [IN-USE] Mailbox is locked"), Trouble.UNREACHABLE),
            (poplib.error_proto(b"-ERR Unknown command"), Trouble.OTHER),
            (LoginRefused(why="-ERR"), Trouble.LOGIN_REFUSED),
            (Undecipherable(), Trouble.LOGIN_REFUSED),
            (FolderMissing(folder="X", why="-"), Trouble.FOLDER_MISSING),
            (CapabilityError("Server does not support STARTTLS capability"), Trouble.TLS),
            (ssl.SSLCertVerificationError("self-signed certificate"), Trouble.TLS),
            (ssl.SSLEOFError("EOF occurred in violation of protocol"), Trouble.UNREACHABLE),
            (ConnectionRefusedError(111, "Connection refused"), Trouble.UNREACHABLE),
            (TimeoutError("timed out"), Trouble.UNREACHABLE),
        ):
            with self.subTest(str(fault)):
                self.assertEqual(code(fault), meaning)

    def test_the_words_are_the_servers_own(self) -> None:
        self.assertEqual(words(imaplib.IMAP4.error(b"[AUTHENTICATIONFAILED] no")), "[AUTHENTICATIONFAILED] no")
        self.assertEqual(words(TimeoutError()), "TimeoutError")

    def test_a_no_is_no_cut(self) -> None:
        self.assertFalse(is_cut(while_logging_in(imaplib.IMAP4.error("[AUTHENTICATIONFAILED]"))))
        self.assertTrue(is_cut(while_logging_in(imaplib.IMAP4.abort("EOF"))))


class PauseTests(CastTestCase):
    def test_a_pause_that_a_wrong_clock_began_is_over_when_the_clock_is_right(self) -> None:
        box = Mailbox.objects.create(channel=self.mailbox, incoming="imap")
        ahead = now() + timedelta(hours=3)
        self.assertTrue(box.take(at=ahead))
        box.note_failure("unreachable", "No network yet.", at=ahead)
        self.assertEqual((list(Mailbox.objects.due()), box.take()), ([box], True))
        box.note_failure("login_refused", "No.")
        self.assertFalse(Mailbox.objects.due().exists())
