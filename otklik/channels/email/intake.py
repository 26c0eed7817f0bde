"""The SMTP and LMTP server: mail for our mailboxes and nothing else.

A mail is acknowledged with 250 only after its bytes are committed. There is no relaying, no sign-in and no
encryption here: it stands on the loopback or behind the company's own mail server.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import AnyStr

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from .addresses import spellings
from .storing import Letter, Writer, envelope, mailbox_addresses, name_for

CONNECTIONS_MAX = 200
RECIPIENTS_MAX = 100
MAILBOXES_FRESH = 1.0  # seconds for which the list of mailboxes is taken from memory
SILENCE_MAX = 300  # seconds a client may say nothing
HELD_MAX_BYTES = 256 * 1024 * 1024  # in memory, of mails that are being handed over on all connections together
LINE_COSTS_BYTES = 64  # aiosmtpd keeps each line by itself: a mail of empty lines takes thirty times its size
LINE_MAX_BYTES = 256 * 1024  # the standard allows 1000, and broken programs send whole pages in one line

NO_SUCH_MAILBOX = "550 5.1.1 There is no such mailbox here"
TRY_AGAIN = "451 4.3.0 The message could not be stored; try again later"
TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients"
TOO_MANY_CONNECTIONS = b"421 4.7.0 Too many connections; try again later\r\n"
TOO_BUSY = b"421 4.3.2 Too much mail at once; try again later\r\n"
NULL_SENDER = "<>"  # aiosmtpd's word for the empty return path
TOO_MUCH = "552 Error: Too much mail data"  # aiosmtpd's
ACCEPTED = "250 2.0.0 Stored"

log = logging.getLogger(__name__)


class Mailboxes:
    """Which addresses are ours, from memory for a second: a new mailbox works at once, a flood asks once."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._until = 0.0
        self._asking = asyncio.Lock()
        self._reader = ThreadPoolExecutor(1, "mailboxes")

    async def find(self, address: str) -> int | None:
        """The mailbox of an address, with or without a plus part. Raises DatabaseError."""
        async with self._asking:
            if time.monotonic() >= self._until:
                self._known = await asyncio.get_running_loop().run_in_executor(self._reader, _ask)
                self._until = time.monotonic() + MAILBOXES_FRESH
        return next((self._known[each] for each in spellings(address) if each in self._known), None)

    def close(self) -> None:
        self._reader.submit(connections.close_all)
        self._reader.shutdown()


def _ask() -> dict[str, int]:
    close_old_connections()
    return mailbox_addresses()


class Door:
    """Answers the server's questions about each mail."""

    def __init__(self, writer: Writer, mailboxes: Mailboxes) -> None:
        self.writer = writer
        self.mailboxes = mailboxes
        self.connections = 0
        self.held_bytes = 0

    async def handle_RCPT(  # noqa: N802 aiosmtpd's name
        self, _server: SMTP, _session: Session, mail: Envelope, address: str, _options: list[str]
    ) -> str:
        if len(mail.rcpt_tos) >= RECIPIENTS_MAX:
            return TOO_MANY_RECIPIENTS
        try:
            mailbox = await self.mailboxes.find(address)
        except DatabaseError:
            log.exception("The mailboxes could not be looked up.")
            return TRY_AGAIN
        if mailbox is None:
            return NO_SUCH_MAILBOX
        mail.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, mail: Envelope) -> str:  # noqa: N802
        answer = await self._store(mail)
        return server.for_each_recipient(answer) if isinstance(server, LettersByLMTP) else answer

    async def handle_exception(self, _fault: Exception) -> str:
        log.exception("The intake met a fault.")
        return TRY_AGAIN

    async def _store(self, mail: Envelope) -> str:
        try:
            found = [await self.mailboxes.find(address) for address in mail.rcpt_tos]
            channels = sorted({channel for channel in found if channel})
            body = mail.original_content or b""
            mail_from = "" if mail.mail_from == NULL_SENDER else mail.mail_from
            letter = Letter(body, envelope(mail_from, mail.rcpt_tos, name=name_for(body)), channels)
            await asyncio.wrap_future(self.writer.put(letter))
        except DatabaseError:
            return TRY_AGAIN
        return ACCEPTED if channels else NO_SUCH_MAILBOX


class LettersBySMTP(SMTP):
    """At most CONNECTIONS_MAX connections at a time, and HELD_MAX_BYTES; what is more is told to come back."""

    line_length_limit = LINE_MAX_BYTES
    held_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.connections += 1
        if self.event_handler.connections <= CONNECTIONS_MAX:
            super().connection_made(transport)
        elif isinstance(transport, asyncio.WriteTransport):
            transport.write(TOO_MANY_CONNECTIONS)
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.connections -= 1
        self.let_go()
        if self.session is not None:  # a refused one never began
            super().connection_lost(error)

    def data_received(self, piece: bytes) -> None:
        if self.envelope and self.envelope.rcpt_tos:  # before that nothing is kept
            self.hold(len(piece) + LINE_COSTS_BYTES * piece.count(b"\n"))
        if self.event_handler.held_bytes <= HELD_MAX_BYTES:
            super().data_received(piece)
        elif isinstance(self.transport, asyncio.WriteTransport) and not self.transport.is_closing():
            log.warning("A mail was put off: %d bytes are being handed over.", self.event_handler.held_bytes)
            self.transport.write(TOO_BUSY)
            self.transport.close()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 aiosmtpd's name
        try:
            await super().smtp_DATA(arg)
        finally:
            self.let_go()

    def hold(self, size_bytes: int) -> None:
        self.held_bytes += size_bytes
        self.event_handler.held_bytes += size_bytes

    def let_go(self) -> None:
        self.event_handler.held_bytes -= self.held_bytes
        self.held_bytes = 0


class LettersByLMTP(LettersBySMTP, LMTP):
    """LMTP wants an answer for every recipient after the data; aiosmtpd gives one."""

    def for_each_recipient(self, answer: str) -> str:
        return "\r\n".join([answer] * len(self.envelope.rcpt_tos if self.envelope else ()))

    async def push(self, status: AnyStr) -> None:
        if isinstance(status, str) and status.startswith(TOO_MUCH):
            await super().push(self.for_each_recipient(status))
        else:
            await super().push(status)


async def serve(
    host: str, port: int, stop: asyncio.Event, *, lmtp: bool = False, ready: Callable[[int], None] | None = None
) -> None:
    """Take mail until `stop` is set, then finish what is being written. `ready` is told the port."""
    writer, mailboxes = Writer(), Mailboxes()
    door = Door(writer, mailboxes)
    protocol = LettersByLMTP if lmtp else LettersBySMTP

    def answer() -> asyncio.BaseProtocol:
        return protocol(
            door,
            data_size_limit=settings.MESSAGE_MAX_BYTES,
            enable_SMTPUTF8=True,
            hostname=settings.SITE_HOST,
            ident="Otklik",
            timeout=SILENCE_MAX,
        )

    server = await asyncio.get_running_loop().create_server(answer, host, port)
    if ready:
        ready(server.sockets[0].getsockname()[1])
    try:
        await stop.wait()
    finally:
        server.close()
        await asyncio.to_thread(writer.close)
        mailboxes.close()
