"""Hostile mails in a real browser: nothing runs, nothing is asked for elsewhere, no cookie is seen."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Route

from otklik.lib.html import clean
from otklik.testing import CastTestCase
from otklik.tickets.models import Message
from tests.chromium import chromium

ATTACKS = (Path(__file__).parent / "attacks.txt").read_text("utf-8").splitlines()
AT_ONCE = 10  # each cleaned by itself; a page for each would take minutes


@pytest.mark.browser
class AttackTests(StaticLiveServerTestCase):
    page: Page

    def setUp(self) -> None:
        CastTestCase.setUpTestData.__func__(type(self))
        self.abroad: list[str] = []
        self.ran: list[str] = []
        browser = chromium.start().new_context(service_workers="block")
        self.addCleanup(browser.close)
        browser.route("**/*", self.guard)
        session = Client()
        session.force_login(self.ana)
        cookie = session.cookies[settings.SESSION_COOKIE_NAME].value
        browser.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.live_server_url}])
        self.page = browser.new_page()
        self.page.on("dialog", lambda dialog: (self.ran.append(dialog.message), dialog.dismiss()))
        self.message = Message.objects.get(ticket=self.ticket)

    def guard(self, route: Route) -> None:
        """Let through what goes to us; note and stop the rest."""
        if urlsplit(route.request.url).netloc == urlsplit(self.live_server_url).netloc:
            route.continue_()
        else:
            self.abroad.append(route.request.url)
            route.abort()

    def show(self, *mails: str) -> None:
        Message.objects.filter(pk=self.message.pk).update(html="".join(map(clean, mails)), text="")

    def provoke(self) -> None:
        """What a reader may do by accident: move over everything and press it, links aside."""
        self.page.evaluate(
            """() => document.querySelectorAll("body *").forEach((element) => {
                for (const kind of ["mouseover", "focus", "click", "toggle"])
                    if (!element.closest("a[href]")) element.dispatchEvent(new Event(kind, {bubbles: true}));
            })"""
        )

    def test_no_attack_runs_or_asks_for_anything_elsewhere(self):
        self.assertGreaterEqual(len(ATTACKS), 60)
        address = self.live_server_url + reverse("desk:body", args=[self.message.pk])
        for start in range(0, len(ATTACKS), AT_ONCE):
            attacks = ATTACKS[start : start + AT_ONCE]
            with self.subTest(attacks):
                self.show(*attacks)
                self.page.goto(address)
                self.provoke()
                self.assertEqual(self.page.evaluate("document.scripts.length"), 0)
                self.assertEqual((self.ran, self.abroad), ([], []))

    def test_in_its_frame_on_the_ticket_all_of_them_together_are_shown_and_do_nothing(self):
        self.show(*ATTACKS, "<p>The end of the mail.</p>")
        self.page.goto(self.live_server_url + self.ticket.get_absolute_url())
        frame = self.page.locator(".msg__frame").first
        frame.scroll_into_view_if_needed()
        self.page.frame_locator(".msg__frame").first.locator("text=The end of the mail.").wait_for()
        self.assertEqual((self.ran, self.abroad), ([], []))

    def test_remote_pictures_are_asked_of_us_even_when_wished_for(self):
        self.show('<img src="https://evil.example/p.png"><p style="background:url(https://evil.example/b.png)">x</p>')
        asked: list[str] = []
        self.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
        self.page.goto(self.live_server_url + reverse("desk:body_with_pictures", args=[self.message.pk]))
        self.assertIn(reverse("desk:picture", args=[self.message.pk, 0]), asked)
        self.assertEqual(self.abroad, [])
