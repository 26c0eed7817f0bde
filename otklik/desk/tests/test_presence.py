"""The switch in the menu, and what a browser says by itself."""

import json
from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from otklik.journal.models import Event
from otklik.staff.models import Presence, Status
from otklik.testing import CastTestCase, react_to_all

from .browser import BrowserTestCase

QUEUE = "/desk/queue/open/"


class SwitchTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def status(self) -> Status:
        return Presence.of(self.ana).at(now())

    def test_whoever_opens_a_page_is_online(self):
        self.assertContains(self.client.get(QUEUE), "dot--online")
        self.assertEqual(self.status(), Status.ONLINE)
        kept = Presence.objects.get().open_until
        self.client.get(QUEUE)
        self.assertEqual(Presence.objects.get().open_until, kept)
        self.assertEqual(Event.objects.filter(kind="member.presence_changed").count(), 1)

    def test_one_click_says_how_available_one_is(self):
        for status in Status:
            with self.subTest(status):
                answer = self.client.post("/desk/presence/", {"status": status.value, "next": QUEUE})
                self.assertRedirects(answer, QUEUE)
                self.assertEqual(self.status(), status)
        self.assertEqual(self.client.post("/desk/presence/", {"status": "asleep"}).status_code, 400)

    def test_a_page_that_stands_open_says_so_and_hears_how_it_stands(self):
        Presence.of(self.ana).choose(Status.AWAY)
        answer = self.client.post("/desk/here/", {"active": "yes", "next": QUEUE}, headers={"HX-Request": "true"})
        self.assertContains(answer, "dot--away")
        self.assertContains(answer, f'value="{QUEUE}"')
        self.assertNotContains(answer, "<html")

    def test_it_hears_how_many_notices_are_unseen(self):
        for number in ("0", "1"):
            answer = self.client.post("/desk/here/", {"active": ""})
            self.assertEqual(json.loads(answer.headers["HX-Trigger"]), {"desk:unseen": {"count": number}})
            self.ticket.assign_to(self.ana, by=self.admin)
            react_to_all("notices")
        with self.assertNumQueries(5):
            self.client.post("/desk/here/", {"active": ""})

    def test_a_page_that_is_not_used_keeps_nobody_online(self):
        Presence.of(self.ana).hear(is_active=True, at=now() - timedelta(minutes=11))
        self.client.post("/desk/here/", {"active": ""})
        self.assertEqual(self.status(), Status.AWAY)

    def test_signing_out_is_going_offline(self):
        self.client.get(QUEUE)
        self.client.post("/staff/logout/")
        self.assertEqual(self.status(), Status.OFFLINE)

    def test_an_observer_has_no_switch(self):
        self.client.force_login(self.olga)
        self.assertNotContains(self.client.get(QUEUE), "dot--")
        self.assertFalse(Presence.objects.exists())


@pytest.mark.browser
class PresenceBrowserTests(BrowserTestCase):
    def switch(self, name: str):
        return self.page.locator("#presence").get_by_role("button", name=name, exact=True)

    def test_the_switch_is_one_click_and_stays_where_one_is(self):
        self.open(self.ticket.get_absolute_url())
        self.page.fill("#reply trix-editor", "Half a")
        self.switch("Away").click()
        expect(self.page.locator(".presence__now")).to_have_text("Away")
        expect(self.switch("Away")).to_have_attribute("aria-pressed", "true")
        expect(self.page.locator("#reply trix-editor")).to_have_text("Half a")
        self.assertEqual(Presence.of(self.ana).status, Status.AWAY)
        self.open(QUEUE)
        expect(self.page.locator(".presence__now")).to_have_text("Away")

    def test_one_of_many_tabs_says_that_somebody_is_here_and_hears_for_all_what_is_unseen(self):
        said = []
        context = self.page.context
        context.on("request", lambda request: said.append(request.url) if "/desk/here/" in request.url else None)
        self.open(QUEUE)
        expect(self.page.locator("#presence")).to_be_visible()
        self.page.wait_for_timeout(500)
        with self.page.expect_popup() as other:
            self.page.evaluate(f"void window.open('{QUEUE}')")
        other.value.wait_for_load_state()
        self.page.wait_for_timeout(500)
        self.assertEqual(len(said), 1)
        Presence.objects.all().delete()
        self.ticket.assign_to(self.ana, by=self.admin)
        react_to_all("notices")
        for page in (self.page, other.value):
            # No headless page is ever hidden, but it can believe so; it hears nothing of the live stream then.
            page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
        self.page.evaluate("localStorage.setItem('otklik.said', '1')")
        with self.page.expect_response("**/desk/here/") as answer:
            self.page.keyboard.press("KeyJ")
        self.assertEqual(answer.value.status, 200)
        self.assertEqual(Presence.of(self.ana).at(now()), Status.ONLINE)
        for page in (self.page, other.value):
            expect(page).to_have_title("(1) All open · Demo")
