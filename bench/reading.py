"""How long `read()` takes for a mail of up to 100 kB: `python -m bench.reading`.

Every mail of the corpus, and larger ones of four sorts: a long thread, a newsletter, a table, a picture.
"""

import base64
import os
import random
import statistics
from pathlib import Path
from time import process_time
from types import SimpleNamespace

MAILS = Path(__file__).resolve().parents[1] / "otklik/channels/email/tests/mail"
HEAD = "From: Bea <bea@client.example>\nMessage-ID: <b@client.example>\nSubject: Order\nMIME-Version: 1.0\n"
ENVELOPE = {"mail_from": "bea@client.example", "rcpt_to": ["support@shop.example"], "own": ["support@shop.example"]}
LINE = "Здравствуйте! Касса пищит и не печатает чек, бумага заправлена. "
ROUNDS = 5


def text(kind: str, body: str) -> bytes:
    return f"{HEAD}Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}".encode()


def picture() -> bytes:
    content = base64.encodebytes(random.Random(1).randbytes(70_000)).decode()
    parts = f"--b\nContent-Type: text/plain; charset=utf-8\n\n{LINE}\n--b\nContent-Type: image/png; name=a.png\n"
    parts += f"Content-Transfer-Encoding: base64\n\n{content}--b--"
    return f"{HEAD}Content-Type: multipart/mixed; boundary=b\n\n{parts}".encode()


def large() -> dict[str, bytes]:
    quoted = "\n".join(f"{'>' * (number // 80 + 1)} {LINE}" for number in range(800))
    rows = "".join(f"<tr><td style='color:#333'>{number}</td><td><b>{LINE}</b></td></tr>" for number in range(550))
    block = f"<div style='padding:4px'><p><a href='https://shop.example/'>{LINE}</a></p></div>"
    return {
        "a long thread": text("plain", f"{LINE}\n\n05.05.2025 12:00, Беата пишет:\n{quoted}"),
        "a newsletter": text("html", f"<html><style>p{{}}</style><body>{block * 550}</body></html>"),
        "a table": text("html", f"<table>{rows}</table>"),
        "a picture": picture(),
    }


def milliseconds(mail: bytes) -> float:
    """The processor's time, the median of some rounds."""
    from otklik.channels.email.reading import read

    raw, taken = SimpleNamespace(body=mail, envelope=ENVELOPE), []
    for _round in range(ROUNDS):
        started = process_time()
        read(raw)
        taken.append((process_time() - started) * 1000)
    return statistics.median(taken)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.test_settings")
    import django

    django.setup()
    corpus = [milliseconds(mail.read_bytes()) for mail in sorted(MAILS.glob("*.eml"))]
    sizes = {name: (len(mail), milliseconds(mail)) for name, mail in large().items()}
    for name, (size, taken) in sizes.items():
        print(f"{name + f' ({size // 1000} kB)':32}{taken:8.1f} ms")
    every = sorted([*corpus, *(taken for _size, taken in sizes.values())])
    print(
        f"{f'{len(every)} mails':32}{statistics.median(every):8.1f} ms p50{every[int(len(every) * 0.95)]:8.1f} ms p95"
    )


if __name__ == "__main__":
    main()
