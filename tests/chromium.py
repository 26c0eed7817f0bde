"""One Chromium for all tests that follow one another: to start it takes longer than most of them do."""

import os
import shutil
from contextlib import ExitStack
from unittest import mock

from playwright.sync_api import Browser, expect, sync_playwright

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

expect.set_options(timeout=30_000)  # milliseconds: a busy machine is slow, not wrong


class Chromium:
    """Started by whoever needs it first; conftest.py closes it before a test that needs none."""

    def __init__(self) -> None:
        self.browser: Browser | None = None
        self.until_closed = ExitStack()

    def start(self) -> Browser:
        """The browser. Everybody makes contexts of their own in it, and closes them."""
        if self.browser is None:
            # The driver keeps an event loop in this thread, which Django would take for asynchronous code.
            self.until_closed.enter_context(mock.patch.dict(os.environ, {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"}))
            driver = self.until_closed.enter_context(sync_playwright())
            self.browser = driver.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
            self.until_closed.callback(self.browser.close)
        return self.browser

    def close(self) -> None:
        self.browser = None
        self.until_closed.close()


chromium = Chromium()
