"""In front of Django: what no page of ours could want is refused before it costs anything."""

from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]


class Doorkeeper:
    """Turns away bodies larger than `most_bytes` and addresses with a NUL in them, which PostgreSQL cannot look for.

    Django writes the whole body of a request to the disk before the first line of ours runs, whoever sends it.
    """

    def __init__(self, application: Application, *, most_bytes: int) -> None:
        self.application = application
        self.most_bytes = most_bytes

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (status := self._refusal(scope)):
            await refuse(status, send)
        else:
            await self.application(scope, self._bounded(receive), send)

    def _refusal(self, scope: Message) -> HTTPStatus | None:
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > self.most_bytes:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            return HTTPStatus.BAD_REQUEST
        return None

    def _bounded(self, receive: Receive) -> Receive:
        """For a body of unannounced length: beyond the bound it is as if the sender had gone."""
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            return message if taken <= self.most_bytes else {"type": "http.disconnect"}

        return counted


async def refuse(status: HTTPStatus, send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": f"{status.value} {status.phrase}\n".encode()})
