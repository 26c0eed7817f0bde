"""A list that changes while somebody is at it, in a real browser."""

import pytest
from playwright.sync_api import expect

from otklik.testing import make_ticket
from otklik.tickets.models import Ticket

from .browser import BrowserTestCase


@pytest.mark.browser
class SteadyTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.open("/desk/queue/open/")
        self.links = self.page.locator(".row__link")
        self.news = self.page.locator("[data-news]")

    def comes(self, subject: str) -> None:
        self.hear(make_ticket(self.bea, self.mailbox, subject=subject, text="…").pk)

    def test_a_list_that_nobody_is_at_changes_at_once(self):
        self.comes("Third printer")
        expect(self.links).to_contain_text(["Third printer", "Second printer", "Printer"])
        expect(self.news).to_be_hidden()

    def test_under_the_pointer_nothing_moves_until_it_is_asked_for(self):
        self.links.nth(1).hover()
        Ticket.objects.filter(pk=self.ticket.pk).update(subject="Old printer")
        self.comes("Third printer")
        expect(self.news).to_have_text("Show new tickets: 1")
        expect(self.links).to_contain_text(["Second printer", "Old printer"])
        self.news.click()
        expect(self.links).to_contain_text(["Third printer", "Second printer", "Old printer"])
        expect(self.news).to_be_hidden()
        expect(self.links.first).to_be_focused()

    def test_what_left_the_list_stays_in_its_place_crossed_out(self):
        self.links.first.hover()
        self.other.set_state("resolved", by=self.ana)
        self.hear(self.other.pk)
        expect(self.news).to_have_text("The list has changed: show it anew")
        expect(self.page.locator(".row--left .row__link")).to_contain_text("Second printer")
        self.page.mouse.move(0, 0)
        expect(self.links).to_contain_text(["Printer"])

    def test_chosen_rows_stay_chosen(self):
        self.page.locator(".row input[type=checkbox]").nth(1).check()
        self.page.mouse.move(0, 0)
        self.comes("Third printer")
        expect(self.news).to_be_visible()
        expect(self.page.locator("[data-bulk-count]")).to_have_text("Chosen tickets: 1")
        expect(self.page.locator(f"#row-{self.ticket.pk} input")).to_be_checked()

    def test_groups_fold_by_a_key_and_hold_still_under_the_pointer(self):
        self.ticket.set_priority(4, by=self.ana)
        self.open("/desk/queue/open/?group=priority")
        headings = self.page.locator(".group__fold")
        expect(headings).to_contain_text(["Critical", "Normal"])
        self.page.keyboard.press("KeyJ")
        self.page.keyboard.press("KeyZ")
        expect(headings.first).to_have_attribute("aria-expanded", "false")
        expect(headings.first).to_be_focused()
        expect(self.links).to_contain_text(["Second printer"])
        self.comes("Third printer")
        expect(headings.nth(1)).to_contain_text("2")
        expect(self.news).to_have_text("Show new tickets: 1")
        self.news.click()
        expect(self.page.locator(".group, .row")).to_contain_text(
            ["Critical", "Normal", "Third printer", "Second printer"]
        )
