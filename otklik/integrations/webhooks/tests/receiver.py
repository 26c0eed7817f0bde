"""The other program: a real HTTP server here that answers what a test says, and a webhook that leads to it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from django.test import override_settings

from otklik.integrations.webhooks.models import Webhook, WebhookCall
from otklik.testing import CastTestCase

Reply = tuple[int, dict[str, str], bytes]


class Receiver:
    """`asked` is what came: headers and body; `replies` are given in turn, the last one for ever."""

    def __init__(self) -> None:
        self.asked: list[tuple[dict[str, str], bytes]] = []
        self.replies: list[Reply] = [(200, {}, b"thanks")]

    def says(self, *statuses: int, body: bytes = b"", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.replies = [(status, named, body) for status in statuses]

    def take(self, headers: dict[str, str], body: bytes) -> Reply:
        self.asked.append((headers, body))
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.asked]


@contextmanager
def listening(receiver: Receiver) -> Iterator[str]:
    """The address at which it listens."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, said = receiver.take(dict(self.headers), body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(said))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/in?key=1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@override_settings(WEBHOOK_HOSTS=frozenset({"127.0.0.1"}))
class WebhookTestCase(CastTestCase):
    """With a webhook that leads to a receiver on this machine, which the settings allow."""

    def setUp(self) -> None:
        self.receiver = Receiver()
        self.webhook = Webhook.objects.create(name="CRM", url=self.enterContext(listening(self.receiver)))

    def call(self, **rest: Any) -> WebhookCall:
        values = {"webhook": self.webhook, "ticket": self.ticket, "kind": "ticket.opened", "body": '{"type":"x"}'}
        return WebhookCall.objects.create(**values | rest)

    def standing(self, call: WebhookCall) -> WebhookCall:
        self.webhook = Webhook.objects.get(pk=self.webhook.pk)
        return WebhookCall.objects.get(pk=call.pk)
