"""The client's whole way in a real browser, with JavaScript switched off."""

from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from playwright.sync_api import Page

from otklik.channels.webform.options import ConsentText, FormOptions
from otklik.staff.models import Company, Team
from otklik.testing import make_mailbox
from otklik.tickets.models import Channel, Ticket
from tests.chromium import chromium


@pytest.mark.browser
class BrowserTests(StaticLiveServerTestCase):
    def setUp(self) -> None:
        Company.objects.create(name="Demo", language="en")
        team = Team.objects.create(name="Support")
        options = FormOptions(title="Ask the shop", consent=ConsentText("You may read this.", 1)).as_json()
        Channel.objects.create(
            kind="webform",
            name="Shop",
            address="shop",
            team=team,
            language="en",
            options=options,
            answers_by=make_mailbox("support@demo.example", team),
        )
        context = chromium.start().new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
        self.addCleanup(context.close)
        self.page: Page = context.new_page()
        # Filling the form in takes a browser's driver no time at all.
        self.enterContext(mock.patch("otklik.channels.webform.forms.QUICKEST", timedelta()))

    def test_from_the_first_page_to_a_solved_ticket(self):
        page = self.page
        page.goto(self.live_server_url + "/help/")
        page.get_by_role("link", name="Ask the shop").click()
        page.get_by_label("Your name").fill("Dina Rybina")
        page.get_by_label("Your e-mail").fill("dina@elsewhere.example")
        page.get_by_label("What has happened?").fill("The lamp flickers.")
        page.get_by_label("Files").set_input_files({"name": "lamp.txt", "mimeType": "text/plain", "buffer": b"see"})
        page.get_by_role("button", name="Send").click()
        self.assertIn("Without your consent", page.get_by_role("alert").inner_text())
        self.assertEqual(page.get_by_label("What has happened?").input_value(), "The lamp flickers.")
        page.get_by_label("I have read this and agree").check()
        page.get_by_role("button", name="Send").click()
        self.assertEqual(page.get_by_role("heading", level=1).inner_text(), "We have received your message")

        ticket = Ticket.objects.get()
        link = page.get_by_role("link", name="To the page").get_attribute("href")
        page.goto(self.live_server_url + link)
        page.get_by_label("Your message").fill("It stopped.")
        page.get_by_role("button", name="Send").click()
        self.assertIn("It stopped.", page.get_by_role("region", name="The conversation").inner_text())
        page.get_by_role("link", name="Change this message").first.click()
        page.get_by_label("Your message").fill("The lamp flickers at night.")
        page.get_by_role("button", name="Save the change").click()
        self.assertIn("flickers at night.", page.get_by_role("region", name="The conversation").inner_text())
        page.get_by_role("button", name="It is solved").click()
        page.get_by_role("heading", name="Solved").wait_for()
        ticket.refresh_from_db()
        self.assertEqual((ticket.state, ticket.messages.count()), ("resolved", 2))

    def test_nothing_is_cut_off_on_a_small_screen_in_large_type(self):
        page = self.page
        page.goto(self.live_server_url + "/help/form/shop/")
        page.get_by_role("button", name="Large type").click()
        page.get_by_role("button", name="Usual type").wait_for()
        self.assertEqual(page.locator("html").get_attribute("data-look"), "large")
        page.set_viewport_size({"width": 320, "height": 640})
        for url in ("/help/", "/help/form/shop/"):
            with self.subTest(url=url):
                page.goto(self.live_server_url + url)
                box = page.locator("body").bounding_box()
                inner = page.locator("#content > :first-child").bounding_box()
                self.assertLessEqual(inner["x"] + inner["width"], box["width"])
