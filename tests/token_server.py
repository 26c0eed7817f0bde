"""A provider's token server for tests: it gives tokens for one refresh token and tells whose a token is."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class TokenServer:
    """Use as a context. `asked` has the fields of every request for a token; `answers` are given before it is."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.asked: list[dict[str, str]] = []
        self.answers: list[tuple[int, dict[str, object]]] = []
        self.good_tokens: set[str] = set()
        server = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                fields = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
                self.reply(*server.token(fields))

            def do_GET(self) -> None:
                given = parse_qs(urlsplit(self.path).query).get("access_token", [""])[0]
                known = given in server.good_tokens
                self.reply(200 if known else 400, {"email": server.owner} if known else {"error": "invalid_token"})

            def reply(self, status: int, facts: dict[str, object]) -> None:
                body = json.dumps(facts).encode()
                self.send_response(status)
                if "location" in facts:
                    self.send_header("Location", str(facts["location"]))
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_rest: object) -> None:
                """Nothing to say."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def __enter__(self) -> "TokenServer":
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.http.shutdown()
        self.http.server_close()

    def token(self, fields: dict[str, str]) -> tuple[int, dict[str, object]]:
        self.asked.append(fields)
        if self.answers:
            return self.answers.pop(0)
        token = f"token-{len(self.asked)}"
        self.good_tokens.add(token)
        return 200, {"access_token": token, "expires_in": 3600, "token_type": "bearer"}
