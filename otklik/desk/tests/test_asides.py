"""Side conversations at the desk."""

from django.urls import reverse

from otklik.lib.inbound import InboundFile
from otklik.testing import CastTestCase
from otklik.tickets.asides import Letter, ask
from otklik.tickets.files import attach, keep
from otklik.tickets.models import Aside, Draft, Message, Party, Ticket
from otklik.tickets.replying import note

SUPPLIER = "zoya@parts.example"


class AsideTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)
        self.theirs = self.ticket.messages.get()
        attach(self.theirs, (keep(InboundFile("fire.txt", "text/plain", b"hot")),))
        note(self.ticket, by=self.ana, text="A difficult client.")

    def post(self, where: str | None = None, **said: object):
        wanted = {"to": f"Zoya Kim <{SUPPLIER}>", "subject": "A drum", "channel": self.mailbox.pk,
                  "text": "Is it on stock?", "wakes": "on"}  # fmt: skip
        return self.client.post(where or reverse("desk:new_aside", args=[self.ticket.pk]), wanted | said)

    def begun(self) -> Aside:
        letter = Letter(to=(SUPPLIER,), text="Is it on stock?")
        return ask(self.ticket, letter, by=self.ana, subject="A drum", channel=self.mailbox).aside

    def page(self):
        return self.client.get(self.ticket.get_absolute_url())

    def test_it_is_written_with_what_is_quoted_and_shown_apart(self) -> None:
        file = self.theirs.attachments.get()
        answer = self.post(quoted=[self.theirs.pk], taken=[file.pk], waits="on")
        letter = Message.objects.exclude(aside=None).get()
        self.assertRedirects(answer, f"{self.ticket.get_absolute_url()}#message-{letter.pk}")
        self.assertEqual(list(letter.deliveries.values_list("address", flat=True)), [SUPPLIER])
        self.assertRegex(letter.text, r"^Is it on stock\?\n\n.*Bea Orlova.*\n> It is on fire\.$")
        self.assertEqual([each.name for each in letter.attachments.all()], ["fire.txt"])
        self.assertTrue(letter.can_be_undone)
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).state, "waiting_third_party")
        page = self.page()
        self.assertContains(page, 'class="msg msg--aside"', 1)
        self.assertContains(page, "The client sees none of it.")
        self.assertNotIn(letter, [entry.message for entry in page.context["conversation"].entries])

    def test_notes_and_other_tickets_can_not_be_quoted(self) -> None:
        inner, foreign = self.ticket.messages.get(is_note=True), self.foreign.messages.get()
        for message in (inner, foreign):
            with self.subTest(message.text):
                self.assertEqual(self.post(quoted=[message.pk]).status_code, 422)
        self.assertNotContains(self.client.get(reverse("desk:new_aside", args=[self.ticket.pk])), "difficult")

    def test_a_refusal_says_why_and_loses_nothing(self) -> None:
        answer = self.post(to="bea@alpha.example", quoted=[self.theirs.pk])
        self.assertContains(answer, "takes part in the ticket", status_code=422)
        self.assertContains(answer, "Is it on stock?", status_code=422)
        self.assertContains(answer, 'value="bea@alpha.example"', status_code=422)
        self.assertContains(answer, "checked", status_code=422)
        self.assertFalse(Aside.objects.exists())

    def test_what_is_typed_is_kept_apart_from_answer_and_note(self) -> None:
        draft = reverse("desk:draft", args=[self.ticket.pk])
        self.client.post(draft, {"kind": "note", "text": "A note."})
        self.client.post(draft, {"kind": "aside", "text": "A letter.", "to": SUPPLIER, "subject": "Half"})
        self.assertEqual(set(Draft.objects.values_list("place", "text")), {("", "A note."), ("aside", "A letter.")})
        page = self.client.get(reverse("desk:new_aside", args=[self.ticket.pk]))
        self.assertContains(page, "A letter.")
        self.assertContains(page, f'value="{SUPPLIER}"')
        self.assertEqual(self.page().context["composers"].note.text, "A note.")
        self.assertEqual(self.client.post(draft, {"kind": "aside-x", "text": "?"}).status_code, 400)
        compose = self.client.post(reverse("desk:compose", args=[self.ticket.pk]), {"kind": "aside", "text": "?"})
        self.assertEqual(compose.status_code, 400)

    def test_the_next_letter_goes_to_whom_its_writer_says_and_ends_and_begins_again(self) -> None:
        aside = self.begun()
        Party.objects.create(aside=aside, address="boss@parts.example", name="Boss", is_asked=False)
        page = self.client.get(reverse("desk:aside", args=[aside.pk]))
        self.assertContains(page, f'value="{SUPPLIER}"')
        self.client.post(reverse("desk:aside_state", args=[aside.pk]), {"open": "no"})
        self.assertFalse(Aside.objects.get().is_open)
        self.post(reverse("desk:aside", args=[aside.pk]), to="boss@parts.example", text="Then send one.")
        aside = Aside.objects.get()
        self.assertTrue(aside.is_open)
        self.assertEqual(aside.addresses, ["boss@parts.example"])

    def test_the_first_letter_taken_back_is_in_the_form_again(self) -> None:
        letter = self.begun().messages.get()
        answer = self.client.post(reverse("desk:undo", args=[letter.pk]), follow=True)
        self.assertRedirects(answer, reverse("desk:new_aside", args=[self.ticket.pk]))
        self.assertContains(answer, "Is it on stock?")
        self.assertContains(answer, 'value="A drum"')

    def test_on_paper_only_when_asked_for(self) -> None:
        self.begun()
        paper = reverse("desk:paper", args=[self.ticket.pk])
        self.assertNotContains(self.client.get(paper, {"notes": "yes"}), "Is it on stock?")
        self.assertContains(self.client.get(paper, {"asides": "yes"}), "Is it on stock?")

    def test_an_observer_reads_and_writes_nothing(self) -> None:
        aside = self.begun()
        self.client.force_login(self.olga)
        self.assertContains(self.page(), "Is it on stock?")
        self.assertEqual(self.client.get(reverse("desk:aside", args=[aside.pk])).status_code, 403)
