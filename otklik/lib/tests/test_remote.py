import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.test import SimpleTestCase

from otklik.lib import remote
from otklik.lib.remote import Fetched, Refused, checked, fetch, is_public, resolved

OURS = """
    127.0.0.1 10.0.0.5 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 192.0.2.1
    ::1 :: fe80::1 fe80::1%eth0 fc00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.5 64:ff9b::7f00:1 2002:7f00:1::1
    2001:0:7f00:1::1 2001:db8::1 192.0.0.192 192.88.99.1 168.63.129.16 fec0::1 3fff::1 ::ffff:192.0.0.192
"""
PICTURE = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 3\r\n\r\npng"


class GuardTests(SimpleTestCase):
    def test_no_address_of_a_private_network_is_public(self) -> None:
        for address in OURS.split():
            with self.subTest(address):
                self.assertFalse(is_public(address))
        self.assertTrue(is_public("8.8.8.8"))
        self.assertTrue(is_public("2a00:1450:4010::1"))

    def test_only_plain_web_addresses_at_the_usual_ports_are_gone_to(self) -> None:
        cases = (
            "ftp://a.example/x",
            "file:///etc/passwd",
            "http://",
            "http://a.example:22/",
            "http://u:p@a.example/",
            "x",
        )
        for url in cases:
            with self.subTest(url), self.assertRaises(Refused):
                checked(url)

    def test_a_name_with_one_private_address_is_refused(self) -> None:
        both = [(2, 1, 6, "", ("8.8.8.8", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
        with mock.patch("socket.getaddrinfo", return_value=both), self.assertRaises(Refused):
            resolved("trap.example", 80)

    def test_our_own_machine_is_refused_by_every_spelling(self) -> None:
        for host in ("localhost", "127.0.0.1", "127.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]"):
            with self.subTest(host), self.assertRaises(Refused):
                fetch(f"http://{host}/", kinds={"image/png"}, limit_bytes=10)


class LookupTests(SimpleTestCase):
    def setUp(self) -> None:
        self.enterContext(mock.patch.object(remote, "LOOKUP_SECONDS", 0.02))

    def test_a_name_that_is_not_resolved_in_time_is_given_up_and_few_threads_hang(self) -> None:
        answered = threading.Event()

        def hang(*_host: object, **_kind: object) -> list[object]:
            answered.wait()
            return []

        with mock.patch("socket.getaddrinfo", side_effect=hang) as resolver:
            self.addCleanup(answered.set)
            for _name in range(remote.LOOKUPS + 3):
                with self.assertRaises(TimeoutError):
                    remote.addresses_of("slow.example", 80)
            self.assertEqual(resolver.call_count, remote.LOOKUPS)
            with self.assertRaises(Refused):
                fetch("http://slow.example/", kinds={"image/png"}, limit_bytes=10)
            answered.set()
            for _thread in range(remote.LOOKUPS):  # every one of them comes free again
                self.assertTrue(remote._lookups.acquire(timeout=10))
        remote._lookups.release(remote.LOOKUPS)

    def test_a_failure_is_told_as_it_is(self) -> None:
        with mock.patch("socket.getaddrinfo", side_effect=socket.gaierror("unknown")), self.assertRaises(OSError):
            remote.addresses_of("nowhere.example", 80)


class FetchingTests(SimpleTestCase):
    """With a server on this machine, which the guard is told to take for public."""

    def setUp(self) -> None:
        self.asked: list[bytes] = []
        self.enterContext(mock.patch.object(remote, "is_public", return_value=True))

    @contextmanager
    def answering(self, *answers: bytes, pause: float = 0) -> Iterator[str]:
        server = socket.create_server(("127.0.0.1", 0))
        port = server.getsockname()[1]

        def serve() -> None:
            for answer in answers:
                line, _peer = server.accept()
                with line:
                    self.asked.append(line.recv(65536))
                    line.sendall(answer.replace(b"PORT", str(port).encode()))
                    time.sleep(pause)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with mock.patch.dict(remote.PORTS, {"http": port}):
            yield f"http://127.0.0.1:{port}/a.png?b=1"
        thread.join(5)
        server.close()

    def fetch(self, url: str) -> Fetched:
        return fetch(url, kinds={"image/png"}, limit_bytes=1000)

    def test_a_picture_is_fetched_without_telling_who_asks(self) -> None:
        with self.answering(PICTURE) as url:
            self.assertEqual(self.fetch(url), Fetched("image/png", b"png"))
        self.assertTrue(self.asked[0].startswith(b"GET /a.png?b=1 HTTP/1.1\r\n"))
        self.assertNotIn(b"cookie", self.asked[0].lower())
        self.assertNotIn(b"referer", self.asked[0].lower())

    def test_what_is_no_small_picture_is_refused(self) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: "
        cases = {
            "a page": head + b"text/html\r\n\r\n<p>",
            "a drawing that can run": head + b"image/svg+xml\r\n\r\n<svg/>",
            "too large": head + b"image/png\r\n\r\n" + b"x" * 2000,
            "not there": b"HTTP/1.1 404 No\r\nContent-Type: image/png\r\n\r\n",
            "no answer at all": b"",
            "nonsense": b"\xff\xfe\r\n\r\n",
        }
        for case, answer in cases.items():
            with self.subTest(case), self.answering(answer) as url, self.assertRaises(Refused):
                self.fetch(url)

    def test_a_redirection_is_followed_and_checked(self) -> None:
        moved = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
        with self.answering(moved + b"/b.png\r\n\r\n", PICTURE) as url:
            self.assertEqual(self.fetch(url).content, b"png")
        for place in (b"file:///etc/passwd", b"http://127.0.0.1:22/"):
            with self.subTest(place), self.answering(moved + place + b"\r\n\r\n") as url, self.assertRaises(Refused):
                self.fetch(url)

    def test_going_round_ends(self) -> None:
        round_ = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /a.png\r\n\r\n"
        with self.answering(*[round_] * 4) as url, self.assertRaisesRegex(Refused, "from address to address"):
            self.fetch(url)

    def test_a_slow_answer_is_cut(self) -> None:
        started = time.monotonic()
        with (
            mock.patch.object(remote, "SECONDS", 0.4),
            self.answering(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nx", pause=2) as url,
            self.assertRaises(Refused),
        ):
            self.fetch(url)
        self.assertLess(time.monotonic() - started, 6)
