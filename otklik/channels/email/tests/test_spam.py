import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.test import override_settings

from otklik.channels.email.spam import is_spam
from otklik.testing import CastTestCase
from otklik.tickets.models import RawMessage, Ticket
from otklik.tickets.raw import read_due

MAIL = b"From: Eve <eve@evil.example>\r\nMessage-ID: <s@evil.example>\r\nSubject: Buy\r\n\r\nBuy now.\r\n"
RSPAMD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
SPAMD = b"SPAMD/1.1 0 EX_OK\r\nContent-length: 2\r\nSpam: %s ; 15.0 / 5.0\r\n\r\n"


def whole(line: socket.socket) -> bytes:
    said = b""
    while not said.endswith(MAIL):
        said += line.recv(65536)
    return said


class SpamTests(CastTestCase):
    @contextmanager
    def filter(self, scheme: str, answer: bytes) -> Iterator[list[bytes]]:
        """A filter that gives one answer; what it was asked."""
        asked: list[bytes] = []
        server = socket.create_server(("127.0.0.1", 0))

        def serve() -> None:
            line, _peer = server.accept()
            with line:
                # All of the question has to be read: what is left unread turns the answer into a reset.
                asked.append(whole(line))
                line.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with override_settings(SPAM_URL=f"{scheme}://:secret@127.0.0.1:{server.getsockname()[1]}"):
            yield asked
        server.close()
        thread.join(5)

    def test_each_filter_s_verdict_is_understood(self) -> None:
        cases = [
            ("http", RSPAMD + b'{"action": "reject", "score": 20}', True),
            ("http", RSPAMD + b'{"action": "add header"}', True),
            ("http", RSPAMD + b'{"action": "no action"}', False),
            ("http", RSPAMD + b'{"action": "greylist"}', False),
            ("spamd", SPAMD % b"True", True),
            ("spamd", SPAMD % b"False", False),
        ]
        for scheme, answer, expected in cases:
            with self.subTest(answer), self.filter(scheme, answer) as asked:
                self.assertEqual(is_spam(MAIL, mail_from="eve@evil.example"), expected)
                self.assertIn({"http": b"POST /checkv2", "spamd": b"CHECK SPAMC/1.5"}[scheme], asked[0])

    def test_a_filter_that_fails_holds_nothing_up(self) -> None:
        for answer in (b"", b"\xff\xfe", RSPAMD + b"no json", RSPAMD + b"[]"):
            with self.subTest(answer), self.filter("http", answer):
                self.assertFalse(is_spam(MAIL))
        with override_settings(SPAM_URL="http://127.0.0.1:1"), self.assertLogs("otklik.channels.email.spam"):
            self.assertFalse(is_spam(MAIL))

    def test_without_a_filter_none_is_asked(self) -> None:
        self.assertFalse(is_spam(MAIL))

    def test_spam_is_filed_low_and_wakes_nobody(self) -> None:
        RawMessage.objects.create(
            channel=self.mailbox, digest="x", body=MAIL, envelope={"mail_from": "eve@evil.example"}
        )
        with self.filter("spamd", SPAMD % b"True"):
            read_due()
        ticket = Ticket.objects.get(subject="Buy")
        self.assertEqual((ticket.priority, ticket.messages.get().nature), (Ticket.Priority.LOW, "spam"))
