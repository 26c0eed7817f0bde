"""The desk in a real browser, with the cast on the stage and somebody signed in."""

import os
import shutil

from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from playwright.sync_api import Page, expect, sync_playwright

from otklik.testing import PASSWORD, CastTestCase

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

expect.set_options(timeout=30_000)  # milliseconds: a busy machine is slow, not wrong


class BrowserTestCase(StaticLiveServerTestCase):
    page: Page
    email = "ana@demo.example"  # who signs in

    @classmethod
    def setUpClass(cls) -> None:
        # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        super().setUpClass()
        cls.playwright = sync_playwright().start()
        cls.chromium = cls.playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

    @classmethod
    def tearDownClass(cls) -> None:
        cls.chromium.close()
        cls.playwright.stop()
        super().tearDownClass()

    def setUp(self) -> None:
        CastTestCase.setUpTestData.__func__(type(self))
        self.page = self.chromium.new_page(viewport={"width": 1280, "height": 800}, locale="en")
        self.addCleanup(self.page.close)
        # The test server is not asynchronous: it would try to read the endless stream to its end.
        self.page.route("**/desk/live/**", lambda route: route.abort())
        self.page.goto(f"{self.live_server_url}/staff/login/")
        self.page.fill("[name=login]", self.email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button.button--primary")
        self.page.wait_for_url("**/desk/**")

    def open(self, path: str) -> None:
        self.page.goto(self.live_server_url + path)
