from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from compressed_rtf import compress
from django.test import SimpleTestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.channels.email import parts, reading, rtf
from otklik.channels.email.meetings import meeting_of
from otklik.channels.email.parts import LONGEST_TEXT, MOST_FILES
from otklik.channels.email.quotes import split
from otklik.channels.email.reading import read
from otklik.lib.inbound import Dropped, Inbound, Reason
from otklik.testing import growth

ENVELOPE = {"mail_from": "bea@client.example", "rcpt_to": ["support@shop.example"], "own": []}
MAILS = [mail.read_bytes() for mail in sorted((Path(__file__).parent / "mail").glob("*.eml"))]
NAMES = """
    From To Cc Subject Date Message-ID References In-Reply-To Content-Type Content-Transfer-Encoding
    Content-Disposition Content-ID Reply-To Precedence X-Otklik
"""
PACKED = [b"application/pkcs7-mime", b"application/ms-tnef", b"text/calendar", b"message/delivery-status"]
STARTS = [
    b"",
    b"\x78\x9f\x3e\x22\x11\x00",
    b"\x30\x80\x06\x09",
    b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART",
]
HEADER_NAMES = st.sampled_from(NAMES.split())
SCRAPS = st.sampled_from(
    [
        b"multipart/mixed; boundary=b",
        b"text/plain; charset=",
        b"text/html",
        b"message/rfc822",
        b"base64",
        b"quoted-printable",
        b"=?utf-8?B?0J8=?=",
        b"=?x?q?=ZZ?=",
        b"<a@b.example>",
        b'"',
        b"filename*0*=koi8-r''%C1",
        b"filename*99999999999=x",
        b"=\n",
        b"\r\n ",
        b"utf-16",
        b"utf-7",
        b"idna",
        b"punycode",
        b"unicode_escape",
        b"hex",
        b"\xff\xfe\x00",
    ]
)
VALUES = st.lists(SCRAPS | st.binary(max_size=12), max_size=6).map(b" ".join)
HEADERS = st.lists(st.tuples(HEADER_NAMES.map(str.encode), VALUES).map(b": ".join), max_size=8).map(b"\n".join)
BODIES = st.lists(st.sampled_from([b"--b", b"--b--", b"", b"> q"]) | HEADERS | st.binary(max_size=40), max_size=10)
LINES = (
    """
    Добрый день!|> цитата|>> ещё|-- |С уважением,|Беата|Отправлено с iPhone|05.05.2025 12:00, Беата пишет:|От: Беата|
    Кому: нам|Тема: x|-----Исходное сообщение-----|--- Напишите ответ выше этой строки ---|Пересылаемое сообщение||
    On Mon, May 5, 2025 Bea wrote:
""".replace("\n    ", "")
    .strip("\n")
    .split("|")
)


ZONE = """BEGIN:VCALENDAR
BEGIN:VTIMEZONE
TZID:Evil
BEGIN:STANDARD
DTSTART:16010101T000000
RRULE:FREQ=SECONDLY
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
END:VTIMEZONE
"""
EVENT = "BEGIN:VEVENT\r\nSUMMARY:Call\r\n%sEND:VEVENT\r\n"


def rich(text: str) -> bytes:
    return bytes(compress(text.encode(), compressed=False))


def nested(depth: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(depth))


class AnyBytesTests(SimpleTestCase):
    def read(self, body: bytes) -> Inbound | Dropped:
        return read(SimpleNamespace(body=body, envelope=ENVELOPE))

    def check(self, body: bytes) -> None:
        inbound = self.read(body)
        self.assertIsInstance(inbound, Inbound | Dropped)
        said = [value for value in vars(inbound).values() if isinstance(value, str)]
        # What no database takes is gone.
        self.assertNotIn("\x00", "".join(said).encode("utf-8").decode("utf-8"))

    def test_a_mail_of_which_only_the_beginning_was_fetched_says_so(self) -> None:
        envelope = {**ENVELOPE, "cut_from_bytes": 50_000_000}
        inbound = read(SimpleNamespace(body=b"From: bea@client.example\n\nHello", envelope=envelope))
        self.assertEqual(inbound.cards, ({"kind": "too_large", "size_bytes": "50000000"},))

    @given(st.binary(max_size=400))
    def test_any_bytes_have_a_reading(self, body: bytes) -> None:
        self.check(body)

    @settings(max_examples=100, deadline=None)
    @given(HEADERS, BODIES)
    def test_any_heap_of_fields_has_a_reading(self, head: bytes, body: list[bytes]) -> None:
        self.check(head + b"\n\n" + b"\n".join(body))

    @settings(max_examples=100, deadline=None)
    @given(st.sampled_from(MAILS), st.integers(0, 600), st.binary(max_size=6))
    def test_any_mail_with_a_wound_has_a_reading(self, mail: bytes, at: int, wound: bytes) -> None:
        self.check(mail[:at] + wound + mail[at + len(wound) :])

    def test_time_grows_with_a_mail_and_not_with_its_square(self) -> None:
        bea = b"From: a@b.example\n"
        heaps: dict[str, tuple[int, Callable[[int], bytes]]] = {
            "deep": (800, lambda much: bea + nested(much)),
            "deep and long": (60, lambda much: bea + nested(much) + b"\nx\n" * 100 * much),
            "many parts": (
                1_200,
                lambda much: bea + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * much,
            ),
            "long field": (350, lambda much: bea + b"Subject: " + b"=?utf-8?q?a?= " * much + b"\n\nx"),
            "many fields": (2_000, lambda much: bea + b"References: <a@b>\n" * much + b"\nx"),
            "commas": (2_400, lambda much: bea + (b"To: " + b"a," * much + b"\n") * 3 + b"\nx"),
            "quotes": (4_800, lambda much: b"From: " + b'"' * much + b" <a@b.example>\n\nx"),
            "much text": (12_000, lambda much: bea + b"\n" + b"> a b c\n" * much),
            "blanks in an id": (4_800, lambda much: bea + b"In-Reply-To: <" + b" " * much + b"x\n\nx"),
            "flowed": (12_000, lambda much: bea + b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * much),
            "names": (1_600, lambda much: bea + (b"To: " + b'"a\\' * much + b"\n") * 3 + b"\nx"),
            "passed-on fields": (3_000, lambda much: bea + b"Subject: Fwd: x\n\n" + b"From: a@b.example\n" * much),
            "blanks below a mark": (
                100,
                lambda much: bea + b"\n" + b"- Forwarded message -\n" * much + b"\n" * 200 * much,
            ),
            "lines": (50_000, lambda much: bea + b"\n" + b"\n" * much),
            "lines of a part": (
                50_000,
                lambda much: bea + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"\n" * much,
            ),
        }
        for name, (size, heap) in heaps.items():
            with self.subTest(name):
                self.assertLess(growth(lambda much, heap=heap: self.check(heap(much)), size), 9)

    def test_hostile_formatting_and_calendars_take_a_moment(self) -> None:
        heaps: dict[str, tuple[Callable[[Any], Any], str | bytes]] = {
            "fonts": (rtf.text_of, rich(r"{\rtf1{\fonttbl" + r"\f1" * 9_000 + r"\fcharset1" * 9_000)),
            "links": (rtf.text_of, rich(r"{\rtf1" + r'{\field{\*\fldinst{HYPERLINK ""' * 3_000)),
            "links in one": (rtf.text_of, rich(r"{\rtf1" + r"{\field{\*\fldinst{" + 'HYPERLINK "' * 9_000)),
            "dates": (meeting_of, ZONE + EVENT % ("EXDATE:" + "20250101T000000," * 600 + "\r\n") * 1000),
            "seconds": (meeting_of, ZONE + EVENT % "DTSTART;TZID=Evil:20250101T000000\r\n"),
            "people": (meeting_of, ZONE + EVENT % ("ATTENDEE;CN=x:mailto:a@b.example\r\n" * 100_000)),
            "depth": (meeting_of, "BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 100_000),
        }
        for name, (understand, content) in heaps.items():
            with self.subTest(name):
                self.assertIsInstance(understand(content), str | dict)  # without our bounds, hours later

    def test_the_zones_of_one_calendar_mean_nothing_to_the_next(self) -> None:
        meeting_of(ZONE + EVENT % "DTSTART;TZID=Evil:20250101T000000\r\n")
        later = meeting_of("BEGIN:VCALENDAR\r\n" + EVENT % "DTSTART;TZID=Evil:20250101T000000\r\n")
        self.assertEqual(later["zone"], "Evil")

    def test_a_small_mail_does_not_grow_into_a_big_one(self) -> None:
        quotes = b"<blockquote>" * 1900 + b"a<br>" * 100_000
        inbound = self.read(b"From: a@b.example\nContent-Type: text/html\n\n" + quotes)
        self.assertLessEqual(len(inbound.text) + len(inbound.rest), LONGEST_TEXT)

    def test_files_beyond_all_measure_stay_in_the_raw_message(self) -> None:
        part = b"--b\nContent-Type: image/png; name=%d.png\n\nx\n"
        parts = b"".join(part % number for number in range(900))
        inbound = self.read(b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + parts)
        self.assertEqual((len(inbound.files), inbound.cards), (MOST_FILES, ({"kind": "many"},)))

    @settings(max_examples=100, deadline=None)
    @given(st.sampled_from(MAILS), st.integers(0, 4000), st.sampled_from([b"\n", b"\n> ", b"=", b"<", b"\xff", b";"]))
    def test_a_mail_is_read_the_same_every_time(self, mail: bytes, at: int, wound: bytes) -> None:
        wounded = mail[:at] + wound + mail[at:]
        self.assertEqual(self.read(wounded), self.read(wounded))

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join))
    def test_splitting_throws_no_word_away(self, text: str) -> None:
        new, rest = split(text)
        self.assertEqual([*new.split(), *rest.split()], text.split())

    @settings(max_examples=100, deadline=None)
    @given(st.sampled_from(PACKED), st.sampled_from(STARTS), st.binary(max_size=200))
    def test_any_envelope_pack_and_calendar_has_an_answer(self, kind: bytes, start: bytes, content: bytes) -> None:
        self.check(b"From: a@b.example\nContent-Type: " + kind + b"\n\n" + start + content)

    def test_a_mail_beyond_all_measure_is_kept_whole(self) -> None:
        big = b"From: a@b.example\nSubject: Big\nContent-Type: multipart/mixed; boundary=b\n\n"
        for name, body in {"deep": big + nested(100), "large": big + b"--b\n\nx\n" + b"x" * 100_000}.items():
            with self.subTest(name), mock.patch(f"{parts.__name__}.LARGEST_BYTES", 100_000):
                inbound = self.read(body)
                self.assertEqual([len(file.content) for file in inbound.files], [len(body)])
                self.assertEqual(inbound.cards, ({"kind": "unread"},))

    def test_what_our_program_fails_at_is_told_and_not_raised(self) -> None:
        with (
            self.assertLogs("otklik.channels.email.reading"),
            mock.patch(f"{reading.__name__}.body_of", side_effect=KeyError),
        ):
            self.assertEqual(self.read(b"From: a@b.example\n\nx"), Dropped(Reason.FAULT))
