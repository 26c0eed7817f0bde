"""Feeds mails that were wounded at random to `read()`, until the time is over or something is found.

    bin/fuzz mail [--seconds N] [--seed S]

Every mail must have an answer, within SLOWEST seconds, and the same one when read again. What does not is kept as a
file, and the exit code is 1.
"""

import argparse
import logging
import os
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic, perf_counter
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[1]
MAILS = ROOT / "otklik/channels/email/tests/mail"
SLOWEST = 5.0  # seconds for one mail, on a machine that does something else besides
ENVELOPE = {"mail_from": "bea@client.example", "rcpt_to": ["support@shop.example"], "own": ["support@shop.example"]}
SCRAPS = (
    *(b"\0", b"\n", b"\r\n", b"\n\n", b" ", b"\t", b'"', b"\\", b"<", b">", b"(", b",", b";", b"=", b"?=", b"--", b"%"),
    *(
        b"=?utf-8?B?",
        b"=?koi8-r?Q?=C1?=",
        b"*0*=",
        b"''",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xf0\x9f\x98\x80",
        b"\xe2\x80\xae",
    ),
    *(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n", b"Content-Type: message/rfc822\n\n", b"charset=utf-7"),
    *(
        b"Content-Transfer-Encoding: base64\n",
        b"<blockquote>",
        b"<div class=gmail_quote>",
        b"<!--",
        b"]]>",
        b"&#0;",
        b"> ",
    ),
    *(b"BEGIN:VEVENT\n", b"Action: failed\n", b"\x78\x9f\x3e\x22", b"\x30\x80", b"\x24\x80", b"-- \n", b"[#99]"),
)
Wound = Callable[[random.Random, bytes, bytes], bytes]


def cut(chance: random.Random, mail: bytes, _other: bytes) -> bytes:
    start = chance.randrange(len(mail) + 1)
    return mail[:start] + mail[start + chance.randrange(1, 200) :]


def insert(chance: random.Random, mail: bytes, _other: bytes) -> bytes:
    at = chance.randrange(len(mail) + 1)
    return mail[:at] + chance.choice(SCRAPS) * chance.choice((1, 1, 1, 50, 3000)) + mail[at:]


def flip(chance: random.Random, mail: bytes, _other: bytes) -> bytes:
    wounded = bytearray(mail)
    for _number in range(min(len(wounded), chance.randrange(1, 20))):
        wounded[chance.randrange(len(wounded))] = chance.randrange(256)
    return bytes(wounded)


def splice(chance: random.Random, mail: bytes, other: bytes) -> bytes:
    return mail[: chance.randrange(len(mail) + 1)] + other[chance.randrange(len(other) + 1) :]


def repeat(chance: random.Random, mail: bytes, _other: bytes) -> bytes:
    start = chance.randrange(len(mail) + 1)
    return mail[:start] + mail[start : start + chance.randrange(1, 300)] * chance.choice((2, 20, 500)) + mail[start:]


WOUNDS: tuple[Wound, ...] = (cut, insert, flip, splice, repeat)


def wounded(seed: int, mails: list[bytes]) -> bytes:
    """The mail of a seed: the same whenever and wherever it is made."""
    chance = random.Random(seed)
    mail = chance.choice(mails)
    for _number in range(chance.randrange(1, 6)):
        mail = chance.choice(WOUNDS)(chance, mail, chance.choice(mails))
    return mail


def complaint(mail: bytes) -> str:
    """What is wrong with how a mail was read; "" if nothing is."""
    from otklik.channels.email.reading import read
    from otklik.lib.inbound import Dropped, Reason

    raw = SimpleNamespace(body=mail, envelope=ENVELOPE)
    started = perf_counter()
    first = read(raw)
    seconds = perf_counter() - started
    if isinstance(first, Dropped) and first.reason == Reason.FAULT:
        return "it failed"
    if seconds > SLOWEST:
        return f"it took {seconds:.1f} s"
    return "" if first == read(raw) else "read again, it says something else"


def main() -> int:
    asked = argparse.ArgumentParser(prog="bin/fuzz", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("target", choices=["mail"])
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--seed", type=int, help="read only the mail of this seed")
    wishes = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.test_settings")
    import django

    django.setup()
    logging.getLogger("otklik").setLevel(logging.CRITICAL if wishes.seed is None else logging.ERROR)
    mails = [mail.read_bytes() for mail in sorted(MAILS.glob("*.eml"))]
    first = random.SystemRandom().randrange(2**40) if wishes.seed is None else wishes.seed
    return run(mails, first, seconds=wishes.seconds if wishes.seed is None else 0)


def run(mails: list[bytes], first: int, *, seconds: float) -> int:
    until, seed, found = monotonic() + seconds, first, 0
    while True:
        mail = wounded(seed, mails)
        if wrong := complaint(mail):
            found += 1
            kept = Path(tempfile.gettempdir()) / f"fuzz-{seed}.eml"
            kept.write_bytes(mail)
            print(f"seed {seed}: {wrong}; kept as {kept}")
        seed += 1
        if monotonic() >= until:
            break
    print(f"{seed - first} mails from seed {first}; {found} of them were read wrongly.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
