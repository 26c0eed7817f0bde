"""Requests as a signed-in member's browser makes them, one after another or several at once."""

import gzip
import http.client
import re
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit


class Browser:
    """One connection with its cookies."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies = dict(cookies or {})

    def ask(self, method: str, path: str, body: dict[str, object] | None = None) -> tuple[int, bytes]:
        """The answer's status, and its content as it travels: compressed."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers["Accept-Encoding"] = "gzip"
        if body is not None:
            # As htmx asks: the answer then carries the page's new parts, which is what the agent waits for.
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
            headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        self.line.request(method, path, urlencode(body) if body is not None else None, headers)
        answer = self.line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer.status, answer.read()

    def sign_in(self, link: str) -> None:
        """By a one-time link."""
        parts = urlsplit(link)
        _status, page = self.ask("GET", f"{parts.path}?{parts.query}")
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', unpacked(page))
        token = parts.query.removeprefix("token=")
        self.ask("POST", parts.path, {"token": token, "csrfmiddlewaretoken": found[1] if found else ""})
        if "sessionid" not in self.cookies:
            raise RuntimeError("Signing in failed.")


def unpacked(content: bytes) -> str:
    return (gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content).decode("utf-8", "replace")


Request = tuple[str, str, dict[str, object] | None]


def timed(port: int, cookies: dict[str, str], requests: list[Request], at_once: int) -> list[float]:
    """Milliseconds of each request. Raises RuntimeError for an answer that is no page."""

    def go(share: list[Request]) -> list[float]:
        browser, times = Browser(port, cookies), []
        for request in share:
            began = time.perf_counter()
            status, _page = browser.ask(*request)
            times.append((time.perf_counter() - began) * 1000)
            if status >= 400:
                raise RuntimeError(f"{request[:2]} answered {status}.")
        return times

    with ThreadPoolExecutor(at_once) as pool:
        shares = [requests[first::at_once] for first in range(at_once)]
        return [one for times in pool.map(go, shares) for one in times]
