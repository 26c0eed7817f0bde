"""What is read of a stored submission; whatever else the bytes are, reading never fails."""

import base64
import json

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from otklik.channels.webform.channel import WebForm
from otklik.lib.inbound import Dropped, Inbound, InboundFile, Sender
from otklik.tickets.models import RawMessage

SAID = {
    "note": "1.2.ab-cd",
    "name": "Bea Orlova",
    "email": "bea@alpha.example",
    "text": "No paper.",
    "subject": "Printer",
    "language": "en",
    "type": "incident",
    "tags": ["office"],
    "fields": {"order": 12},
    "files": [{"name": "a.txt", "type": "text/plain", "content": base64.b64encode(b"hello").decode()}],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*SAID, "x"]), inner, max_size=4),
    max_leaves=20,
)


def read(body: bytes, envelope: object = None) -> Inbound | Dropped:
    return WebForm().read(RawMessage(body=body, digest="d" * 64, envelope=envelope or {}))


def said(**changed: object) -> bytes:
    return json.dumps(SAID | changed).encode()


class ReadingTests(SimpleTestCase):
    def test_a_whole_submission_is_understood(self):
        self.assertEqual(
            read(said(), {"consent": {"text": "I agree", "version": 3}}),
            Inbound(
                external_id="d" * 64,
                sender=Sender("email", "bea@alpha.example", "Bea Orlova"),
                text="No paper.",
                subject="Printer",
                language="en",
                type="incident",
                tags=("office",),
                fields={"order": 12},
                consent="3",
                files=(InboundFile("a.txt", "text/plain", b"hello"),),
            ),
        )

    def test_what_no_store_can_keep_is_taken_out(self):
        inbound = read(said(text="a\0b\ud800"))
        self.assertEqual(inbound.text, "ab?")

    def test_broken_submissions_are_dropped(self):
        broken = (
            b"",
            b"\xff\xfe",
            b"[]",
            b"null",
            b"[" * 100_000,
            said(email="nobody"),
            said(text=None),
            said(tags=1),
            said(fields="ab"),
            said(files=[{"name": "a", "type": "b", "content": "not base64!"}]),
            said(files=["a"]),
        )
        for body in broken:
            with self.subTest(body=body[:40]):
                self.assertEqual(read(body), Dropped("malformed"))

    def test_a_strange_envelope_is_no_error(self):
        for envelope in ("x", {"consent": 1}, {"consent": ["a"]}):
            with self.subTest(envelope=envelope):
                self.assertEqual(read(said(), envelope), Dropped("malformed"))

    @given(st.binary())
    def test_any_bytes_are_read_without_an_error(self, body):
        self.assertIsInstance(read(body), Inbound | Dropped)

    @given(st.fixed_dictionaries({key: st.just(value) | JSON for key, value in SAID.items()}))
    def test_any_json_is_read_without_an_error(self, anything):
        self.assertIsInstance(read(json.dumps(anything).encode()), Inbound | Dropped)
