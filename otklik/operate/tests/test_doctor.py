import json
import os
import socket
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from django.core.management import call_command
from django.db import OperationalError
from django.test import SimpleTestCase, override_settings
from django.utils.timezone import now
from django.utils.translation import override

from otklik.channels.email.domains import Unreachable
from otklik.channels.email.models import Mailbox
from otklik.operate import checkup
from otklik.operate.checkup import Level
from otklik.testing import CastTestCase, make_mailbox
from otklik.tickets.models import Delivery, RawMessage

ANSWER = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def server(says: bytes, *, first: bool):
    """A server for one guest; yields its port. It speaks first, or after having heard something."""

    def serve() -> None:
        guest, _ = door.accept()
        with guest:
            if not first:
                guest.recv(1000)
            guest.sendall(says)

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield door.getsockname()[1]


class MachineTests(SimpleTestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        changed = override_settings(HOME=self.home, SECRET_KEY="k" * 40, HOST="127.0.0.1", PORT=1, INTAKE_PORT=1)
        changed.enable()
        self.addCleanup(changed.disable)

    def test_a_folder_that_can_be_written_is_fine(self) -> None:
        self.assertEqual(checkup.home().level, Level.OK)

    def test_a_folder_that_is_not_there_fails(self) -> None:
        with override_settings(HOME=self.home / "gone"):
            self.assertEqual(checkup.home().level, Level.FAILED)

    def test_a_full_disk_is_a_warning(self) -> None:
        with mock.patch.object(checkup.shutil, "disk_usage", return_value=mock.Mock(free=1000)):
            self.assertEqual(checkup.home().level, Level.WARNING)

    def test_a_short_key_and_an_open_key_fail(self) -> None:
        with override_settings(SECRET_KEY="short"):
            self.assertEqual(checkup.secret_key().level, Level.FAILED)
        self.assertEqual(checkup.secret_key().level, Level.OK)
        (self.home / "secret_key").touch()
        os.chmod(self.home / "secret_key", 0o644)
        self.assertEqual(checkup.secret_key().level, Level.FAILED)

    def test_pages_that_answer_are_fine_and_silence_fails(self) -> None:
        self.assertEqual(checkup.web().level, Level.FAILED)
        with server(ANSWER, first=False) as port, override_settings(PORT=port):
            self.assertEqual(checkup.web().level, Level.OK)

    def test_something_that_is_no_web_server_fails(self) -> None:
        with server(b"220 mail\r\n", first=False) as port, override_settings(PORT=port):
            self.assertEqual(checkup.web().level, Level.FAILED)

    def test_pages_with_an_internal_error_fail(self) -> None:
        with server(ANSWER.replace(b"302", b"500"), first=False) as port, override_settings(PORT=port):
            self.assertEqual(checkup.web().level, Level.FAILED)

    def test_nobody_at_the_intake_fails(self) -> None:
        self.assertEqual(checkup.intake().level, Level.FAILED)

    def test_a_worker_is_known_by_its_pulse(self) -> None:
        pulse = self.home / "worker.pulse"
        with override_settings(DUTIES=["read", "send"]):
            self.assertEqual(checkup.worker().level, Level.FAILED)
            pulse.write_text(json.dumps({"read": time.time(), "send": time.time()}))
            self.assertEqual(checkup.worker().level, Level.OK)
            pulse.write_text(json.dumps({"read": time.time(), "send": time.time() - 600}))
            with override("en"):
                self.assertIn("come through with: send.", checkup.worker().text)

    def test_a_damaged_pulse_is_told(self) -> None:
        for content in (b"", b"\xff\xfe", b"[1]", b'{"read": "soon"}'):
            with self.subTest(content), override("en"):
                (self.home / "worker.pulse").write_bytes(content)
                finding = checkup.worker()
                self.assertEqual(finding.level, Level.FAILED)
                self.assertIn("cannot be read", finding.text)

    def test_no_outgoing_server_is_a_warning_and_a_dead_one_fails(self) -> None:
        with override_settings(SMTP_URL=""):
            self.assertEqual(checkup.outgoing().level, Level.WARNING)
        with override_settings(SMTP_URL="smtp://127.0.0.1:1"):
            self.assertEqual(checkup.outgoing().level, Level.FAILED)

    def test_an_outgoing_server_that_answers_is_fine(self) -> None:
        hello = server(b"220 mail.example ESMTP\r\n250 mail.example\r\n", first=True)
        with hello as port, override_settings(SMTP_URL=f"smtp://127.0.0.1:{port}"):
            self.assertEqual(checkup.outgoing().level, Level.OK)


class StoreTests(CastTestCase):
    def test_a_prepared_store_without_arrears_is_fine(self) -> None:
        checks = (checkup.store, checkup.raw_messages, checkup.deliveries, checkup.reactions)
        self.assertEqual([check().level for check in checks], [Level.OK] * 4)

    def raw(self, **columns) -> RawMessage:
        return RawMessage.objects.create(channel=self.mailbox, digest="d", body=b"Hello", **columns)

    def test_a_message_that_nobody_reads_fails(self) -> None:
        self.raw(due_at=now() - timedelta(hours=1))
        self.assertEqual(checkup.raw_messages().level, Level.FAILED)

    def test_a_message_that_could_not_be_read_is_a_warning(self) -> None:
        self.raw(due_at=None, outcome=RawMessage.Outcome.FAILED)
        self.assertEqual(checkup.raw_messages().level, Level.WARNING)

    def test_an_answer_that_was_not_delivered_is_a_warning_and_one_that_waits_fails(self) -> None:
        message = self.ticket.messages.get()
        rows = {"message": message, "channel": self.mailbox}
        Delivery.objects.create(**rows, address="bea@client.example", due_at=None, failed_at=now())
        self.assertEqual(checkup.deliveries().level, Level.WARNING)
        Delivery.objects.create(**rows, address="carl@client.example", due_at=now() - timedelta(hours=1))
        self.assertEqual(checkup.deliveries().level, Level.FAILED)

    def test_a_store_that_does_not_answer_is_said_once(self) -> None:
        silent = mock.Mock(side_effect=OperationalError("no route"))
        with mock.patch.object(checkup, "CHECKS", (silent, checkup.raw_messages)), override("en"):
            found = [*checkup.findings()]
        self.assertEqual([finding.text for finding in found], ["The store does not answer: no route."])

    def test_the_command_ends_with_one_when_anything_failed(self) -> None:
        failed = checkup.Finding(Level.FAILED, "The roof leaks.", "Mend it.")
        with mock.patch.object(checkup, "CHECKS", (lambda: failed,)), self.assertRaises(SystemExit) as end:
            call_command("doctor", stdout=StringIO())
        self.assertEqual(end.exception.code, 1)

    def test_a_warning_alone_is_no_failure(self) -> None:
        warning = checkup.Finding(Level.WARNING, "It may rain.", "Take an umbrella.")
        out = StringIO()
        with mock.patch.object(checkup, "CHECKS", (lambda: warning,)):
            call_command("doctor", stdout=out, no_color=True)
        self.assertIn("It may rain.\n", out.getvalue())
        self.assertIn("→ Take an umbrella.\n", out.getvalue())


class Known:
    """A resolver with one domain in it, or none that answers."""

    def __init__(self, known: dict[str, list[str]] | None) -> None:
        self.known = known

    def texts(self, name: str) -> list[str]:
        if self.known is None:
            raise Unreachable("no name server")
        return self.known.get(name, [])


class MailTests(CastTestCase):
    def setUp(self) -> None:
        english = override("en")
        english.__enter__()
        self.addCleanup(english.__exit__, None, None, None)

    def test_made_up_domains_are_not_asked_about(self) -> None:
        self.assertEqual(checkup.domains(Known(None)).level, Level.OK)

    def test_what_a_domain_lacks_is_told_with_what_to_do(self) -> None:
        make_mailbox("help@shop.internal", self.support)
        found = checkup.domains(Known({"shop.internal": ["v=spf1 mx -all"]}))
        self.assertEqual(found.level, Level.WARNING)
        self.assertIn("shop.internal has no DMARC record", found.text)
        self.assertIn("_dmarc.shop.internal", found.advice)

    def test_a_domain_that_has_all_is_fine(self) -> None:
        make_mailbox("help@shop.internal", self.support)
        known = {
            "shop.internal": ["v=spf1 mx -all"],
            "mail._domainkey.shop.internal": ["v=DKIM1; p=AAA"],
            "_dmarc.shop.internal": ["v=DMARC1; p=none"],
        }
        self.assertEqual(checkup.domains(Known(known)).level, Level.OK)

    def test_no_dns_is_said_plainly(self) -> None:
        make_mailbox("help@shop.internal", self.support)
        self.assertIn("DNS cannot be asked", checkup.domains(Known(None)).text)

    def test_a_mailbox_whose_server_does_not_let_us_in_is_named(self) -> None:
        columns = {"outgoing_host": "127.0.0.1", "outgoing_port": 1, "outgoing_security": "none"}
        box = Mailbox.objects.create(channel=self.mailbox, **columns)
        found = checkup.outgoing_of_mailboxes()
        self.assertEqual(found.level, Level.FAILED)
        self.assertIn("support@demo.example", found.text)
        with server(b"220 mx.example ESMTP\r\n250 mx.example\r\n221 bye\r\n", first=True) as port:
            Mailbox.objects.filter(pk=box.pk).update(outgoing_port=port)
            self.assertEqual(checkup.outgoing_of_mailboxes().level, Level.OK)
