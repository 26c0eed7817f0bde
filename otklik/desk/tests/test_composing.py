"""The composers without a browser: what they take and keep, who gets an answer, what holds it."""

import re
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape

from otklik.clients.models import Address
from otklik.journal.models import Event
from otklik.testing import CastTestCase
from otklik.tickets.merging import merge
from otklik.tickets.models import Attachment, Delivery, Draft, DraftFile, Message
from otklik.tickets.replying import note, reply


class ComposerTests(CastTestCase):
    """Without a browser: what the composers take, keep and show."""

    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def post(self, name: str, /, *args: object, **form: object):
        return self.client.post(reverse(f"desk:{name}", args=args or [self.ticket.pk]), form)

    def upload(self, name: str = "a.txt", kind: str = "text/plain", **form: object):
        file = SimpleUploadedFile(name, b"content", kind)
        return self.post("draft_files", **{"kind": "reply", "file": file} | form)

    def test_what_the_editor_sends_is_cleaned_and_kept_in_both_forms(self):
        answer = self.post(
            "draft", kind="reply", html='<div onclick="x()">A <strong>b</strong></div><script>1</script>'
        )
        self.assertEqual(answer.json()["text"], "A b")
        self.assertRegex(answer.json()["said"], r"^Saved \d\d:\d\d$")
        draft = Draft.objects.get()
        self.assertEqual((draft.text, draft.html), ("A b", "<div>A <strong>b</strong></div>"))

    def test_another_window_is_told_what_is_kept(self):
        self.post("draft", kind="note", html="<div>Hm</div>")
        address = reverse("desk:draft", args=[self.ticket.pk])
        for kind, kept in (("note", {"text": "Hm", "html": "<div>Hm</div>"}), ("reply", {"text": "", "html": ""})):
            with self.subTest(kind):
                told = self.client.get(address, {"kind": kind}).json()
                self.assertTrue(told.pop("token"))
                self.assertEqual(told, kept)
        self.assertEqual(self.client.get(address, {"kind": "odd"}).status_code, 404)

    def test_files_wait_with_the_draft_and_leave_with_the_answer(self):
        self.assertIn("a.txt", self.upload().json()["row"])
        self.assertContains(self.client.get(self.ticket.get_absolute_url()), "a.txt")
        self.post("compose", kind="reply", text="See.")
        self.assertEqual(Attachment.objects.get().message.text, "See.")
        self.assertFalse(Draft.objects.exists())

    def test_a_draft_without_a_word_stays_while_it_has_a_file(self):
        self.upload()
        self.post("draft", kind="reply", text="")
        self.post("drop_draft_file", DraftFile.objects.get().pk, kind="reply", text="")
        self.assertFalse(DraftFile.objects.exists())

    def test_files_that_come_with_the_form_are_kept_even_if_nothing_can_be_sent(self):
        Address.objects.filter(person=self.bea).delete()
        self.post("compose", kind="reply", text="See.", files=SimpleUploadedFile("a.txt", b"a"))
        self.assertEqual([file.name for file in Draft.objects.get().files.all()], ["a.txt"])

    def test_what_one_message_cannot_carry_is_refused_in_words(self):
        self.upload()
        with self.settings(MESSAGE_MAX_BYTES=10):
            answer = self.upload("b.txt")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("larger than", answer.json()["why"])
        self.assertEqual(DraftFile.objects.count(), 1)

    def test_a_picture_is_seen_in_the_text_by_an_address_of_its_own(self):
        address = self.upload("a.png", "image/png", shown="1").json()["url"]
        self.post("draft", kind="reply", html=f'<div><img src="{address}" width="4000" height="9"></div>')
        cid = DraftFile.objects.get().content_id
        self.assertEqual(Draft.objects.get().html, f'<div><img src="cid:{cid}" alt="a.png" width="800"></div>')
        self.assertEqual(b"".join(self.client.get(address).streaming_content), b"content")
        self.assertContains(self.client.get(self.ticket.get_absolute_url()), escape(f'src="{address}"'))
        self.post("compose", kind="reply", html=f'<div>See <img src="{address}"></div>')
        self.assertEqual(self.client.get(address).status_code, 200)
        file = Attachment.objects.get()
        page = self.client.get(self.ticket.get_absolute_url()).content.decode()
        self.assertIn(f'<img src="{reverse("desk:file", args=[file.pk])}"', page)
        self.assertNotIn('class="file"', page)

    def test_a_picture_that_is_no_longer_shown_stays_behind(self):
        self.upload("a.png", "image/png", shown="1")
        self.post("compose", kind="reply", html="<div>Never mind.</div>")
        self.assertFalse(Attachment.objects.exists())

    def test_what_only_says_it_is_a_picture_is_a_file_beside_the_text(self):
        self.assertIn("row", self.upload("a.svg", "image/svg+xml", shown="1").json())

    def test_a_file_of_somebody_else_is_not_dropped(self):
        self.upload()
        self.client.force_login(self.admin)
        self.assertEqual(self.post("drop_draft_file", DraftFile.objects.get().pk).status_code, 404)

    def test_what_was_typed_on_a_merged_ticket_goes_on_where_it_went(self):
        self.post("draft", kind="reply", text="First.")
        Draft.keep(self.other, self.ana, is_note=False, text="Second.")
        merge(self.ticket, self.other, by=self.ana)
        draft = Draft.objects.get()
        self.assertEqual((draft.ticket, draft.text), (self.other, "First.\n\nSecond."))
        self.post("draft", kind="note", text="Late.")
        self.assertEqual(Draft.objects.get(is_note=True).ticket, self.other)

    def test_a_colleague_s_draft_is_copied_with_its_files(self):
        self.upload()
        self.post("draft", kind="reply", html="<div>Sand</div>")
        self.client.force_login(self.admin)
        found = Draft.objects.get()
        self.assertContains(self.client.get(self.ticket.get_absolute_url()), "Ana Belova has a draft")
        self.assertContains(self.client.get(reverse("desk:colleague_draft", args=[found.pk])), "Sand")
        self.post("take_draft", found.pk)
        mine = Draft.objects.get(author=self.admin)
        self.assertEqual((mine.html, mine.files.get().name, Draft.objects.count()), ("<div>Sand</div>", "a.txt", 2))

    def test_html_of_machines_that_is_more_than_the_editor_makes_stands_in_a_frame(self):
        reply(self.ticket, by=self.ana, text="x", html="<table><tr><td>cell</td></tr></table>")
        page = self.client.get(self.ticket.get_absolute_url()).content.decode()
        self.assertNotIn("<td>cell", page)
        self.assertIn("msg__frame", page)


class SendingTests(CastTestCase):
    """Who gets an answer, what holds it, and where one goes from there."""

    def setUp(self) -> None:
        self.client.force_login(self.ana)
        self.seen = Event.objects.about(self.ticket).latest("pk").pk

    def post(self, name: str, htmx: bool = False, **form: object):
        address = reverse(f"desk:{name}", args=[self.ticket.pk])
        return self.client.post(address, {"kind": "reply"} | form, headers={"HX-Request": "true"} if htmx else {})

    def test_what_came_meanwhile_holds_the_answer_once_and_is_shown(self):
        note(self.ticket, by=self.admin, text="Mind the cat.")
        for htmx in (False, True):
            with self.subTest(htmx=htmx):
                held = self.post("compose", text="Pour water.", seen=self.seen, htmx=htmx)
                self.assertContains(held, "Nothing was sent yet")
                self.assertContains(held, "Mind the cat.")
                self.assertContains(held, "Send anyway")
                self.assertEqual(Draft.objects.get().text, "Pour water.")
        self.assertEqual(held.headers["HX-Trigger"], "desk:held")
        newest = Event.objects.about(self.ticket).latest("pk").pk
        self.assertContains(held, f'name="seen" value="{newest}"')
        self.post("compose", text="Pour water.", seen=newest)
        self.assertTrue(Delivery.objects.exists())

    def test_a_note_is_held_by_nothing(self):
        note(self.ticket, by=self.admin, text="Mind the cat.")
        self.post("compose", kind="note", text="Hm.", seen=self.seen)
        self.assertTrue(Message.objects.filter(text="Hm.").exists())

    def test_readers_are_left_out_added_and_taken_back_and_the_button_says_so(self):
        for how, address in (("cc", " Dan@x.example"), ("bcc", "eve@x.example"), (f"leave:{self.bea.pk}", "")):
            page = self.post("draft", readers=how, reader=address, text="Half", htmx=True)
        self.assertContains(page, "Send to dan@x.example and 1 more")
        self.post("draft", readers="drop:dan@x.example", text="Half")
        self.post("draft", readers=f"take:{self.bea.pk}", text="Half")
        self.assertEqual(Draft.objects.get().text, "Half")
        self.post("compose", text="Hello")
        sent = dict(Delivery.objects.values_list("address", "is_hidden"))
        self.assertEqual(sent, {"bea@alpha.example": False, "eve@x.example": True})
        self.assertFalse(Draft.objects.exists())

    def test_wishes_without_a_word_are_kept(self):
        self.post("draft", readers="cc", reader="dan@x.example", text="")
        self.post("draft", text="")
        self.assertContains(self.client.get(self.ticket.get_absolute_url()), "dan@x.example")

    def test_what_cannot_be_an_address_is_refused_in_words(self):
        for how, address in (("cc", "nobody"), ("odd", ""), ("leave:x", "")):
            with self.subTest(how):
                self.assertContains(self.post("draft", readers=how, reader=address, htmx=True), "flash--error")

    def test_with_nobody_left_nothing_can_be_sent(self):
        page = self.post("draft", readers=f"leave:{self.bea.pk}", text="Half", htmx=True)
        self.assertContains(page, "Nobody to send it to")
        self.post("compose", text="Half")
        self.assertFalse(Delivery.objects.exists())

    def test_from_a_list_one_goes_on_to_its_next_ticket(self):
        queue = self.client.get(reverse("desk:queue", args=["open"])).content.decode()
        mine = re.search(rf'href="(/desk/tickets/{self.ticket.pk}/\?from=[^"]+)"', queue)[1]
        page = self.client.get(unescape(mine)).content.decode()
        action = unescape(re.search(r'action="([^"]+/messages/\?from=[^"]+)"', page)[1])
        self.assertIn("Send, next", page)
        answer = self.client.post(action, {"kind": "reply", "text": "Hello", "next": "1"}, follow=True)
        self.assertContains(answer, "Look at it or take it back")
        self.assertNotEqual(answer.redirect_chain[-1][0].split("?")[0], self.ticket.get_absolute_url())
        self.assertNotContains(self.client.get(self.ticket.get_absolute_url()), "Send, next")
