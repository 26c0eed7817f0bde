"""An outgoing mail server for tests: it takes everything, or answers as it is told."""

import asyncio
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP


class Sink:
    """Listens on a port of its own from construction to `close`. `answers` overrule 250 by command."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.taken: list[tuple[str, list[str], EmailMessage]] = []
        self._loop = asyncio.new_event_loop()
        server = self._loop.run_until_complete(self._loop.create_server(lambda: SMTP(self), "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    async def handle_RCPT(self, _server: Any, _session: Any, mail: Any, address: str, _options: Any) -> str:
        mail.rcpt_tos.append(address)
        return self.answers.get("rcpt", "250 OK")

    async def handle_DATA(self, _server: Any, _session: Any, mail: Any) -> str:
        message = message_from_bytes(mail.content, policy=policy.default)
        self.taken.append((mail.mail_from, mail.rcpt_tos, message))
        return self.answers.get("data", "250 OK")
