"""The desk as an app: it can be installed, and says so when there is no network."""

import json
from typing import Any

from playwright.sync_api import BrowserContext, expect

from otklik.desk.views.app import ACCENT, GROUND

from .browser import BrowserTestCase

READY = "navigator.serviceWorker.ready.then(() => true)"
KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const kept of await (await caches.open(name)).keys()) found.push(new URL(kept.url).pathname);
    return found;
}"""
# What the screen shows for a token, as the manifest has to write it.
COLOUR = """name => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = `var(${name})`;
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return "#" + [red, green, blue].map(part => part.toString(16).padStart(2, "0")).join("");
}"""


class AppTests(BrowserTestCase):
    @classmethod
    def new_context(cls, **options: Any) -> BrowserContext:
        return super().new_context(service_workers="allow", **options)

    def test_chromium_finds_nothing_wrong_with_the_manifest(self):
        self.open("/desk/")
        chrome = self.context.new_cdp_session(self.page)
        found = chrome.send("Page.getAppManifest")
        self.assertEqual(found["errors"], [])
        manifest = json.loads(found["data"])
        self.assertEqual((manifest["start_url"], manifest["display"]), ("/desk/", "standalone"))
        # A test's browser keeps nothing, which is the one thing that it holds against installing.
        errors = chrome.send("Page.getInstallabilityErrors")["installabilityErrors"]
        self.assertEqual([error["errorId"] for error in errors], ["in-incognito"])

    def test_its_colours_are_those_of_the_tokens(self):
        self.open("/desk/")
        self.assertEqual([self.page.evaluate(COLOUR, name) for name in ("--ground", "--accent")], [GROUND, ACCENT])

    def test_without_a_network_the_page_says_so_in_both_languages_and_no_ticket_was_kept(self):
        self.open("/desk/")
        self.assertTrue(self.page.evaluate(READY))
        self.open(self.ticket.get_absolute_url())
        expect(self.page.get_by_role("heading", name="Printer")).to_be_visible()
        self.assertEqual(self.page.evaluate(KEPT), ["/desk/offline/"])
        self.context.set_offline(True)
        self.addCleanup(self.context.set_offline, False)
        self.open(self.ticket.get_absolute_url())
        expect(self.page.get_by_role("heading", name="No network")).to_be_visible()
        expect(self.page.get_by_role("heading", name="Нет сети")).to_be_visible()
        self.context.set_offline(False)
        self.page.get_by_role("link", name="Try again").click()
        expect(self.page.get_by_role("heading", name="Printer")).to_be_visible()
