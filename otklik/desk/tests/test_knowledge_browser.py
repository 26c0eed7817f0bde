"""The knowledge base in a real browser: articles behind ??, the panel beside a ticket, writing one."""

import pytest
from playwright.sync_api import expect

from otklik.knowledge.models import Article, ArticleDraft
from otklik.knowledge.tests.cast import KnowledgeTestCase

from .browser import SHIFT, BrowserTestCase, press_russian


@pytest.mark.browser
class KnowledgeBrowserTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        KnowledgeTestCase.put_articles.__func__(type(self))
        self.open(self.ticket.get_absolute_url())
        expect(self.editor).to_be_visible()
        self.editor.click()

    @property
    def editor(self):
        return self.page.locator("#reply trix-editor")

    @property
    def choices(self):
        return self.page.locator("#reply-choices [role=option]")

    def press_question_mark_on_ytsuken(self) -> None:
        """On a Russian keyboard the sign is on the key of the 7."""
        press_russian(self.page, "?", "Digit7", held=SHIFT)

    def test_on_a_russian_keyboard_an_article_is_found_and_its_link_inserted(self):
        self.page.keyboard.type("See ")
        self.press_question_mark_on_ytsuken()
        self.press_question_mark_on_ytsuken()
        expect(self.choices).to_have_count(3)
        self.page.keyboard.insert_text("зкштеук офь")  # “printer jam” on the wrong layout
        expect(self.choices).to_have_count(1)
        expect(self.choices.first).to_contain_text("Printer jams")
        self.page.keyboard.press("Enter")
        link = self.editor.locator("a")
        expect(link).to_have_text("Printer jams")
        expect(link).to_have_attribute("href", f"http://127.0.0.1:8000/help/articles/{self.public.pk}-printer-jams/")
        expect(self.editor).not_to_contain_text("?")

    def test_with_shift_the_text_comes_and_what_is_for_staff_gives_no_link(self):
        self.page.keyboard.type("??secrets")
        expect(self.choices).to_have_count(1)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#reply .upload--refused")).to_contain_text("is for staff only")
        expect(self.editor.locator("a")).to_have_count(0)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type("??jams")
        expect(self.choices).to_have_count(1)
        self.page.keyboard.press("Shift+Enter")
        expect(self.editor).to_contain_text("Hold the button for ten seconds.")

    def test_two_question_marks_within_a_sentence_open_nothing(self):
        self.page.keyboard.type("Really??")
        self.page.keyboard.type(" And?? ")
        expect(self.choices).to_have_count(0)

    def test_the_panel_opens_when_asked_and_gives_a_link(self):
        self.page.get_by_text("What may help here").click()
        panel = self.page.locator("#knowledge-panel")
        expect(panel).to_contain_text("Printer jams")
        panel.get_by_role("button", name="Insert a link to “Printer jams”").click()
        expect(self.editor.locator("a")).to_have_text("Printer jams")

    def test_an_article_is_written_kept_and_saved(self):
        self.open(f"/desk/knowledge/{self.draft.pk}/edit/")
        editor = self.page.locator("#article-form trix-editor")
        expect(editor).to_contain_text("ten seconds")
        editor.click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(" Then wait.")
        expect(self.page.locator("#article-form [data-saved]")).to_contain_text("Saved")
        self.assertIn("Then wait.", ArticleDraft.objects.get().text)
        self.page.get_by_role("button", name="Save", exact=True).first.click()
        expect(self.page.locator(".prose")).to_contain_text("Then wait.")
        self.assertIn("Then wait.", Article.objects.get(pk=self.draft.pk).text)
