"""Mail poured in by SMTP as fast as it is taken."""

import asyncio
import time

TEXT = (
    "Здравствуйте! Касса пищит и не печатает чек, бумага заправлена, крышка закрыта до щелчка. "
    "Очередь растёт, отпускаем с чеками от руки.\r\n"
)


def mail(number: int) -> bytes:
    """An ordinary mail of about two kilobytes; every third sender has written before."""
    sender = f"client{number - number % 3}@bench.example"
    head = (
        f"From: Client {number - number % 3} <{sender}>\r\nTo: support@demo.example\r\nSubject: Check {number}\r\n"
        f"Message-ID: <{number}@bench.example>\r\nDate: Mon, 21 Sep 2026 10:00:00 +0300\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return (head + TEXT * 6).encode()


async def pour(port: int, count: int, lines: int) -> float:
    """Seconds until every mail got its 250, over so many connections at once."""
    began = time.monotonic()
    await asyncio.gather(*(_line(port, range(first, count, lines)) for first in range(lines)))
    return time.monotonic() - began


async def _line(port: int, numbers: range) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def say(words: bytes, wanted: bytes) -> None:
        if words:
            writer.write(words)
        while True:
            answer = await reader.readline()
            if answer[3:4] != b"-":
                break
        if not answer.startswith(wanted):
            raise RuntimeError(answer.decode("utf-8", "replace"))

    await say(b"", b"220")
    await say(b"EHLO bench.example\r\n", b"250")
    for number in numbers:
        await say(b"MAIL FROM:<client@bench.example>\r\n", b"250")
        await say(b"RCPT TO:<support@demo.example>\r\n", b"250")
        await say(b"DATA\r\n", b"354")
        await say(mail(number) + b".\r\n", b"250")
    await say(b"QUIT\r\n", b"221")
    writer.close()
