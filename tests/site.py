"""Somebody else’s site, at an origin of its own: one page with our line in it, under a strict policy."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Shop of %(title)s</title><style>button { display: none !important }</style><h1>Shop</h1><p>Kettles.</p>
<a href="/other">Other page</a><script src="%(script)s" async></script></html>"""


class Site:
    """Use as a context; `url` is its address, by the name of localhost, which is another site than 127.0.0.1."""

    def __init__(self, desk: str, chat: str) -> None:
        script = f"{desk}/help/chat/{chat}/widget.js"
        policy = f"default-src 'none'; script-src {desk}; frame-src {desk}; style-src 'unsafe-inline'"

        class Pages(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = (PAGE % {"title": self.path.strip("/") or "kettles", "script": script}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.url = f"http://localhost:{self.server.server_port}"

    def __enter__(self) -> "Site":
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.server.shutdown()
        self.server.server_close()
