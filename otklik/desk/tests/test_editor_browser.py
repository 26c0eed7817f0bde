"""What a hand does in the editor: links, what other programs put on the clipboard, changing over, taking back."""

import re

import pytest
from playwright.sync_api import expect

from otklik.tickets.models import CannedReply, Message

from .browser import CONTROL, press_russian
from .test_composer_browser import PIXEL, WritingTestCase

INSERT = (
    "(place, bytes) => place.editor.insertFile(new File([Uint8Array.from(bytes)], 'tray.png', {type: 'image/png'}))"
)
COPIES = """([html, text]) => {
  document.addEventListener("copy", (event) => {
    event.preventDefault();
    if (html) event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", text);
  }, { once: true });
  document.execCommand("copy");
}"""
ITEM = '<p style="mso-list:l0 level{} lfo1"><span style="mso-list:Ignore">{}</span>{}<o:p></o:p></p>'
FROM_WORD = (
    f"<p class=MsoNormal style='color:red'>Please:</p>{ITEM.format(1, '·', 'cool it')}{ITEM.format(2, 'o', 'slowly')}"
    f"{ITEM.format(1, '·', 'wait')}<p class=MsoNormal>Then:</p>{ITEM.format(1, '1.', 'lift the lid')}"
)
FROM_GOOGLE_DOCS = (
    '<b style="font-weight:normal"><p><span style="font-weight:700">Hot</span>'
    '<span style="font-weight:400"> tray</span></p></b>'
)


class EditorTestCase(WritingTestCase):
    def paste(self, html: str, text: str) -> None:
        """By the clipboard itself: what only looks like a paste is not one to the editor."""
        self.page.evaluate(COPIES, [html, text])
        self.editor.focus()
        self.page.keyboard.press("Control+v")

    def choose_word(self) -> None:
        self.editor.click()
        self.page.keyboard.type("here")
        self.page.keyboard.press("Control+a")
        self.follow()

    def becomes(self, html: str) -> None:
        expect(self.page.locator("#reply [name=html]")).to_have_value(re.compile(re.escape(html)))
        expect(self.saved).to_contain_text("Saved")


@pytest.mark.browser
class LinkTests(EditorTestCase):
    def test_an_address_is_completed_and_what_nothing_can_follow_is_refused_at_once(self):
        self.choose_word()
        self.page.keyboard.press("Control+k")
        self.page.keyboard.type("javascript:alert(1)")
        self.page.keyboard.press("Enter")
        address = self.page.locator("#reply [data-trix-input]")
        expect(address).to_be_focused()
        self.assertIn("No link can be made", address.evaluate("field => field.validationMessage"))
        address.fill("demo.example/prices")
        self.page.locator("#reply").get_by_role("button", name="Link", exact=True).last.click()
        self.becomes('<a href="https://demo.example/prices">here</a>')

    def test_the_keys_for_a_link_and_for_bold_hold_on_a_russian_keyboard(self):
        self.choose_word()
        press_russian(self.page, "и", "KeyB", held=CONTROL)
        self.follow()
        press_russian(self.page, "л", "KeyK", held=CONTROL)
        expect(self.page.locator("#palette")).to_be_hidden()
        self.page.keyboard.type("ana@demo.example")
        self.page.keyboard.press("Enter")
        self.becomes("mailto:ana@demo.example")
        self.becomes("<strong>")

    def test_an_address_pasted_over_words_is_where_they_lead(self):
        self.choose_word()
        self.page.evaluate(COPIES, ["", "https://demo.example/a?b=1"])
        self.editor.focus()
        self.page.keyboard.press("Control+a")
        self.follow()
        self.page.keyboard.press("Control+v")
        self.becomes('<a href="https://demo.example/a?b=1">here</a>')


@pytest.mark.browser
class ClipboardTests(EditorTestCase):
    def test_a_list_from_word_is_a_list(self):
        self.paste(FROM_WORD, "Please")
        self.becomes(
            "<ul><li>cool it<ul><li>slowly</li></ul></li><li>wait</li></ul><div>Then:</div><ol><li>lift the lid"
        )

    def test_google_docs_say_in_styles_what_is_bold(self):
        self.paste(FROM_GOOGLE_DOCS, "Hot tray")
        self.becomes("<div><strong>Hot</strong> tray</div>")

    def test_a_page_brings_neither_its_pictures_nor_its_handlers(self):
        self.paste('<p style="color:red" onclick="x()">Look<img src="https://pix.example/1.png"></p>', "Look")
        self.becomes("<div>Look</div>")
        expect(self.page.locator("#reply .upload--refused")).to_contain_text("another page")


@pytest.mark.browser
class TakingBackTests(EditorTestCase):
    def test_plain_text_by_mistake_loses_no_look(self):
        self.editor.click()
        self.press_bold()
        self.page.keyboard.type("Hot")
        self.becomes("<strong>Hot</strong>")
        self.page.click("#reply [data-plain]")
        expect(self.page.locator("#reply textarea")).to_have_value("Hot")
        self.page.click("#reply [data-plain]")
        self.becomes("<strong>Hot</strong>")

    def test_a_picture_goes_beside_plain_text_and_comes_back_into_the_other(self):
        self.page.locator("#reply trix-editor").evaluate(INSERT, list(PIXEL))
        expect(self.editor.locator("img[src*='/inline/']")).to_be_visible()
        self.page.click("#reply [data-plain]")
        expect(self.page.locator("#reply [data-file]")).to_contain_text("tray.png")
        self.page.click("#reply [data-plain]")
        expect(self.editor.locator("img[src*='/inline/']")).to_be_visible()
        expect(self.page.locator("#reply [data-file]")).to_have_count(0)
        self.page.click("#reply [data-plain]")
        expect(self.page.locator("#reply [data-file]")).to_contain_text("tray.png")
        self.send()
        message = Message.objects.get(member=self.ana)
        self.assertEqual((message.text, message.html), ("[tray.png]", ""))
        self.assertEqual([file.name for file in message.attachments.all()], ["tray.png"])

    def test_a_canned_reply_is_taken_back_alone(self):
        CannedReply.objects.create(title="Cooling", text="Let it cool down.")
        self.editor.click()
        self.page.keyboard.type("Please: /cool")
        self.page.locator("#reply-choices [role=option]").click()
        expect(self.editor).to_contain_text("Please: Let it cool down.")
        self.page.keyboard.press("Control+z")
        expect(self.editor).to_have_text("Please: /cool")
        expect(self.saved).to_contain_text("Saved")
