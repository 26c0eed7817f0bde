"""The search in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from otklik.testing import react_to_all
from otklik.tickets.replying import note

from .browser import BrowserTestCase


@pytest.mark.browser
class SearchTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        note(self.ticket, by=self.ana, text="Клиенту вернули деньги за картридж.")
        react_to_all("search")

    def test_what_is_typed_is_found_at_once_and_walked_by_keys(self):
        self.open("/desk/queue/open/")
        self.page.keyboard.press("j")
        self.page.keyboard.press("Slash")
        self.page.keyboard.type("картр")
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/desk/search/?text=*")
        expect(self.page.locator("[data-search]")).to_be_focused()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type("вернуть")
        expect(self.page.locator("mark")).to_have_text("вернули")
        expect(self.page.locator("#found-count")).to_contain_text("1 ticket found.")
        expect(self.page).to_have_url(
            f"{self.live_server_url}/desk/search/?text=%D0%B2%D0%B5%D1%80%D0%BD%D1%83%D1%82%D1%8C"
        )
        self.page.keyboard.press("ArrowDown")
        expect(self.page.locator(".row__link")).to_be_focused()
        self.page.keyboard.press("Enter")
        expect(self.page.locator("h1")).to_have_text("Printer")

    def test_the_wrong_layout_is_understood_and_a_number_opens(self):
        self.open("/desk/search/")
        expect(self.page.locator("[data-search]")).to_be_focused()
        self.page.keyboard.type("rfhnhbl;")
        expect(self.page.locator("#found-count")).to_contain_text("Shown for “картридж”")
        self.page.fill("[data-search]", f"#{self.other.pk}")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("h1")).to_have_text("Second printer")

    def test_a_bulk_change_comes_back_to_what_was_found(self):
        self.open("/desk/search/")
        self.page.keyboard.type("картридж")
        self.page.locator(".row input[type=checkbox]").check()
        self.page.select_option("#id_priority", "4")
        self.page.click(".bulk button.button--primary")
        expect(self.page.locator(".flash--success")).to_contain_text("1 ticket was changed")
        expect(self.page.locator(".row--hit")).to_have_count(1)

    def test_it_fits_a_phone_and_breaks_no_rule(self):
        self.page.set_viewport_size({"width": 390, "height": 844})
        for text in ("", "printer", "деньги", "state:purple"):
            self.open(f"/desk/search/?text={text}")
            self.assertLessEqual(self.page.evaluate("document.documentElement.scrollWidth"), 390)
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                with self.subTest(text=text, scheme=scheme):
                    self.assertEqual([each["id"] for each in Axe().run(self.page).response["violations"]], [])
