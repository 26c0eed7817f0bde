"""The client's side in a real browser."""

import os
from unittest import mock

from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"


class PortalBrowserTestCase(StaticLiveServerTestCase):
    browser: Browser

    @classmethod
    def setUpClass(cls) -> None:
        # The browser's driver runs an event loop in this thread; the database is used between its steps only.
        cls.enterClassContext(mock.patch.dict(os.environ, {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"}))
        super().setUpClass()
        driver = cls.enterClassContext(sync_playwright())
        cls.browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        cls.addClassCleanup(cls.browser.close)
