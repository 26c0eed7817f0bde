"""Canned replies: who sees, writes and finds which, and what they say on a ticket."""

# cyrillic: they are found on either layout
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from otklik.desk.canned import found
from otklik.staff.models import Member
from otklik.testing import CastTestCase, make_member
from otklik.tickets.models import CannedFile, CannedReply, DraftFile


class CannedTestCase(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def make(self, title: str = "Refund", **rest: Any) -> CannedReply:
        return CannedReply.objects.create(**{"title": title, "text": "Dear {client}, your {number}."} | rest)

    def titles(self, text: str, member: Member | None = None) -> list[str]:
        return [each.reply.title for each in found(text, self.ticket, member=member or self.ana)]


class FindingTests(CannedTestCase):
    def test_one_sees_one_s_own_one_s_teams_and_everybody_s(self):
        for title, rest in {
            "Mine": {"owner": self.ana},
            "Omar’s": {"owner": self.omar},
            "Support’s": {"team": self.support},
            "Sales’": {"team": self.sales},
            "All": {},
        }.items():
            self.make(title, **rest)
        self.assertEqual(set(self.titles("")), {"Mine", "Support’s", "All"})
        self.assertEqual(set(self.titles("", self.admin)), {"Support’s", "Sales’", "All"})

    def test_shortcut_before_title_before_any_word(self):
        self.make("Money is back")
        self.make("Backup is done")
        self.make("Something", shortcut="back")
        self.assertEqual(self.titles("back"), ["Something", "Backup is done", "Money is back"])
        self.assertEqual(self.titles("is mon"), ["Money is back"])

    def test_either_layout_and_either_letter_finds_it(self):
        self.make("Возврат денег", shortcut="счёт")
        self.make("Printer is warm")
        for typed, title in {
            "djpd": "Возврат денег",
            "возврат": "Возврат денег",
            "счет": "Возврат денег",
            "зкште": "Printer is warm",
        }.items():
            with self.subTest(typed):
                self.assertEqual(self.titles(typed), [title])

    def test_the_client_s_language_comes_before_the_other(self):
        self.make("Refund ru", language="ru", uses=9)
        self.make("Refund en", language="en")
        self.ticket.client.language = "en"
        self.assertEqual(self.titles("ref"), ["Refund en", "Refund ru"])

    def test_braces_are_filled_in_and_cannot_become_markup(self):
        self.bea.name = self.ticket.client.name = "<b>Bea</b>"
        self.make(html="<div>Dear <strong>{client}</strong>, {number}, {agent}, {nobody}</div>")
        filled = found("ref", self.ticket, member=self.ana)[0]
        number = f"#{self.ticket.pk}"
        self.assertEqual(
            filled.html,
            f"<div>Dear <strong>&lt;b&gt;Bea&lt;/b&gt;</strong>, {number}, Ana Belova, {{nobody}}</div>",
        )
        self.assertEqual(filled.text, f"Dear <b>Bea</b>, your {number}.")

    def test_the_list_is_shown_with_what_each_would_say(self):
        self.make()
        page = self.client.get(reverse("desk:canned_for", args=[self.ticket.pk]), {"text": "ref"})
        self.assertContains(page, "Dear Bea Orlova")


class UsingTests(CannedTestCase):
    def use(self, reply: CannedReply):
        return self.client.post(reverse("desk:use_canned", args=[self.ticket.pk, reply.pk]), {"kind": "reply"})

    def test_a_use_is_counted_and_its_files_go_with_the_draft(self):
        reply = self.make()
        CannedFile.objects.create(reply=reply, file="aa/b", name="form.pdf", type="application/pdf", size_bytes=9)
        said = self.use(reply).json()
        self.assertIn("Dear Bea Orlova", said["text"])
        self.assertIn("form.pdf", said["rows"][0])
        self.assertEqual(DraftFile.objects.get().draft.author, self.ana)
        reply.refresh_from_db()
        self.assertEqual(reply.uses, 1)

    def test_files_that_one_message_cannot_carry_are_refused_in_words(self):
        reply = self.make()
        CannedFile.objects.create(reply=reply, file="aa/b", name="a", type="x/y", size_bytes=2**40)
        answer = self.use(reply)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("larger than", answer.json()["why"])
        reply.refresh_from_db()
        self.assertEqual(reply.uses, 0)

    def test_another_s_own_is_not_there(self):
        self.assertEqual(self.use(self.make(owner=self.omar)).status_code, 404)


class WritingTests(CannedTestCase):
    def save(self, reply: CannedReply | None = None, **form: Any):
        address = reverse("desk:edit_canned", args=[reply.pk]) if reply else reverse("desk:new_canned")
        return self.client.post(address, {"title": "Refund", "whose": "me", "text": "Dear {client}"} | form)

    def test_one_writes_one_s_own(self):
        self.save(shortcut="/re fund", attached=SimpleUploadedFile("a.txt", b"a"))
        reply = CannedReply.objects.get()
        self.assertEqual((reply.owner, reply.shortcut, reply.text), (self.ana, "refund", "Dear {client}"))
        self.assertEqual(reply.files.get().name, "a.txt")
        self.save(reply, drop=reply.files.get().pk)
        self.assertFalse(reply.files.exists())
        self.client.post(reverse("desk:edit_canned", args=[reply.pk]), {"remove": "1"})
        self.assertFalse(CannedReply.objects.exists())

    def test_what_the_editor_sends_is_cleaned(self):
        self.save(text="", html='<div onclick="x">Dear <strong>{client}</strong></div><script>1</script>')
        reply = CannedReply.objects.get()
        self.assertEqual((reply.text, reply.html), ("Dear {client}", "<div>Dear <strong>{client}</strong></div>"))

    def test_a_word_in_braces_that_means_nothing_is_refused(self):
        self.assertContains(self.save(text="Dear {nobody}"), "There is no placeholder {nobody}")
        self.assertContains(self.save(text=" "), "Write the text.")
        self.assertFalse(CannedReply.objects.exists())

    def test_whose_it_is_depends_on_whose_one_may_write(self):
        for whose in ("all", f"team:{self.support.pk}"):
            with self.subTest(whose):
                self.assertContains(self.save(whose=whose), "errorlist")
        self.client.force_login(make_member("Lena Lead", self.support, role=Member.Role.SUPERVISOR))
        self.assertContains(self.save(whose=f"team:{self.sales.pk}"), "errorlist")
        self.save(whose=f"team:{self.support.pk}")
        self.client.force_login(self.admin)
        self.save(whose="all")
        self.assertEqual(set(CannedReply.objects.values_list("team", "owner")), {(self.support.pk, None), (None, None)})

    def test_what_is_not_one_s_to_write_is_read_only(self):
        for reply in (self.make(team=self.support), self.make(), self.make(owner=self.omar)):
            with self.subTest(reply=reply):
                self.assertEqual(self.save(reply, text="Mine now").status_code, 404)
        page = self.client.get(reverse("desk:canned"))
        self.assertContains(page, "Refund", count=2)
        self.assertNotContains(page, reverse("desk:edit_canned", args=[reply.pk]))
