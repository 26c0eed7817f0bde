"""Writing in a real browser: formatted and plain, with pictures and files, kept as it is typed."""

import base64
import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from otklik.tickets.models import Attachment, Delivery, Draft, DraftFile, Message
from otklik.tickets.replying import note

from .browser import BrowserTestCase

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC"
)
PASTE = """([kind, text]) => {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], kind === "image/png" ? "screen.png" : "list.csv", {type: kind}));
  const place = document.querySelector("#reply trix-editor, #reply textarea:not([hidden])");
  place.focus();
  place.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true}));
}"""
DROP = """() => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(["a;b"], "list.csv", {type: "text/csv"}));
  const told = {dataTransfer, bubbles: true, cancelable: true};
  const form = document.querySelector("#reply form");
  for (const kind of ["dragover", "drop"]) form.dispatchEvent(new DragEvent(kind, told));
}"""


class WritingTestCase(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.complaints: list[str] = []
        self.page.on("console", lambda told: told.type == "error" and self.complaints.append(told.text))
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        self.go()

    def tearDown(self) -> None:
        # The live stream is cut off in these tests; everything else that a browser complains of is ours.
        ours = [told for told in self.complaints if "ERR_FAILED" not in told]
        self.assertEqual(ours, [])
        super().tearDown()

    def go(self, page: Page | None = None) -> None:
        page = page or self.page
        page.goto(self.live_server_url + self.ticket.get_absolute_url())
        expect(page.locator("#reply trix-editor, #reply textarea:not([hidden])").first).to_be_visible()

    @property
    def editor(self):
        return self.page.locator("#reply trix-editor")

    @property
    def saved(self):
        return self.page.locator("#reply [data-saved]")

    def follow(self) -> None:
        """Wait as a hand does: the editor follows the caret a frame later, and would then take over its look again."""
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def press_bold(self) -> None:
        self.follow()
        self.page.keyboard.press("Control+b")

    def send(self) -> None:
        self.page.click("#reply [data-send]")
        expect(self.page.locator(".msg--ours")).to_be_visible()


@pytest.mark.browser
class WritingTests(WritingTestCase):
    def test_formatted_text_is_shown_as_it_was_written_and_reads_in_plain_text(self):
        self.editor.click()
        self.page.keyboard.type("Please ")
        self.press_bold()
        self.page.keyboard.type("unplug")
        self.press_bold()
        self.page.keyboard.type(" it.")
        self.page.keyboard.press("Enter")
        self.page.get_by_role("toolbar").first.get_by_role("button", name="List", exact=True).click()
        self.page.keyboard.type("from the wall")
        self.send()
        expect(self.page.locator(".msg--ours strong")).to_have_text("unplug")
        expect(self.page.locator(".msg--ours li")).to_have_text("from the wall")
        message = Message.objects.get(member=self.ana)
        self.assertEqual(message.text, "Please unplug it.\n\n– from the wall")
        self.assertIn("<strong>unplug</strong>", message.html)
        self.assertTrue(
            self.page.evaluate("document.querySelector('#reply trix-editor').editor.getDocument().toString()") == "\n"
        )
        self.assertFalse(Draft.objects.exists())

    def test_the_tools_are_walked_by_arrows_and_say_whether_they_are_on(self):
        self.editor.click()
        self.page.keyboard.press("Control+b")
        bold = self.page.locator("#reply [data-trix-attribute=bold]")
        expect(bold).to_have_attribute("aria-pressed", "true")
        bold.focus()
        self.page.keyboard.press("ArrowRight")
        expect(self.page.locator("#reply [data-trix-attribute=italic]")).to_be_focused()

    def test_a_link_is_made_by_keys_alone(self):
        self.editor.click()
        self.page.keyboard.type("See here")
        self.page.keyboard.press("Control+Shift+ArrowLeft")
        self.page.keyboard.press("Control+k")
        self.page.keyboard.type("https://help.example/a")
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Control+Enter")
        expect(self.page.locator(".msg--ours a[href='https://help.example/a']")).to_have_text("here")

    def test_plain_text_is_sent_as_it_was_typed_and_is_remembered_as_a_habit(self):
        self.page.click("#reply [data-plain]")
        self.page.locator("#reply textarea").type("a  <b>\n  * c")
        self.send()
        message = Message.objects.get(member=self.ana)
        self.assertEqual((message.text.replace("\r", ""), message.html), ("a  <b>\n  * c", ""))
        self.go()
        expect(self.page.locator("#reply textarea")).to_be_visible()
        self.page.click("#reply [data-plain]")
        expect(self.editor).to_be_focused()

    def change_over_and_back(self) -> None:
        """Two lines typed in the editor, read in plain text, and shown in the editor again."""
        self.editor.click()
        self.page.keyboard.type("One")
        self.page.keyboard.press("Enter")
        self.page.keyboard.type("Two")
        self.page.click("#reply [data-plain]")
        expect(self.page.locator("#reply textarea")).to_have_value("One\nTwo")
        self.page.click("#reply [data-plain]")

    def test_changing_over_keeps_what_is_written(self):
        self.change_over_and_back()
        expect(self.editor).to_have_text(re.compile("One.*Two", re.DOTALL))

    def test_what_was_typed_just_now_is_in_its_place_also_when_the_screen_is_late(self):
        self.page.add_init_script("window.requestAnimationFrame = (draw) => setTimeout(draw, 500)")
        self.go()
        self.change_over_and_back()
        self.editor.click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type("Three")
        self.page.keyboard.press("Control+Enter")
        expect(self.page.locator(".msg--ours")).to_be_visible()
        self.assertEqual(Message.objects.get(member=self.ana).text, "One\nTwoThree")

    def test_a_note_is_formatted_as_well_and_goes_to_nobody(self):
        self.page.keyboard.press("KeyN")
        expect(self.page.locator("#note trix-editor")).to_be_focused()
        self.page.keyboard.press("Control+i")
        self.page.keyboard.type("Careful")
        self.page.click("#note [data-send]")
        expect(self.page.locator(".msg--note em")).to_have_text("Careful")
        self.assertFalse(Delivery.objects.exists())

    def test_what_is_selected_is_quoted(self):
        self.page.evaluate("getSelection().selectAllChildren(document.querySelector('.msg .msg__text'))")
        self.page.keyboard.press("KeyR")
        expect(self.editor.locator("blockquote")).to_have_text("It is on fire.")
        self.page.keyboard.type("Still?")
        self.send()
        self.assertEqual(Message.objects.get(member=self.ana).text, "> It is on fire.\n\nStill?")

    def test_a_message_is_quoted_whole_by_its_menu(self):
        self.page.locator(".msg").first.hover()
        self.page.locator(".msg__more summary").first.click()
        self.page.locator("[data-quote]").first.click()
        expect(self.editor.locator("blockquote")).to_have_text("It is on fire.")


@pytest.mark.browser
class FileTests(WritingTestCase):
    def paste(self, kind: str, content: bytes) -> None:
        self.page.evaluate(PASTE, [kind, base64.b64encode(content).decode()])

    def test_a_pasted_picture_stands_in_the_text_and_travels_with_the_mail(self):
        self.paste("image/png", PIXEL)
        expect(self.editor.locator("img[src*='/inline/']")).to_be_visible()
        expect(self.saved).to_contain_text("Saved")
        self.go()
        expect(self.editor.locator("img[src*='/inline/']")).to_be_visible()
        self.send()
        expect(self.page.locator(".msg--ours .msg__text img")).to_be_visible()
        attached = Attachment.objects.get()
        self.assertIn(f'src="cid:{attached.content_id}" alt="screen.png"', attached.message.html)
        self.assertEqual(attached.message.text, "[screen.png]")

    def test_a_dropped_file_is_there_after_a_reload_and_can_be_taken_away(self):
        self.page.evaluate(DROP)
        expect(self.page.locator("#reply [data-file]")).to_contain_text("list.csv")
        self.go()
        expect(self.page.locator("#reply [data-file]")).to_contain_text("list.csv")
        self.page.click("#reply [data-drop]")
        expect(self.page.locator("#reply .upload")).to_have_count(0)
        self.go()
        expect(self.page.locator("#reply .upload")).to_have_count(0)
        self.assertFalse(DraftFile.objects.exists())

    def test_a_file_that_is_no_picture_is_pasted_beside_the_text(self):
        self.paste("text/csv", b"a;b")
        expect(self.page.locator("#reply [data-file]")).to_contain_text("list.csv")
        self.editor.click()
        self.page.keyboard.type("The list")
        self.send()
        expect(self.page.locator(".msg--ours .file")).to_contain_text("list.csv")

    def test_too_large_a_file_is_refused_in_words_and_the_rest_stays(self):
        self.page.evaluate("document.querySelector('#reply [data-words]').dataset.most = 2")
        self.page.evaluate(DROP)
        expect(self.page.locator("#reply .upload--refused")).to_contain_text("larger than the 32 MB")
        self.page.click("#reply [data-dismiss]")
        expect(self.page.locator("#reply .upload--refused")).to_have_count(0)

    def test_sending_waits_for_files_on_their_way(self):
        self.page.route("**/draft/files/", lambda route: (self.page.wait_for_timeout(1500), route.continue_()))
        self.editor.click()
        self.page.keyboard.type("The list")
        self.page.evaluate(DROP)
        self.page.click("#reply [data-send]")
        expect(self.page.locator(".msg--ours .file")).to_contain_text("list.csv")

    def test_a_picture_of_another_page_is_not_taken(self):
        self.editor.evaluate("place => place.editor.insertHTML('<img src=\"https://pix.example/1.png\">')")
        expect(self.page.locator("#reply .upload--refused")).to_contain_text("another page")
        self.complaints.clear()  # the policy of the page refuses that picture before us

    def test_undo_puts_text_look_and_files_back(self):
        self.paste("image/png", PIXEL)
        expect(self.editor.locator("img[src*='/inline/']")).to_be_visible()
        self.page.evaluate(DROP)
        expect(self.page.locator("#reply [data-file]")).to_contain_text("list.csv")
        self.send()
        self.page.get_by_role("button", name="Undo").click()
        expect(self.editor.locator("img[src*='/inline/']")).to_be_visible()
        expect(self.page.locator("#reply [data-file]")).to_contain_text("list.csv")
        self.assertFalse(Delivery.objects.exists())


@pytest.mark.browser
class DraftTests(WritingTestCase):
    def test_what_is_typed_is_kept_and_survives_a_reload_and_a_killed_browser(self):
        self.editor.click()
        self.page.keyboard.type("Half a word")
        expect(self.saved).to_have_text(re.compile(r"Saved \d\d:\d\d"))
        self.go()
        expect(self.editor).to_have_text("Half a word")
        state = self.page.context.storage_state()
        browser = self.new_context(storage_state=state)
        self.addCleanup(browser.close)
        other = self.new_page(browser)
        self.go(other)
        expect(other.locator("#reply trix-editor")).to_have_text("Half a word")

    def test_leaving_the_page_keeps_what_was_not_kept_yet(self):
        self.editor.click()
        self.page.keyboard.type("Leaving")
        self.page.goto(self.live_server_url + "/desk/clients/")
        self.go()
        expect(self.editor).to_have_text("Leaving")

    def test_without_a_connection_it_is_said_and_tried_again(self):
        self.page.route("**/draft/", lambda route: route.abort())
        self.editor.click()
        self.page.keyboard.type("Half")
        expect(self.saved).to_have_text("Not saved: no connection")
        self.page.unroute("**/draft/")
        self.page.keyboard.type(" a word")
        expect(self.saved).to_contain_text("Saved")

    def test_a_failed_send_loses_nothing(self):
        self.page.route("**/messages/", lambda route: route.abort())
        self.editor.click()
        self.page.keyboard.type("Half a word")
        self.page.click("#reply [data-send]")
        expect(self.saved).to_have_text("It was not sent. Try again.")
        expect(self.editor).to_have_text("Half a word")
        self.complaints.clear()

    def test_a_sign_in_that_ends_while_one_writes_loses_nothing(self):
        self.editor.click()
        self.page.keyboard.type("Half")
        expect(self.saved).to_contain_text("Saved")
        self.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        self.page.keyboard.type(" a word")
        self.page.click("#reply [data-send]")
        expect(self.saved).to_contain_text("You are signed out")
        self.page.select_option("#value-priority", "4")
        expect(self.page.locator(".flash--error")).to_contain_text("You are signed out")
        expect(self.page.locator("#value-priority")).to_have_value("2")
        expect(self.editor).to_have_text("Half a word")
        self.sign_in(self.context, self.email)
        self.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)  # signing in anew makes another one
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(self.saved).to_contain_text("Saved")
        self.send()
        self.complaints.clear()

    def test_a_property_that_could_not_be_set_says_so_and_shows_what_is_true(self):
        self.page.route("**/change/", lambda route: route.abort())
        self.page.select_option("#value-priority", "4")
        expect(self.page.locator(".flash--error")).to_contain_text("connection failed")
        expect(self.page.locator("#value-priority")).to_have_value("2")
        self.complaints.clear()

    def test_a_colleague_s_draft_is_looked_at_and_taken_over(self):
        Draft.keep(
            self.ticket, self.admin, is_note=False, text="Say sand.", html="<div>Say <strong>sand</strong>.</div>"
        )
        self.go()
        self.page.get_by_role("link", name="Vera Chief has a draft").click()
        expect(self.page.locator(".rich strong")).to_have_text("sand")
        self.page.get_by_role("button", name="Take it over").click()
        expect(self.editor.locator("strong")).to_have_text("sand")
        self.assertEqual(Draft.objects.filter(text="Say sand.").count(), 2)

    def test_a_live_change_leaves_what_is_typed_alone(self):
        self.editor.click()
        self.page.keyboard.type("Half a")
        note(self.ticket, by=self.admin, text="Mind the cat.")
        self.page.evaluate("htmx.ajax('GET', location.href, {target: '#ticket', swap: 'innerMorph'})")
        expect(self.page.locator("#line")).to_contain_text("Mind the cat.")
        self.page.keyboard.type(" word")
        expect(self.editor).to_have_text("Half a word")
