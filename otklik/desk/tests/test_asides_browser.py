"""A letter to a third party, written in a real browser."""

import re

from playwright.sync_api import expect

from otklik.desk.tests.browser import BrowserTestCase
from otklik.tickets.models import Draft, Message


class AsideTests(BrowserTestCase):
    def test_the_button_names_whom_it_goes_to_and_what_is_typed_is_kept(self) -> None:
        self.open(self.ticket.get_absolute_url())
        self.page.get_by_role("link", name="Ask a third party").click()
        self.page.get_by_label("To", exact=True).fill("zoya@parts.example, boss@parts.example, x@parts.example")
        button = self.page.locator("[data-send]")
        expect(button).to_have_text("Send to zoya@parts.example, boss@parts.example + 1")
        self.page.get_by_label("Subject").fill("A drum")
        expect(self.page.locator("[data-saved]")).to_have_text(re.compile("Saved"))
        self.assertEqual(Draft.objects.get().wishes["subject"], "A drum")
        self.page.locator("trix-editor").fill("Is the drum on stock?")
        button.click()
        expect(self.page.locator(".msg--aside")).to_contain_text("Is the drum on stock?")
        expect(self.page.locator(".msg--aside")).to_contain_text("Leaves:")
        self.assertEqual(Message.objects.exclude(aside=None).get().deliveries.count(), 3)
        self.assertFalse(Draft.objects.exists())
