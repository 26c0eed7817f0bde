"""A macro from the keyboard alone, in a real browser."""

import pytest
from playwright.sync_api import expect

from otklik.tickets.models import Macro, Ticket

from .browser import BrowserTestCase


@pytest.mark.browser
class MacroBrowserTests(BrowserTestCase):
    def test_it_is_found_looked_at_and_applied_by_keys(self):
        steps = [{"do": "answer", "value": "Dear {client}, it is done."}, {"do": "state", "value": "resolved"}]
        Macro.objects.create(title="Refund sent", steps=steps)
        self.open(self.ticket.get_absolute_url())
        self.page.keyboard.press("KeyM")
        self.page.keyboard.type("refu")
        expect(self.page.locator("#palette [role=option]").first).to_contain_text("Refund sent")
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".macro__said")).to_contain_text("Dear Bea Orlova, it is done.")
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".flash--success")).to_have_text("The macro was applied.")
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).state, "resolved")

    def test_it_is_built_by_keys_and_its_steps_change_places(self):
        self.open("/desk/macros/new/")
        self.page.keyboard.type("Wait")
        self.page.select_option("#do-0-do", "put_off")
        expect(self.page.locator("#do-0-value")).to_be_visible()
        self.page.select_option("#do-0-value", "client")
        self.page.select_option("#do-1-do", "note")
        self.page.locator("#do-1-value").fill("We wait.")
        self.page.locator("#do-1-up").press("Enter")
        expect(self.page.locator("#do-0-do")).to_have_value("note")
        expect(self.page.locator("#do-0-down")).to_be_focused()
        self.page.locator("#id_title").press("Enter")
        expect(self.page.locator(".flash--success")).to_contain_text("was saved")
        self.assertEqual([step["do"] for step in Macro.objects.get().steps], ["note", "put_off"])
