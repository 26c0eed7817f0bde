"""The palette: what is found by what was typed, and by whom."""

# cyrillic: people type Russian into it
import pytest
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Locator, expect

from otklik.desk.palette import commands, find, jump
from otklik.testing import CastTestCase
from otklik.tickets.models import Ticket

from .browser import BrowserTestCase


class PaletteTests(CastTestCase):
    def found(self, text: str, member=None, ticket: Ticket | None = None) -> list[str]:
        return [str(command.label) for command in find(text, commands(member or self.ana, ticket))]

    def test_a_command_is_found_in_both_languages_and_on_the_wrong_layout(self):
        for typed in ("outb", "исход", "bc[jl", "щгеищч"):
            with self.subTest(typed=typed):
                self.assertIn("Outbox", self.found(typed))

    def test_every_word_narrows(self):
        self.assertEqual(self.found("priority crit", ticket=self.ticket), ["Critical"])
        self.assertEqual(self.found("приоритет критич", ticket=self.ticket), ["Critical"])
        self.assertEqual(self.found("no such thing"), [])

    def test_what_is_about_the_open_ticket_comes_first_and_not_for_observers(self):
        self.assertEqual(self.found("", ticket=self.ticket)[0], "Take it myself")
        self.assertNotIn("Take it myself", self.found("", member=self.olga, ticket=self.ticket))

    def test_settings_are_for_administrators(self):
        self.assertEqual(self.found("calendars"), [])
        self.assertEqual(self.found("calendars", member=self.admin), ["Calendars"])

    def test_a_number_leads_to_a_ticket_that_one_may_see(self):
        self.assertEqual(jump(f"#{self.ticket.pk}", self.ana), self.ticket)
        self.assertIsNone(jump(str(self.foreign.pk), self.ana))
        self.assertIsNone(jump("9" * 30, self.ana))

    def test_the_list_tells_nothing_of_a_foreign_ticket(self):
        self.client.force_login(self.ana)
        answer = self.client.get(reverse("desk:palette"), {"ticket": self.foreign.pk, "text": str(self.foreign.pk)})
        self.assertNotContains(answer, "Price list")
        self.assertNotContains(answer, "Take it myself")

    def test_what_is_typed_is_shown_as_text(self):
        self.client.force_login(self.ana)
        answer = self.client.get(reverse("desk:palette"), {"text": "<b>x"})
        self.assertContains(answer, "Search for “&lt;b&gt;x”")


@pytest.mark.browser
@override_settings(LANGUAGE_CODE="en")
class PaletteBrowserTests(BrowserTestCase):
    def test_a_ticket_is_resolved_by_typing_on_the_wrong_layout(self):
        self.open(self.ticket.get_absolute_url())
        self.page.keyboard.press("Control+KeyK")
        self.page.keyboard.type("htityj")  # «решено»
        expect(self.page.locator("[role=option][aria-selected=true]")).to_contain_text("Resolved")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#head")).to_contain_text("Resolved")

    def test_the_question_mark_shows_the_keys_and_they_can_be_switched_off(self):
        self.open("/desk/queue/open/")
        self.page.keyboard.press("Shift+Slash")
        expect(self.page.locator("#keys")).to_be_visible()
        self.page.keyboard.press("Escape")
        type(self.ana).objects.filter(pk=self.ana.pk).update(single_keys=False)
        self.open("/desk/queue/open/")
        self.page.keyboard.press("Slash")
        expect(self.page.locator("[data-search]")).not_to_be_focused()

    def open_by(self, keys: str, what: str) -> Locator:
        """Opens what stands over the page, from the first row of a list."""
        self.open("/desk/queue/open/")
        self.page.keyboard.press("KeyJ")
        self.page.keyboard.press(keys)
        over = self.page.locator(what)
        expect(over).to_be_visible()
        return over

    def test_escape_closes_what_stands_over_the_page_and_gives_the_focus_back(self):
        for keys, what in (("Control+KeyK", "#palette"), ("Shift+Slash", "#keys")):
            with self.subTest(what):
                over = self.open_by(keys, what)
                expect(self.page.locator(f"{what} :focus")).to_have_count(1)
                self.page.keyboard.press("Escape")
                expect(over).to_be_hidden()
                expect(self.page.locator(".row__link").first).to_be_focused()

    def test_tab_and_the_keys_of_the_page_do_not_lead_out_of_it(self):
        over = self.open_by("Shift+Slash", "#keys")
        for keys in ("Tab", "Tab", "Shift+Tab", "KeyJ"):
            self.page.keyboard.press(keys)
            expect(over.locator(":focus")).to_have_count(1)
        expect(over.locator("a:focus")).to_have_count(1)
        self.page.keyboard.press("Tab")
        expect(over.locator("button:focus")).to_have_count(1)
        self.page.keyboard.press("Enter")
        expect(over).to_be_hidden()

    def test_a_press_beside_it_closes_it_and_presses_nothing_behind(self):
        over = self.open_by("Control+KeyK", "#palette")
        box = self.page.locator(".row__pick input").first.bounding_box() or {}
        self.page.mouse.click(box["x"] + 3, box["y"] + 3)
        expect(over).to_be_hidden()
        expect(self.page.locator(".row__pick input:checked")).to_have_count(0)

    def test_one_stands_over_the_page_at_a_time_and_the_palette_closes_by_its_own_key(self):
        self.open_by("Shift+Slash", "#keys")
        self.page.keyboard.press("Control+KeyK")
        expect(self.page.locator("#keys")).to_be_hidden()
        self.page.keyboard.press("Control+KeyK")
        expect(self.page.locator("#palette")).to_be_hidden()

    def test_it_is_told_apart_from_the_page_without_colours_of_ours(self):
        self.page.emulate_media(forced_colors="active")
        over = self.open_by("Control+KeyK", "#palette")
        expect(over.locator(".palette")).to_have_css("border-top-style", "solid")
        expect(self.page.locator("[role=option][aria-selected=true]")).to_have_css("outline-style", "solid")
