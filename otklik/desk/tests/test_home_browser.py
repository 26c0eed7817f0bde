"""The first page of the day in a real browser."""

import pytest
from playwright.sync_api import expect

from otklik.notices.models import Notice
from otklik.testing import react_to_all
from otklik.tickets.replying import note

from .browser import BrowserTestCase


@pytest.mark.browser
class HomeBrowserTests(BrowserTestCase):
    def test_a_key_leads_there_it_fits_a_phone_and_the_tab_counts_what_is_new(self):
        self.ticket.assign_to(self.ana, by=self.admin)
        note(self.ticket, by=self.admin, text="Look at this, please.")
        react_to_all("notices")
        unseen = Notice.objects.filter(member=self.ana, seen_at=None).count()
        self.assertGreater(unseen, 0)
        self.open("/desk/queue/open/")
        expect(self.page).to_have_title(f"({unseen}) All open · Demo")
        self.page.keyboard.press("KeyH")
        expect(self.page.locator("h1")).to_have_text("My day")
        expect(self.page.locator("#day-unread + ul")).to_contain_text("Printer")
        self.page.set_viewport_size({"width": 390, "height": 844})
        self.assertLessEqual(self.page.evaluate("document.documentElement.scrollWidth"), 390)
