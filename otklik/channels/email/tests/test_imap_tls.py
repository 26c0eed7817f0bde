"""Encrypted connections to a real Dovecot: whom we trust."""

import os
import ssl
from datetime import timedelta
from ipaddress import ip_address
from tempfile import NamedTemporaryFile
from unittest import mock

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.utils.timezone import now

from otklik.channels.email.trouble import code
from tests.dovecot import pytestmark  # noqa: F401 marks these tests

from .test_imap import IMAPTestCase, mails


def certificate() -> tuple[bytes, bytes]:
    """One for 127.0.0.1, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "demo.example")])
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM), private


class EncryptionTests(IMAPTestCase):
    def setUp(self) -> None:
        self.dovecot_options = {"certificate": certificate()}
        super().setUp()
        self.change(incoming_port=self.dovecot.imaps_port, incoming_security="tls")
        self.dovecot.deliver(mails(1))

    def trust(self) -> None:
        """Let this machine trust the server, as if its certificate came from an authority."""
        kept = self.enterContext(NamedTemporaryFile(suffix=".pem"))
        kept.write(self.dovecot_options["certificate"][0])
        kept.flush()
        self.enterContext(mock.patch.dict(os.environ, {"SSL_CERT_FILE": kept.name}))

    def test_a_trusted_server_is_read_by_tls(self) -> None:
        self.trust()
        self.read()
        self.assertEqual(self.subjects(), ["Mail 0"])

    def test_a_trusted_server_is_read_by_starttls(self) -> None:
        self.trust()
        self.change(incoming_port=self.dovecot.imap_port, incoming_security="starttls")
        self.read()
        self.assertEqual(self.subjects(), ["Mail 0"])

    def test_a_server_that_nobody_vouches_for_gets_no_password(self) -> None:
        with self.assertRaises(ssl.SSLCertVerificationError) as caught:
            self.read()
        self.assertEqual(code(caught.exception), "tls")
        self.assertNotIn("Login:", (self.dovecot.folder / "log").read_text())

    def test_a_certificate_for_another_name_gets_no_password(self) -> None:
        self.trust()
        self.change(incoming_host="localhost")
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.read()
