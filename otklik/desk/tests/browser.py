"""The desk in a real browser, with the cast on the stage and somebody signed in."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from otklik.staff.models import Member
from otklik.testing import CastTestCase
from tests.chromium import chromium

SIZE = {"width": 1280, "height": 800}  # pixels

# Stands in for the live stream, see `hear`.
SILENT_STREAM = """window.EventSource = class extends EventTarget {
    constructor() { super(); window.stream = this; }
    close() {}
};"""

CONTROL, SHIFT = 2, 8  # as Chromium numbers them


def press_russian(page: Page, sign: str, code: str, *, held: int = 0) -> None:
    """A key of a Russian keyboard: the place is known by `code`, the sign is another one than on a Latin keyboard."""
    chrome = page.context.new_cdp_session(page)
    key = {"key": sign, "code": code, "windowsVirtualKeyCode": ord(code[-1]), "modifiers": held}
    text = {} if held & CONTROL else {"text": sign}
    chrome.send("Input.dispatchKeyEvent", {"type": "keyDown" if text else "rawKeyDown", **key, **text})
    chrome.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    chrome.detach()


@pytest.mark.browser
class BrowserTestCase(StaticLiveServerTestCase):
    """One context for a class, so that what pages are made of is fetched once; cleaned for each test."""

    page: Page
    email = "ana@demo.example"  # who is signed in

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.context = cls.new_context()
        # It keeps the window open: the tests' pages are tabs of it, where each alone would need a window of its own.
        cls.context.new_page()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.context.close()
        super().tearDownClass()

    @classmethod
    def new_context(cls, **options: Any) -> BrowserContext:
        # What the worker in the browser asks for, a test's routes would not see.
        options.setdefault("service_workers", "block")
        context = chromium.start().new_context(viewport=SIZE, locale="en", **options)
        # The test server is not asynchronous: it would try to read the endless stream to its end. A route of
        # Playwright's would stop it too, and the browser's cache with it.
        context.add_init_script(SILENT_STREAM)
        return context

    def setUp(self) -> None:
        CastTestCase.setUpTestData.__func__(type(self))
        self.page = self.new_page(self.context)
        self.context.clear_cookies()
        chrome = self.context.new_cdp_session(self.page)
        chrome.send("Storage.clearDataForOrigin", {"origin": self.live_server_url, "storageTypes": "local_storage"})
        self.sign_in(self.context, self.email)

    def new_page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        self.addCleanup(page.close)
        return page

    def sign_in(self, context: BrowserContext, email: str) -> None:
        session = Client()
        session.force_login(Member.objects.get(email=email))
        cookie = session.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.live_server_url}])

    def hear(self, *tickets: int) -> None:
        """The live stream tells the open page that these tickets changed."""
        told = {"data": json.dumps({"tickets": tickets}), "lastEventId": ""}
        self.page.evaluate("told => stream.onmessage(told)", told)

    def open(self, path: str) -> None:
        self.page.goto(self.live_server_url + path)
