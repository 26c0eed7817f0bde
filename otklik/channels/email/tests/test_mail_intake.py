"""The SMTP server on a real socket, asked by the standard library's clients."""

import asyncio
import smtplib
import threading
from collections.abc import Callable
from hashlib import sha256
from unittest import mock

from django.db import OperationalError
from django.test import TransactionTestCase, override_settings

from otklik.channels.email import intake, storing
from otklik.channels.email.reading import read
from otklik.lib.inbound import Nature
from otklik.staff.models import Company, Team
from otklik.testing import make_mailbox
from otklik.tickets.models import Message, RawMessage
from otklik.tickets.raw import read_due

BARE = "From: bea@client.example\r\nTo: support@demo.example\r\nSubject: Hello\r\n\r\nHello\r\n"
MAIL = f"Message-ID: <1@client.example>\r\n{BARE}"
BEA = "bea@client.example"


def refusal(call: Callable[..., object], *args: object) -> tuple[int, str]:
    """The code and text with which the server refused a call."""
    try:
        call(*args)
    except smtplib.SMTPRecipientsRefused as refused:
        code, text = next(iter(refused.recipients.values()))
    except smtplib.SMTPResponseException as refused:
        code, text = refused.smtp_code, refused.smtp_error
    else:
        raise AssertionError("nothing was refused")
    return code, bytes(text).decode()


class RunningIntake(TransactionTestCase):
    lmtp = False

    def setUp(self) -> None:
        Company.objects.create(name="Demo")
        team = Team.objects.create(name="Support")
        self.support = make_mailbox("support@demo.example", team)
        self.sales = make_mailbox("sales@demo.example", team)
        make_mailbox("old@demo.example", team, is_active=False)
        self.port = self.start()

    def start(self) -> int:
        listening: list[int] = []
        is_ready = threading.Event()
        loop, stop = asyncio.new_event_loop(), asyncio.Event()

        def tell(port: int) -> None:
            listening.append(port)
            is_ready.set()

        def run() -> None:
            loop.run_until_complete(intake.serve("127.0.0.1", 0, stop, lmtp=self.lmtp, ready=tell))

        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join, 20)
        self.addCleanup(loop.call_soon_threadsafe, stop.set)
        self.assertTrue(is_ready.wait(20))
        return listening[0]

    def line(self) -> smtplib.SMTP:
        line = smtplib.SMTP("127.0.0.1", self.port, timeout=20)
        self.addCleanup(line.close)
        return line


class SMTPTests(RunningIntake):
    def test_a_mail_is_committed_byte_for_byte_when_it_is_acknowledged(self) -> None:
        self.line().sendmail(BEA, ["Support@Demo.example"], MAIL)
        raw = RawMessage.objects.get()
        self.assertEqual(bytes(raw.body), MAIL.encode())
        self.assertEqual(raw.digest, sha256(f"{BEA}{MAIL}".encode()).hexdigest())
        self.assertEqual(raw.channel, self.support)
        self.assertEqual(raw.envelope, {"mail_from": BEA, "rcpt_to": ["Support@Demo.example"]})

    def test_an_empty_return_path_is_known_as_one(self) -> None:
        self.line().sendmail("", ["support@demo.example"], MAIL)
        raw = RawMessage.objects.get()
        self.assertEqual(raw.envelope["mail_from"], "")
        self.assertEqual(read(raw).nature, Nature.NOTICE)
        self.assertIsNotNone(raw.due_at)

    def test_a_plus_address_belongs_to_its_mailbox(self) -> None:
        self.line().sendmail(BEA, ["support+17-abc@demo.example"], MAIL)
        self.assertEqual(RawMessage.objects.get().channel, self.support)

    def test_a_mailbox_may_have_a_plus_in_its_own_address(self) -> None:
        mailbox = make_mailbox("support+vip@demo.example", self.support.team)
        self.line().sendmail(BEA, ["support+vip+17-abc@demo.example"], MAIL)
        self.assertEqual(RawMessage.objects.get().channel, mailbox)

    def test_a_mail_to_two_mailboxes_is_stored_for_each(self) -> None:
        self.line().sendmail(BEA, ["support@demo.example", "sales@demo.example"], MAIL)
        self.assertEqual(set(RawMessage.objects.values_list("channel", flat=True)), {self.support.pk, self.sales.pk})

    def test_the_same_mail_again_is_acknowledged_and_stays_one(self) -> None:
        line = self.line()
        line.sendmail(BEA, ["support@demo.example"], MAIL)
        line.sendmail(BEA, ["support@demo.example"], MAIL)
        self.assertEqual(RawMessage.objects.count(), 1)

    def test_the_same_bytes_of_somebody_else_are_another_mail(self) -> None:
        line = self.line()
        line.sendmail(BEA, ["support@demo.example"], MAIL)
        line.sendmail("carl@client.example", ["support@demo.example"], MAIL)
        self.assertEqual(RawMessage.objects.count(), 2)

    def test_a_mail_that_a_script_sends_in_the_same_words_each_day_becomes_a_message_each_day(self) -> None:
        line = self.line()
        line.sendmail(BEA, ["support@demo.example"], BARE)
        line.sendmail(BEA, ["support@demo.example"], BARE)
        read_due()
        self.assertEqual(Message.objects.count(), 2)

    def test_an_address_that_is_nobody_s_is_refused(self) -> None:
        line = self.line()
        for address in ("nobody@demo.example", "bea@client.example", "old@demo.example", "support@elsewhere.example"):
            with self.subTest(address):
                code, text = refusal(line.sendmail, BEA, [address], MAIL)
                self.assertEqual(code, 550)
                self.assertIn("5.1.1", text)
        self.assertFalse(RawMessage.objects.exists())

    def test_the_known_of_two_recipients_gets_the_mail(self) -> None:
        refused = self.line().sendmail(BEA, ["support@demo.example", "nobody@demo.example"], MAIL)
        self.assertEqual(list(refused), ["nobody@demo.example"])
        self.assertEqual(RawMessage.objects.get().channel, self.support)

    def test_a_store_that_cannot_write_makes_the_sender_wait(self) -> None:
        with (
            mock.patch.object(storing, "store", side_effect=OperationalError("disk full")),
            self.assertLogs("otklik.channels.email.storing", "ERROR"),
        ):
            code, _text = refusal(self.line().sendmail, BEA, ["support@demo.example"], MAIL)
        self.assertEqual(code, 451)
        self.assertFalse(RawMessage.objects.exists())

    def test_a_store_that_cannot_be_asked_makes_the_sender_wait(self) -> None:
        with (
            mock.patch.object(intake, "mailbox_addresses", side_effect=OperationalError("gone")),
            self.assertLogs("otklik.channels.email.intake", "ERROR"),
        ):
            code, _text = refusal(self.line().sendmail, BEA, ["support@demo.example"], MAIL)
        self.assertEqual(code, 451)

    @override_settings(MESSAGE_MAX_BYTES=2000)
    def test_a_mail_over_the_limit_is_refused_whether_announced_or_not(self) -> None:
        port = self.start()
        announcing = smtplib.SMTP("127.0.0.1", port, timeout=20)
        self.addCleanup(announcing.close)
        code, _text = refusal(announcing.sendmail, BEA, ["support@demo.example"], MAIL + "x" * 3000)
        self.assertEqual(code, 552)
        silent = smtplib.SMTP("127.0.0.1", port, timeout=20)
        self.addCleanup(silent.close)
        silent.ehlo()
        silent.mail(BEA)
        silent.rcpt("support@demo.example")
        self.assertEqual(silent.data(MAIL + "x" * 3000)[0], 552)
        self.assertFalse(RawMessage.objects.exists())

    def test_one_mail_cannot_name_everybody(self) -> None:
        line = self.line()
        line.ehlo()
        line.mail(BEA)
        codes = [line.rcpt(f"support+{number}@demo.example")[0] for number in range(101)]
        self.assertEqual(codes, [250] * 100 + [452])

    def test_addresses_and_bodies_beyond_ascii_are_taken(self) -> None:
        line = self.line()
        line.ehlo()
        self.assertTrue({"smtputf8", "8bitmime", "size"} <= set(line.esmtp_features))
        line.sendmail("беата@почта.example", ["support@demo.example"], "Subject: Я\r\n\r\nЯ".encode(), ["SMTPUTF8"])
        self.assertEqual(RawMessage.objects.get().envelope["mail_from"], "беата@почта.example")

    def test_a_page_in_one_line_is_taken(self) -> None:
        self.line().sendmail(BEA, ["support@demo.example"], MAIL + "x" * 100_000)
        self.assertTrue(RawMessage.objects.exists())

    def test_a_new_mailbox_gets_mail_within_seconds(self) -> None:
        with mock.patch.object(intake, "MAILBOXES_FRESH", 0):
            line = self.line()
            refusal(line.sendmail, BEA, ["new@demo.example"], MAIL)
            make_mailbox("new@demo.example", self.support.team)
            line.sendmail(BEA, ["new@demo.example"], MAIL)
        self.assertTrue(RawMessage.objects.exists())

    def test_too_many_connections_are_told_to_come_back(self) -> None:
        with mock.patch.object(intake, "CONNECTIONS_MAX", 1):
            first = self.line()
            self.assertEqual(refusal(self.line)[0], 421)
            first.quit()
        self.line().sendmail(BEA, ["support@demo.example"], MAIL)

    def test_mail_that_would_fill_the_memory_is_told_to_come_back_and_the_next_is_taken(self) -> None:
        with mock.patch.object(intake, "HELD_MAX_BYTES", 50_000), self.assertLogs("otklik.channels.email.intake"):
            code, _text = refusal(self.line().sendmail, BEA, ["support@demo.example"], MAIL + "\r\n" * 1000)
            self.assertEqual(code, 421)
            line = self.line()
            for number in range(4):  # together over the limit
                with self.subTest(number):
                    line.sendmail(BEA, ["support@demo.example"], MAIL + f"{number}{'x' * 20_000}")
        self.assertEqual(RawMessage.objects.count(), 4)


class LMTPTests(RunningIntake):
    lmtp = True

    def test_every_recipient_is_answered(self) -> None:
        line = smtplib.LMTP("127.0.0.1", self.port, timeout=20)
        self.addCleanup(line.close)
        line.ehlo()
        line.mail(BEA)
        line.rcpt("support@demo.example")
        line.rcpt("sales@demo.example")
        answers = [line.data(MAIL)[0], line.getreply()[0]]
        self.assertEqual(answers, [250, 250])
        self.assertEqual(RawMessage.objects.count(), 2)
        self.assertEqual(line.noop()[0], 250)


class GroupTests(TransactionTestCase):
    def setUp(self) -> None:
        self.mailbox = make_mailbox("support@demo.example", Team.objects.create(name="Support"))

    def letter(self, number: int) -> storing.Letter:
        return storing.Letter(f"Subject: {number}\r\n\r\n".encode(), {}, [self.mailbox.pk])

    def put(self, letters: list[storing.Letter]) -> list[BaseException | None]:
        writer = storing.Writer()
        futures = [writer.put(letter) for letter in letters]
        writer.close()
        return [future.exception(timeout=20) for future in futures]

    def test_what_waits_together_is_committed_together(self) -> None:
        with mock.patch.object(storing, "store", wraps=storing.store) as store:
            self.assertEqual(self.put([self.letter(number) for number in range(50)]), [None] * 50)
        self.assertLess(store.call_count, 50)
        self.assertEqual(RawMessage.objects.count(), 50)

    def test_a_letter_that_the_store_refuses_does_not_take_the_others_along(self) -> None:
        def refuse_third(letters: list[storing.Letter]) -> None:
            if any(letter.body.startswith(b"Subject: 3") for letter in letters):
                raise OperationalError("refused")

        with (
            mock.patch.object(storing, "store", refuse_third),
            self.assertLogs("otklik.channels.email.storing", "ERROR"),
        ):
            faults = self.put([self.letter(number) for number in range(6)])
        self.assertEqual([type(fault) for fault in faults], [type(None)] * 3 + [OperationalError] + [type(None)] * 2)

    def test_a_fault_of_any_kind_ends_neither_the_thread_nor_the_waiting(self) -> None:
        with (
            mock.patch.object(storing, "store", side_effect=[MemoryError("full"), None]),
            self.assertLogs("otklik.channels.email.storing", "ERROR"),
        ):
            faults = [*self.put([self.letter(1)]), *self.put([self.letter(2)])]
        self.assertEqual([type(fault) for fault in faults], [MemoryError, type(None)])
