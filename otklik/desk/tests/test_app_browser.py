"""The desk as an app: it can be installed, says so when there is no network, and shows notices."""

import json
from typing import Any

import pytest
from django.utils.timezone import now
from playwright.sync_api import BrowserContext, expect

from otklik.desk.views.app import ACCENT, GROUND
from otklik.notices.models import Subscription
from otklik.notices.tests.far_browser import FarBrowser

from .browser import BrowserTestCase

READY = "navigator.serviceWorker.ready.then(() => true)"
KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const kept of await (await caches.open(name)).keys()) found.push(new URL(kept.url).pathname);
    return found;
}"""
# The browser takes a notice away by itself after a while: the first look that finds one is the answer.
SHOWN = """async () => {
    const worker = await navigator.serviceWorker.ready;
    let shown = [];
    for (const began = Date.now(); !shown.length && Date.now() - began < 30_000; ) {
        shown = await worker.getNotifications();
        await new Promise(done => setTimeout(done, 20));
    }
    return shown.map(({ title, body, tag, data }) => ({ title, body, tag, url: data }));
}"""
# A browser with a push service, which a test has none of: it gives what one would give.
SUBSCRIBED = """window.PushManager.prototype.subscribe = async function ({ applicationServerKey }) {
    if (!/^[\\w-]{87}$/.test(applicationServerKey)) throw new TypeError("no key");
    const keys = { p256dh: "%(public)s", auth: "%(auth)s" };
    const endpoint = "%(endpoint)s";
    const made = { endpoint, toJSON: () => ({ endpoint, keys }), unsubscribe: () => {} };
    localStorage.setItem("made", "yes");
    return made;
};
window.PushManager.prototype.getSubscription = async function () {
    return localStorage.getItem("made") ? await this.subscribe({ applicationServerKey: "x".repeat(87) }) : null;
};"""
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


@pytest.mark.browser
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


@pytest.mark.browser
class PushTests(BrowserTestCase):
    @classmethod
    def new_context(cls, **options: Any) -> BrowserContext:
        return super().new_context(service_workers="allow", permissions=["notifications"], **options)

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        # Beside a tab that keeps the window some notices do not come: these tests have a window of their own.
        cls.context.pages[0].close()

    def test_a_push_is_shown_with_what_it_leads_to(self):
        chrome = self.context.new_cdp_session(self.page)
        registrations: list[dict[str, Any]] = []
        chrome.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
        chrome.send("ServiceWorker.enable")
        self.open("/desk/")
        self.assertTrue(self.page.evaluate(READY))
        told = {"title": "#7 Printer", "body": "A ticket is given to me", "url": "/desk/tickets/7/", "tag": "ticket-7"}
        which = {"origin": self.live_server_url, "registrationId": registrations[-1]["registrationId"]}
        chrome.send("ServiceWorker.deliverPushMessage", {**which, "data": json.dumps(told)})
        self.assertEqual(self.page.evaluate(SHOWN), [told])

    def test_a_browser_that_asked_says_so_again_after_a_new_sign_in_and_not_after_signing_out(self):
        service = FarBrowser()
        self.page.add_init_script(SUBSCRIBED % {"endpoint": service.endpoint, **service.keys})
        self.open("/desk/notices/")
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Notify me in this browser").click()
        expect(self.page.get_by_text("this one")).to_be_visible()
        former = Subscription.objects.get().session
        self.sign_in(self.context, self.email)
        with self.page.expect_response("**/notices/browsers/"):
            self.open("/desk/")
        self.assertNotEqual(Subscription.objects.get().session, former)
        with self.page.expect_navigation():
            self.page.evaluate("document.querySelector('[data-sign-out]').requestSubmit()")
        self.assertIsNone(self.page.evaluate("localStorage.getItem('otklik.push')"))
        self.assertFalse(Subscription.objects.alive(now()).exists())

    def test_a_member_asks_for_notices_in_this_browser_and_removes_it(self):
        service = FarBrowser()
        self.page.add_init_script(SUBSCRIBED % {"endpoint": service.endpoint, **service.keys})
        self.open("/desk/notices/")
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Notify me in this browser").click()
        expect(self.page.get_by_role("button", name="Try it")).to_be_visible()
        self.assertEqual(Subscription.objects.get().member.email, self.email)
        self.page.get_by_role("button", name="Remove").click()
        expect(self.page.get_by_text("That browser is told nothing any more.")).to_be_visible()
        self.assertFalse(Subscription.objects.exists())
