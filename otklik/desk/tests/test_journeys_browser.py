"""Whole journeys of an agent in a real browser: canned replies, two agents at one ticket, from ticket to ticket."""

# cyrillic: some is typed in the wrong layout
import re

import pytest
from playwright.sync_api import Page, expect

from otklik.testing import make_member
from otklik.tickets.models import CannedReply, Delivery, Draft, Message, Ticket
from otklik.tickets.replying import note

from .test_composer_browser import WritingTestCase


@pytest.mark.browser
class CannedTests(WritingTestCase):
    def setUp(self) -> None:
        CannedReply.objects.all().delete()
        super().setUp()
        rich = "<div>Dear <strong>{client}</strong>,</div><ul><li>see {number}</li></ul>"
        CannedReply.objects.create(title="Refund", shortcut="refund", text="Dear {client},", html=rich)
        CannedReply.objects.create(title="Receipt", text="Here it is.")

    @property
    def choices(self):
        return self.page.locator("#reply-choices [role=option]")

    def test_a_few_keys_find_it_and_it_stands_in_the_text_with_what_it_says_here(self):
        self.editor.click()
        self.page.keyboard.type("Hello! /re")
        expect(self.choices).to_have_count(2)
        expect(self.choices.first).to_contain_text("Dear Bea Orlova")
        self.page.keyboard.press("ArrowDown")
        expect(self.choices.nth(1)).to_have_attribute("aria-selected", "true")
        self.page.keyboard.press("ArrowUp")
        expect(self.editor).to_have_attribute("aria-activedescendant", "choice-1")
        self.page.keyboard.press("Enter")
        expect(self.editor.locator("strong")).to_have_text("Bea Orlova")
        expect(self.editor).not_to_contain_text("/re")
        self.page.keyboard.type(" Bye")
        self.page.keyboard.press("Control+Enter")
        expect(self.page.locator(".msg--ours li")).to_contain_text(f"see #{self.ticket.pk}")
        self.assertEqual(CannedReply.objects.get(title="Refund").uses, 1)

    def test_it_is_found_in_the_wrong_layout_and_in_plain_text(self):
        self.page.click("#reply [data-plain]")
        self.page.locator("#reply textarea").type("::кусу")
        expect(self.choices).to_have_count(1)
        self.page.keyboard.press("Tab")
        expect(self.page.locator("#reply textarea")).to_have_value("Here it is.")

    def test_escape_lets_one_write_on_and_a_slash_inside_a_word_is_one(self):
        self.editor.click()
        self.page.keyboard.type("/re")
        expect(self.choices).to_have_count(2)
        self.page.keyboard.press("Escape")
        expect(self.choices).to_have_count(0)
        self.page.keyboard.type("c and/or")
        self.page.wait_for_timeout(300)
        expect(self.choices).to_have_count(0)
        expect(self.editor).to_have_text("/rec and/or")

    def test_the_button_opens_the_list_for_a_pointer(self):
        self.page.click("#reply [data-suggest]")
        expect(self.choices).to_have_count(2)
        self.choices.nth(1).click()
        expect(self.editor).to_have_text(re.compile("Here it is|Dear"))

    def test_one_is_written_with_the_editor(self):
        self.page.goto(self.live_server_url + "/desk/canned/new/")
        self.page.fill("[name=title]", "Thanks")
        self.page.locator("trix-editor").click()
        self.page.keyboard.press("Control+b")
        self.page.keyboard.type("Thank you, {client}!")
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.locator(".flash--success")).to_be_visible()
        self.assertEqual(
            CannedReply.objects.get(title="Thanks").html, "<div><strong>Thank you, {client}!</strong></div>"
        )


@pytest.mark.browser
class TwoAgentsTests(WritingTestCase):
    def colleague(self) -> Page:
        """Cora, who looks at the same ticket in a browser of her own."""
        make_member("Cora Second", self.support)
        browser = self.new_context()
        self.addCleanup(browser.close)
        self.sign_in(browser, "cora@demo.example")
        page = self.new_page(browser)
        self.go(page)
        return page

    def test_they_see_each_other_and_the_second_answer_is_held_once(self):
        cora = self.colleague()
        expect(cora.locator("#together")).to_contain_text("Ana Belova is looking at this ticket")
        self.editor.click()
        self.page.keyboard.type("Pour water over it.")
        cora.locator("#reply trix-editor").click()
        cora.keyboard.type("Use sand.")
        expect(cora.locator("#together")).to_contain_text("Ana Belova is writing an answer")
        cora.keyboard.press("Control+Enter")
        expect(cora.locator(".msg--ours")).to_contain_text("Use sand.")

        self.page.click("#reply [data-send]")
        expect(self.page.locator("#guard")).to_be_focused()
        expect(self.page.locator("#guard")).to_contain_text("Use sand.")
        expect(self.editor).to_have_text("Pour water over it.")
        self.assertEqual(Delivery.objects.count(), 1)
        self.page.get_by_role("button", name="Send anyway").click()
        expect(self.page.locator(".msg--ours").nth(1)).to_contain_text("Pour water over it.")
        expect(self.page.locator("#guard")).to_have_count(0)
        self.assertEqual(Delivery.objects.count(), 2)

    def test_what_was_shown_before_the_first_word_holds_nothing(self):
        note(self.ticket, by=self.admin, text="Mind the cat.")
        self.page.evaluate("htmx.ajax('GET', location.href, {target: '#ticket', swap: 'innerMorph'})")
        expect(self.page.locator("#line")).to_contain_text("Mind the cat.")
        self.editor.click()
        self.page.keyboard.type("Pour water over it.")
        self.send()
        self.assertTrue(Delivery.objects.exists())

    def test_what_is_typed_on_while_the_list_is_open_is_replaced_too(self):
        self.page.keyboard.press("KeyN")
        self.page.keyboard.type("Look, @Ve")
        expect(self.page.locator("#note-choices [role=option]")).to_have_count(1)
        self.page.route("**/mentions/**", lambda route: route.abort())  # the list is not made anew
        self.page.keyboard.type("ra")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#note trix-editor")).to_have_text("Look, @Vera Chief ")

    def test_a_colleague_is_named_in_a_note_by_a_few_keys(self):
        self.page.keyboard.press("KeyN")
        self.page.keyboard.type("Look, @мукф")
        expect(self.page.locator("#note-choices [role=option]")).to_have_count(1)
        self.page.keyboard.press("Enter")
        self.page.keyboard.type("please")
        self.page.keyboard.press("Control+Enter")
        expect(self.page.locator(".msg--note")).to_contain_text("Look, @Vera Chief please")
        expect(self.page.locator("#watchers")).to_contain_text("Vera Chief")


@pytest.mark.browser
class FromTicketToTicketTests(WritingTestCase):
    def setUp(self) -> None:
        CannedReply.objects.all().delete()
        super().setUp()
        CannedReply.objects.create(title="Water", shortcut="water", text="Pour water over {number}.")

    def test_by_keys_alone_from_the_list_to_a_canned_reply_undo_and_the_next_ticket(self):
        page = self.page
        self.open("/desk/queue/open/")
        for key in ("KeyJ", "KeyJ", "Enter"):
            page.keyboard.press(key)
        expect(page.locator("#reply trix-editor")).to_be_visible()
        first = int(re.search(r"/tickets/(\d+)/", page.url)[1])
        page.keyboard.press("KeyR")
        page.keyboard.type("/wat")
        expect(page.locator("#reply-choices [role=option]")).to_have_count(1)
        page.keyboard.press("Enter")
        expect(self.editor).to_have_text(f"Pour water over #{first}.")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".msg--ours")).to_contain_text("Pour water")
        page.get_by_role("button", name="Undo").focus()
        page.keyboard.press("Enter")
        expect(self.editor).to_have_text(f"Pour water over #{first}.")
        self.assertFalse(Delivery.objects.exists())

        page.go_back()
        self.open("/desk/queue/open/")
        for key in ("KeyJ", "KeyJ", "Enter"):
            page.keyboard.press(key)
        expect(self.editor).to_have_text(f"Pour water over #{first}.")
        page.get_by_role("button", name="Send, next").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".flash--success")).to_contain_text(f"The answer to #{first} was written.")
        self.assertNotIn(f"/tickets/{first}/", page.url)
        self.assertEqual(Message.objects.get(member=self.ana).ticket_id, first)
        page.get_by_role("link", name="Look at it or take it back").click()
        expect(page.get_by_role("button", name="Undo")).to_be_visible()

    def test_whoever_goes_on_at_once_leaves_no_draft_of_what_was_sent(self):
        self.open("/desk/queue/open/")
        self.page.locator(".row__link").last.click()
        self.editor.click()
        self.page.keyboard.type("Pour water over it.")
        self.follow()
        self.page.get_by_role("button", name="Send, next").click()
        expect(self.page.locator(".flash--success")).to_contain_text("was written")
        self.page.get_by_role("link", name="Look at it or take it back").click()
        expect(self.editor).to_have_text("")
        self.assertFalse(Draft.objects.exists())

    def test_an_answer_is_written_on_a_phone(self):
        self.page.set_viewport_size({"width": 390, "height": 844})
        self.go()
        self.editor.click()
        self.page.keyboard.type("/wat")
        expect(self.page.locator("#reply-choices [role=option]")).to_have_count(1)
        self.assertLessEqual(self.page.evaluate("document.documentElement.scrollWidth"), 390)
        self.page.keyboard.press("Enter")
        self.page.locator("#readers summary").click()
        self.page.fill("#reader", "dan@x.example")
        self.page.get_by_role("button", name="Copy", exact=True).last.click()
        expect(self.page.locator("#readers")).to_contain_text("dan@x.example")
        self.assertLessEqual(self.page.evaluate("document.documentElement.scrollWidth"), 390)
        expect(self.page.locator("#reply [data-send]")).to_have_text("Send to Bea Orlova and 1 more")
        self.send()
        self.assertEqual(
            set(Delivery.objects.values_list("address", flat=True)), {"bea@alpha.example", "dan@x.example"}
        )
        self.assertTrue(Ticket.objects.filter(pk=self.ticket.pk, state="waiting_client").exists())
