"""Where bodies are posted to, what comes back, and when the line is cut."""

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import SimpleTestCase

from otklik.lib import posting, remote
from otklik.lib.posting import ANSWER_MAX_BYTES, Answer, post, target_of
from otklik.lib.remote import Refused

HERE = ("127.0.0.1",)


def trusted_here(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "here")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


class TargetTests(SimpleTestCase):
    def test_only_https_leads_to_the_internet(self) -> None:
        for url in ("https://a.example/x?y", "https://a.example:8443/", "https://пример.рф/"):
            with self.subTest(url):
                self.assertEqual(target_of(url, inner=()).scheme, "https")
        refused = ("http://a.example/", "https://a.example:25/", "https://u:p@a.example/", "ftp://a.example/", "x", "",
                   "https://[oops/", "https://a.example:99999/", "https:///x")  # fmt: skip
        for url in refused:
            with self.subTest(url), self.assertRaises(Refused):
                target_of(url, inner=())

    def test_hosts_that_are_named_are_gone_to_in_any_way(self) -> None:
        self.assertEqual(target_of("http://1c.local:81/hook", inner={"1c.local"}).port, 81)
        with self.assertRaises(Refused):
            target_of("http://other.local:81/hook", inner={"1c.local"})

    def test_a_name_that_leads_inside_is_refused_when_it_is_gone_to(self) -> None:
        for url in ("https://localhost/", "https://127.1/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/"):
            with self.subTest(url), self.assertRaises(Refused):
                post(url, b"", {})


class PostingTests(SimpleTestCase):
    @contextmanager
    def answering(self, answer: bytes, *, pause: float = 0, tls: ssl.SSLContext | None = None) -> Iterator[str]:
        server = socket.create_server(("127.0.0.1", 0))
        self.asked = b""

        def serve() -> None:
            line, _peer = server.accept()
            with tls.wrap_socket(line, server_side=True) if tls else line as spoken:
                while not self.asked.endswith(b"hello"):
                    self.asked += spoken.recv(65536)
                try:
                    for piece in answer.split(b"|"):
                        spoken.sendall(piece)
                        time.sleep(pause)
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.getsockname()[1]}/in?key=1"
        thread.join(5)
        server.close()

    def test_the_body_goes_out_and_the_beginning_of_the_answer_comes_back(self) -> None:
        body = b"x" * (2 * ANSWER_MAX_BYTES)
        head = b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: %d\r\n\r\n" % len(body)
        with self.answering(head + body) as url:
            answer = post(url, b"hello", {"X-Own": "1"}, inner=HERE)
        self.assertEqual(answer, Answer(503, body[:ANSWER_MAX_BYTES], "7"))
        self.assertTrue(self.asked.startswith(b"POST /in?key=1 HTTP/1.1\r\n"))
        self.assertIn(b"X-Own: 1\r\n", self.asked)
        self.assertTrue(self.asked.endswith(b"hello"))

    def test_a_redirection_is_an_answer_and_is_not_followed(self) -> None:
        moved = b"HTTP/1.1 307 Moved\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:1/\r\n\r\n"
        with self.answering(moved) as url:
            self.assertEqual(post(url, b"hello", {}, inner=HERE).status, 307)

    def test_a_body_that_breaks_off_does_not_undo_the_status(self) -> None:
        with self.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx") as url:
            self.assertEqual(post(url, b"hello", {}, inner=HERE).status, 200)

    def test_an_answer_that_drips_is_cut_under_tls_too(self) -> None:
        folder = Path(self.enterContext(TemporaryDirectory()))
        certificate, key = trusted_here(folder)
        theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        theirs.load_cert_chain(certificate, key)
        ours = ssl.create_default_context(cafile=str(certificate))
        drops = b"|".join([b"HTTP/1.1 2", *[b"x"] * 40])  # no part of it is a status
        began = time.monotonic()
        with (
            mock.patch.object(posting, "SECONDS", 0.6),
            mock.patch.object(remote.ssl, "create_default_context", return_value=ours),
            self.answering(drops, pause=0.1, tls=theirs) as url,
        ):
            with self.assertRaises((OSError, ValueError, remote.HTTPException)):
                post(url, b"hello", {}, inner=HERE)
            self.assertLess(time.monotonic() - began, 2)
