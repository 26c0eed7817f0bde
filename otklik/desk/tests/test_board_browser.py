"""The board in a real browser: by pointer, by keys, by menu; and what a refusal looks like."""

import pytest
from playwright.sync_api import expect

from otklik.tickets.models import Ticket

from .browser import BrowserTestCase


@pytest.mark.browser
class BoardBrowserTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.ana.like("open", layout="board")
        self.open("/desk/queue/open/")

    def lane_of(self, ticket: Ticket, number: int):
        return self.page.locator(f"#lane-{number} #card-{ticket.pk}")

    def test_a_card_is_dragged_moved_by_keys_and_by_its_menu(self):
        self.lane_of(self.ticket, 0).drag_to(self.page.locator("#lane-1"))
        expect(self.lane_of(self.ticket, 1)).to_be_visible()
        self.lane_of(self.ticket, 1).locator("a").focus()
        self.page.keyboard.press("Shift+ArrowRight")
        expect(self.lane_of(self.ticket, 2)).to_be_visible()
        expect(self.lane_of(self.ticket, 2).locator("a")).to_be_focused()
        self.lane_of(self.other, 0).locator("select").select_option("open")
        expect(self.lane_of(self.other, 1)).to_be_visible()
        self.ticket.refresh_from_db()
        self.assertEqual(self.ticket.state, "waiting_client")

    def test_a_refused_move_says_why_and_the_card_stays(self):
        self.page.route("**/desk/move/", lambda route: route.fulfill(status=409, body="It has to be approved."))
        self.lane_of(self.ticket, 0).locator("select").select_option("open")
        expect(self.page.locator("#told")).to_have_text("It has to be approved.")
        expect(self.lane_of(self.ticket, 0).locator("select")).to_have_value("new")
