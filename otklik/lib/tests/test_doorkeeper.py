from typing import Any

from asgiref.testing import ApplicationCommunicator
from django.test import SimpleTestCase

from otklik.lib.doorkeeper import Doorkeeper


async def measuring(scope: Any, receive: Any, send: Any) -> None:
    """Answers how much of the body came, or that the sender went away."""
    size_bytes, goes_on = 0, True
    while goes_on:
        message = await receive()
        size_bytes += len(message.get("body", b""))
        goes_on = message.get("more_body", False)
    await send({"type": "measured", "size_bytes": size_bytes, "last": message["type"]})


class DoorkeeperTests(SimpleTestCase):
    async def answer(self, *bodies: bytes, path: str = "/", query: bytes = b"", length: bytes = b"") -> Any:
        headers = [(b"content-length", length)] if length else []
        scope = {"type": "http", "path": path, "query_string": query, "headers": headers}
        line = ApplicationCommunicator(Doorkeeper(measuring, most_bytes=100), scope)
        for body in bodies:
            await line.send_input({"type": "http.request", "body": body, "more_body": body != bodies[-1]})
        return await line.receive_output()

    async def test_an_ordinary_body_comes_in_whole(self) -> None:
        answer = await self.answer(b"a" * 60, b"b" * 40, length=b"100")
        self.assertEqual(answer, {"type": "measured", "size_bytes": 100, "last": "http.request"})

    async def test_a_body_that_says_it_is_too_large_is_not_read(self) -> None:
        answer = await self.answer(length=b"101")
        self.assertEqual(answer["status"], 413)

    async def test_a_body_that_does_not_say_so_is_read_no_further(self) -> None:
        answer = await self.answer(b"a" * 60, b"b" * 60, b"c" * 60)
        self.assertEqual(answer, {"type": "measured", "size_bytes": 60, "last": "http.disconnect"})

    async def test_an_address_that_no_store_can_look_for_is_refused(self) -> None:
        self.assertEqual((await self.answer(path="/help/form/a\0/"))["status"], 400)
        self.assertEqual((await self.answer(query=b"text=a%00"))["status"], 400)
