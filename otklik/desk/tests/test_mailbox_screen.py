"""Setting a mailbox up in a real browser."""

from unittest import mock

import pytest
from django.core.cache import caches
from playwright.sync_api import expect

from otklik.channels.email import trying
from otklik.channels.email.models import Mailbox, MailboxTest
from otklik.channels.email.trial import Step

from .browser import BrowserTestCase


@pytest.mark.browser
class MailboxScreenTests(BrowserTestCase):
    email = "vera@demo.example"

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(caches["local"].clear)
        self.open("/desk/settings/mailboxes/new/")

    def test_choosing_a_provider_fills_its_servers_in_and_shows_what_belongs_to_it(self):
        page = self.page
        expect(page.locator("[name=incoming_host]")).to_be_hidden()
        page.select_option("[name=preset]", "yandex")
        expect(page.locator("[name=incoming_host]")).to_have_value("imap.yandex.ru")
        expect(page.locator("[name=outgoing_host]")).to_have_value("smtp.yandex.ru")
        expect(page.locator("#preset-hint")).to_contain_text("App passwords")
        expect(page.locator("[name=oauth_client_id]")).to_be_hidden()
        page.select_option("[name=preset]", "microsoft")
        expect(page.locator("[name=oauth_client_id]")).to_be_visible()
        expect(page.locator("[name=password]")).to_be_hidden()
        expect(page.locator("[name=outgoing_port]")).to_have_value("587")

    def test_a_mailbox_is_saved_and_its_test_is_watched_to_the_end(self):
        page = self.page
        page.fill("[name=address]", "help@demo.example")
        page.fill("[name=name]", "Help")
        page.select_option("[name=team]", label="Support")
        page.select_option("[name=preset]", "mailru")
        page.fill("[name=password]", "pa55 word")
        page.get_by_role("button", name="Save and test").click()
        expect(page.locator("#test")).to_contain_text("About to begin")
        self.assertEqual(Mailbox.objects.get().password, "pa55 word")
        with mock.patch("otklik.channels.email.trying.test_connection", return_value=[Step("We are in.")]):
            trying.try_due()
        expect(page.locator("#test")).to_contain_text("We are in.")
        expect(page.locator("#test")).to_contain_text("works both ways")
        page.get_by_role("button", name="Test again").click()
        expect(page.locator("#test")).to_contain_text("About to begin")
        self.assertIsNone(MailboxTest.objects.get().finished_at)

    def test_nothing_of_it_is_wider_than_a_phone(self):
        self.page.set_viewport_size({"width": 390, "height": 844})
        for path in ("/desk/settings/mailboxes/new/", "/desk/settings/mailboxes/", "/desk/settings/health/"):
            with self.subTest(path):
                self.open(path)
                self.assertLessEqual(self.page.evaluate("document.documentElement.scrollWidth"), 390)
