"""A whole list of tickets at one press, in a real browser."""

import pytest
from playwright.sync_api import expect

from otklik.tickets.bulking import work_on
from otklik.tickets.models import Ticket

from .browser import BrowserTestCase

MANY = 2000


@pytest.mark.browser
class BulkBrowserTests(BrowserTestCase):
    def test_a_whole_list_is_closed_with_progress_and_a_report(self):
        Ticket.objects.bulk_create(
            Ticket(subject=f"Alarm {number}", team=self.support, client=self.bea) for number in range(MANY)
        )
        self.open("/desk/queue/open/?only=subject:contains:alarm")
        rows = self.page.locator(".row input[type=checkbox]")
        rows.nth(1).check()
        rows.nth(4).click(modifiers=["Shift"])
        expect(self.page.locator("[data-bulk-count]")).to_have_text("Chosen tickets: 4")
        self.page.keyboard.press("Escape")
        expect(self.page.locator(".bulk")).to_be_hidden()
        self.page.locator("[data-all]").check()
        expect(self.page.locator("[data-bulk-count]")).to_have_text("Chosen tickets: 50")
        self.page.get_by_label("the whole list").check()
        self.page.select_option("#id_state", "closed")
        self.page.get_by_role("button", name="Apply").click()
        expect(self.page.locator(".page__body")).to_contain_text(f"{MANY} tickets are meant")
        self.page.get_by_role("button", name="Change them").click()
        expect(self.page.locator("#progress")).to_contain_text("At work")
        self.assertTrue(work_on())
        expect(self.page.locator("#progress")).to_contain_text("25 of")
        while work_on():
            pass
        expect(self.page.locator("#progress h2")).to_have_text("Done")
        self.assertEqual(Ticket.objects.filter(state="closed").count(), MANY)

    def test_rows_are_chosen_by_keys(self):
        self.open("/desk/queue/open/")
        for key in ("KeyJ", "KeyX", "KeyJ", "Shift+KeyX"):
            self.page.keyboard.press(key)
        expect(self.page.locator("[data-bulk-count]")).to_have_text("Chosen tickets: 2")
        self.page.select_option("#id_priority", "4")
        self.page.get_by_role("button", name="Apply").click()
        expect(self.page.locator(".flash--success")).to_contain_text("2 tickets were changed")
