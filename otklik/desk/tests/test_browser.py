"""A handful of journeys in a real browser."""

import pytest
from playwright.sync_api import expect

from otklik.testing import PASSWORD
from otklik.tickets.models import Delivery
from otklik.tickets.replying import note

from .browser import SHIFT, BrowserTestCase, press_russian


@pytest.mark.browser
class BrowserTests(BrowserTestCase):
    def test_signing_in_leads_to_the_desk(self):
        self.context.clear_cookies()
        self.open("/desk/queue/open/")
        self.page.fill("[name=login]", self.email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button.button--primary")
        self.page.wait_for_url("**/desk/queue/open/")

    def test_the_list_is_walked_by_keys_and_opened(self):
        self.open("/desk/queue/open/")
        self.page.keyboard.press("KeyJ")
        self.page.keyboard.press("KeyJ")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("h1")).to_have_text("Printer")

    def test_slash_finds_the_search(self):
        self.open("/desk/queue/open/")
        self.page.keyboard.press("Slash")
        expect(self.page.locator("[data-search]")).to_be_focused()

    def test_on_a_russian_keyboard_the_question_mark_shows_the_keys(self):
        self.open("/desk/queue/open/")
        press_russian(self.page, "?", "Digit7", held=SHIFT)
        expect(self.page.locator("#keys")).to_be_visible()

    def test_what_scripts_do_has_its_place_before_they_come(self):
        self.page.route("**/js/desk*.js", lambda route: route.abort())
        self.open(self.ticket.get_absolute_url())
        expect(self.page.locator(".nav__find")).to_be_visible()
        expect(self.page.locator("#note")).to_be_hidden()

    def test_without_scripts_both_composers_stand_open_and_nothing_needs_them(self):
        context = self.new_context(java_script_enabled=False)
        self.addCleanup(context.close)
        self.sign_in(context, self.email)
        self.page = self.new_page(context)
        self.open(self.ticket.get_absolute_url())
        expect(self.page.locator("#reply textarea")).to_be_visible()
        expect(self.page.locator("#note textarea")).to_be_visible()
        expect(self.page.locator("#reply [name=files]")).to_be_visible()
        expect(self.page.locator(".only-js:visible")).to_have_count(0)

    def test_a_refusal_is_told_in_sight_and_stays_until_the_next_step(self):
        for _each in range(30):
            note(self.ticket, by=self.admin, text="Mind\nthe\ncat.")
        self.open(self.ticket.get_absolute_url())
        self.page.fill("#reply trix-editor", "Sand.")
        self.page.select_option("#when", "at")
        self.page.fill("[name=send_at]", "2020-01-01T10:00")
        self.page.click("#reply [data-send]")
        refusal = self.page.locator(".flash--error")
        expect(refusal).to_be_in_viewport()
        note(self.ticket, by=self.admin, text="And the dog.")
        self.hear(self.ticket.pk)
        expect(self.page.locator("#line")).to_contain_text("And the dog.")
        expect(refusal).to_be_in_viewport()
        refusal.get_by_role("button", name="Close").click()
        expect(refusal).to_have_count(0)

    def test_on_a_phone_no_tool_of_the_editor_is_cut_off(self):
        self.page.set_viewport_size({"width": 390, "height": 844})
        self.open(self.ticket.get_absolute_url())
        expect(self.page.locator("#reply trix-editor")).to_be_visible()
        ends = "tools => tools.map(tool => tool.getBoundingClientRect().right)"
        self.assertLess(max(self.page.locator("#reply .write__tools button:visible").evaluate_all(ends)), 390 - 12)

    def test_nothing_unseen_lies_over_the_tools_of_the_editor(self):
        self.open(self.ticket.get_absolute_url())
        expect(self.page.locator("#reply trix-editor")).to_be_visible()
        hit = """tools => tools.filter(tool => {
            const {x, y, width, height} = tool.getBoundingClientRect();
            return !tool.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        }).map(tool => tool.title)"""
        self.assertEqual(self.page.locator("#reply .write__tools button:visible").evaluate_all(hit), [])

    def test_a_wait_shows_itself_while_it_lasts(self):
        waiting = []
        self.page.route("**/change/", lambda route: waiting.append(route))
        self.open(self.ticket.get_absolute_url())
        bar = "() => getComputedStyle(document.body, '::before').content !== 'none'"
        self.assertFalse(self.page.evaluate(bar))
        self.page.select_option("#value-priority", "4")
        self.page.wait_for_function(bar)
        waiting[0].continue_()
        expect(self.page.locator("#head")).to_contain_text("Critical")
        self.page.wait_for_function(f"() => !({bar})()")

    def test_chosen_rows_bring_up_what_can_be_done(self):
        self.open("/desk/queue/open/")
        expect(self.page.locator(".bulk")).to_be_hidden()
        self.page.locator(".row input[type=checkbox]").first.check()
        expect(self.page.locator("[data-bulk-count]")).to_have_text("Chosen tickets: 1")
        self.page.select_option("[name=priority]", "4")
        self.page.click(".bulk button.button--primary")
        expect(self.page.locator(".flash--success")).to_contain_text("1 ticket was changed")

    def test_the_note_composer_is_another_and_says_so(self):
        self.open(self.ticket.get_absolute_url())
        self.page.keyboard.press("KeyN")
        expect(self.page.locator("#reply")).to_be_hidden()
        expect(self.page.locator("#note")).to_contain_text("Only the staff will read this")
        self.page.keyboard.type("Again!")
        self.page.click("#note button.button--note")
        expect(self.page.locator(".msg--note")).to_contain_text("Again!")
        self.assertFalse(Delivery.objects.exists())

    def test_a_property_is_set_by_choosing_and_typed_text_stays(self):
        self.open(self.ticket.get_absolute_url())
        self.page.fill("#reply trix-editor", "Half a")
        self.page.select_option("#value-priority", "4")
        expect(self.page.locator("#head")).to_contain_text("Critical")
        expect(self.page.locator("#reply trix-editor")).to_have_text("Half a")

    def test_nothing_is_wider_than_a_phone(self):
        self.page.set_viewport_size({"width": 390, "height": 844})
        for path in ("/desk/queue/open/", self.ticket.get_absolute_url(), "/desk/clients/", "/desk/outbox/"):
            with self.subTest(path):
                self.open(path)
                self.assertLessEqual(self.page.evaluate("document.documentElement.scrollWidth"), 390)

    def test_an_answer_counts_down_and_comes_back_into_the_composer(self):
        self.open(self.ticket.get_absolute_url())
        self.page.fill("#reply trix-editor", "Pour water over it.")
        self.page.click("#reply [data-send]")
        expect(self.page.locator("[data-left]")).to_contain_text("in 1")
        self.page.get_by_role("button", name="Undo").click()
        expect(self.page.locator("#reply trix-editor")).to_have_text("Pour water over it.")
        self.assertFalse(Delivery.objects.exists())

    def test_a_time_can_be_chosen_only_when_it_is_asked_for(self):
        self.open(self.ticket.get_absolute_url())
        expect(self.page.locator("[name=send_at]")).to_be_hidden()
        self.page.select_option("[name=when]", "at")
        expect(self.page.locator("[name=send_at]")).to_be_visible()
