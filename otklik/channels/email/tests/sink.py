"""An outgoing mail server for tests: it takes everything, or answers as it is told."""

import asyncio
import base64
import ssl
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

PASSWORD = "sesame"
TOKEN = "a token"


class Sink:
    """Listens on a port of its own from construction to `close`. `answers` overrule 250 by command.

    With a certificate it speaks TLS from the first byte, or after STARTTLS. Whoever signs in must know `password` or
    TOKEN; `logins` has who did.
    """

    def __init__(
        self, *, certificate: Path | None = None, starttls: bool = False, password: str = PASSWORD, **answers: str
    ) -> None:
        self.answers = answers
        self.password = password
        self.taken: list[tuple[str, list[str], EmailMessage]] = []
        self.logins: list[tuple[str, str]] = []
        self.sessions: list[SMTP] = []
        self._loop = asyncio.new_event_loop()
        context = _context(certificate) if certificate else None
        self._options: dict[str, Any] = {"authenticator": self._authenticate, "auth_require_tls": False}
        if starttls:
            self._options |= {"tls_context": context, "require_starttls": True}
        server = self._loop.run_until_complete(
            self._loop.create_server(self._session, "127.0.0.1", 0, ssl=None if starttls else context)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.hang_up()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    def hang_up(self) -> None:
        """Cut every open connection, as a server does that was left alone for long."""
        cut = threading.Event()

        def cut_all() -> None:
            for session in self.sessions:
                if session.transport:
                    session.transport.abort()
            cut.set()

        self._loop.call_soon_threadsafe(cut_all)
        cut.wait(20)

    def _session(self) -> SMTP:
        self.sessions.append(SMTP(self, loop=self._loop, enable_SMTPUTF8=True, **self._options))
        return self.sessions[-1]

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, mechanism: str, said: Any) -> AuthResult:
        self.logins.append((mechanism, said.login.decode()))
        return AuthResult(success=said.password.decode() == self.password, handled=False)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        user, bearer, *_ends = base64.b64decode(args[1]).decode().split("\x01")
        self.logins.append(("XOAUTH2", user.removeprefix("user=")))
        if bearer == f"auth=Bearer {TOKEN}":
            return AuthResult(success=True)
        await server.challenge_auth(b'{"status":"401"}')
        return AuthResult(success=False, handled=False)

    async def handle_MAIL(self, _server: Any, _session: Any, mail: Any, address: str, options: list[str]) -> str:
        mail.mail_from = address
        mail.mail_options.extend(options)
        return self.answers.get("mail", "250 OK")

    async def handle_RCPT(self, _server: Any, _session: Any, mail: Any, address: str, _options: Any) -> str:
        mail.rcpt_tos.append(address)
        return self.answers.get("rcpt", "250 OK")

    async def handle_DATA(self, _server: Any, _session: Any, mail: Any) -> str:
        message = message_from_bytes(mail.content, policy=policy.default)
        self.taken.append((mail.mail_from, mail.rcpt_tos, message))
        return self.answers.get("data", "250 OK")


def _context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
