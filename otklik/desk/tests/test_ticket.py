"""The ticket page: what it shows, and what can be done from it."""

from datetime import UTC, datetime
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from otklik.clients.models import identify
from otklik.lib.remote import Fetched, Refused
from otklik.testing import CastTestCase, kinds
from otklik.tickets.merging import merge
from otklik.tickets.models import Attachment, Delivery, Draft, Message, Ticket, TicketField
from otklik.tickets.models.conversation import add_participant
from otklik.tickets.replying import note, reply


class TicketPageTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def page(self, **headers: str) -> str:
        return self.client.get(self.ticket.get_absolute_url(), headers=headers).content.decode()

    def post(self, name: str, /, **form: object):
        return self.client.post(reverse(f"desk:{name}", args=[self.ticket.pk]), form)

    def test_it_shows_the_conversation_with_events_between(self):
        reply(self.ticket, by=self.ana, text="Pour water over it.")
        note(self.ticket, by=self.ana, text="Again!")
        page = self.page()
        for part in ("It is on fire.", "Pour water over it.", "Again!", "msg--note", "State: Open → Waiting"):
            with self.subTest(part):
                self.assertIn(part, page)

    def test_what_a_client_wrote_cannot_become_markup(self):
        Message.objects.filter(ticket=self.ticket).update(text="<script>alert(1)</script>")
        self.assertNotIn("<script>alert", self.page())

    def test_an_answer_goes_to_the_client_and_the_draft_is_gone(self):
        self.post("draft", kind="reply", text="Pour")
        self.assertEqual(Draft.objects.get().text, "Pour")
        answer = self.post("compose", kind="reply", text="Pour water.", then="resolved")
        self.assertRedirects(answer, self.ticket.get_absolute_url())
        self.ticket.refresh_from_db()
        self.assertEqual((self.ticket.state, Delivery.objects.get().address), ("resolved", "bea@alpha.example"))
        self.assertFalse(Draft.objects.exists())

    def test_an_answer_waits_a_moment_and_can_be_taken_back_into_the_composer(self):
        self.post("compose", kind="reply", text="Pour water.")
        message = Message.objects.get(text="Pour water.")
        self.assertFalse(Delivery.objects.due().exists())
        undo = reverse("desk:undo", args=[message.pk])
        self.assertIn(undo, self.page())
        answer = self.client.post(undo, follow=True)
        self.assertContains(answer, "The answer was not sent")
        self.assertContains(answer, ">Pour water.</textarea>")
        self.assertFalse(Message.objects.filter(text="Pour water.").exists())

    def test_an_answer_can_leave_at_a_time_by_the_company_s_clock(self):
        self.post("compose", kind="reply", text="Pour water.", when="at", send_at="2090-05-05T10:30")
        message = Message.objects.get(text="Pour water.")
        self.assertEqual(message.at.astimezone(UTC), datetime(2090, 5, 5, 7, 30, tzinfo=UTC))
        self.assertIn(reverse("desk:undo", args=[message.pk]), self.page())

    def test_a_time_that_is_over_or_missing_is_refused_and_the_text_stays(self):
        for send_at in ("2020-05-05T10:30", ""):
            with self.subTest(send_at):
                answer = self.post("compose", kind="reply", text="Pour water.", when="at", send_at=send_at)
                self.assertContains(self.client.get(answer.url), "Choose a later one")
        self.assertEqual(Draft.objects.get().text, "Pour water.")
        self.assertFalse(Delivery.objects.exists())

    def test_what_has_left_cannot_be_taken_back(self):
        message = reply(self.ticket, by=self.ana, text="Pour water.")
        message.deliveries.get().claim()
        undo = reverse("desk:undo", args=[message.pk])
        self.assertNotIn(undo, self.page())
        self.assertContains(self.client.post(undo, follow=True), "It is too late")

    def test_a_waiting_answer_that_the_client_crossed_says_so(self):
        self.post("compose", kind="reply", text="Pour water.")
        Message.objects.create(ticket=self.ticket, person=self.bea, text="It is out now.")
        self.assertIn("The client has written since", self.page())

    def test_a_note_goes_to_nobody(self):
        self.post("compose", kind="note", text="Between us.")
        self.assertTrue(Message.objects.get(text="Between us.").is_note)
        self.assertFalse(Delivery.objects.exists())

    def test_the_send_button_names_the_reader(self):
        self.assertIn("Send to Bea Orlova", self.page())

    def test_a_file_travels_with_the_answer_and_can_be_fetched(self):
        self.post("compose", kind="reply", text="See.", files=SimpleUploadedFile("a.html", b"<b>x</b>", "text/html"))
        answer = self.client.get(reverse("desk:file", args=[Attachment.objects.get().pk]))
        self.assertEqual(answer.headers["Content-Type"], "application/octet-stream")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(b"".join(answer.streaming_content), b"<b>x</b>")

    def test_nothing_to_send_is_said_and_nothing_sent(self):
        answer = self.post("compose", kind="reply", text="  ")
        self.assertContains(self.client.get(answer.url), "There is nothing to send")

    def test_properties_are_set_one_by_one(self):
        TicketField.objects.create(key="contract", label="Contract")
        wanted = {"state": "open", "priority": "3", "type": "incident", "assignee": self.ana.pk, "subject": "Fire"}
        for name, value in {**wanted, "field-contract": "A-1", "tag": "hot"}.items():
            self.post("change", name=name, value=value)
        self.ticket.refresh_from_db()
        self.assertEqual({name: getattr(self.ticket, name) for name in ("state", "type", "subject")},
                         {"state": "open", "type": "incident", "subject": "Fire"})  # fmt: skip
        self.assertEqual(
            (self.ticket.priority, self.ticket.assignee, self.ticket.fields), (3, self.ana, {"contract": "A-1"})
        )
        self.assertEqual(self.ticket.tags.get().name, "hot")

    def test_what_cannot_be_set_is_refused_in_words(self):
        for name, value in (
            ("state", "odd"),
            ("priority", "x"),
            ("team", "0"),
            ("subject", " "),
            ("owner", "1"),
            ("field-x", ""),
        ):
            with self.subTest(name):
                answer = self.post("change", name=name, value=value)
                self.assertContains(self.client.get(answer.url), "flash--error")

    def test_a_merging_is_taken_back_from_where_it_went(self):
        self.client.post(reverse("desk:merge", args=[self.other.pk]), {"other": self.ticket.pk})
        self.assertIn(f"Separate #{self.other.pk}", self.page())
        address = reverse("desk:separate", args=[self.other.pk])
        self.assertRedirects(self.client.post(address), self.other.get_absolute_url())
        self.assertNotIn("Separate #", self.page())
        self.assertContains(self.client.post(address, follow=True), "cannot be separated")

    def test_what_a_client_opened_twice_is_pointed_out_and_merged_into_the_older(self):
        self.assertIn(f"Merge #{self.other.pk} into this one", self.page())
        newer = self.client.get(self.other.get_absolute_url())
        self.assertContains(newer, f"Merge this one into #{self.ticket.pk}")
        Ticket.objects.filter(pk=self.other.pk).update(opened_at=datetime(2026, 1, 1, tzinfo=UTC))
        self.assertNotIn("into this one", self.page())
        Ticket.objects.filter(pk=self.other.pk).update(subject="PRINTER")
        self.assertIn("into this one", self.page())
        self.other.set_state("resolved", by=self.ana)
        self.assertNotIn("into this one", self.page())

    def test_what_is_linked_already_is_known_to_be_another_matter(self):
        self.ticket.link(self.other, "related", by=self.ana)
        self.assertNotIn("into this one", self.page())

    def test_a_merged_ticket_is_changed_no_more(self):
        merge(self.ticket, self.other, by=self.ana)
        self.post("change", name="state", value="open")
        self.ticket.refresh_from_db()
        self.assertEqual(self.ticket.state, "closed")

    def test_what_no_page_of_ours_sends_is_not_found_or_cleaned(self):
        for name, form in (("participants", {"remove": "x"}), ("split", {"message": "9" * 5000})):
            with self.subTest(name):
                self.assertEqual(self.post(name, **form).status_code, 404)
        self.post("change", name="assignee", value="9" * 5000)
        self.post("change", name="subject", value="Print\0er")
        self.ticket.refresh_from_db()
        self.assertEqual(self.ticket.subject, "Printer")

    def test_participants_come_and_go(self):
        self.post("participants", address="dan@alpha.example")
        person = self.ticket.participants.get().person
        self.assertIn("Send to Bea Orlova and 1 more", self.page())
        self.post("participants", remove=person.pk)
        self.assertFalse(self.ticket.participants.exists())

    def test_linking_and_unlinking(self):
        self.post("links", kind="duplicate", other=f"#{self.other.pk}")
        self.assertIn("The original of this one", self.page())
        self.post("links", kind="remove", other=self.other.pk)
        self.assertIn("ticket.unlinked", kinds(self.ticket))

    def test_a_ticket_out_of_sight_can_be_neither_linked_nor_merged_into(self):
        for name in ("links", "merge"):
            with self.subTest(name):
                answer = self.post(name, kind="related", other=self.foreign.pk)
                self.assertContains(self.client.get(answer.url), "There is no such ticket")

    def test_a_merged_ticket_leads_to_where_it_went(self):
        self.assertRedirects(self.post("merge", other=self.other.pk), self.other.get_absolute_url())
        self.assertRedirects(self.client.get(self.ticket.get_absolute_url()), self.other.get_absolute_url())

    def test_merging_what_was_merged_is_refused_in_words(self):
        merge(self.other, self.ticket, by=self.ana)
        answer = self.post("merge", other=self.other.pk)
        self.assertContains(self.client.get(answer.url), "cannot be merged")

    def test_a_message_becomes_a_ticket_of_its_own(self):
        message = Message.objects.get(ticket=self.ticket)
        self.post("split", message=message.pk)
        message.refresh_from_db()
        self.assertNotEqual(message.ticket, self.ticket)

    def test_a_failed_answer_shows_why_and_can_be_tried_again(self):
        reply(self.ticket, by=self.ana, text="Pour water.")
        delivery = Delivery.objects.get()
        delivery.mark_failed("550 no such user", retry=False)
        self.assertIn("550 no such user", self.page())
        self.client.post(reverse("desk:send_again", args=[delivery.pk]))
        delivery.refresh_from_db()
        self.assertEqual(delivery.status, "waiting")

    def test_htmx_gets_the_living_part_alone(self):
        self.assertNotIn("<html", self.page(**{"HX-Request": "true"}))

    def test_an_observer_reads_and_has_nothing_to_write_in(self):
        self.client.force_login(self.olga)
        page = self.page()
        self.assertIn("It is on fire.", page)
        self.assertNotIn("<textarea", page)

    def test_a_rich_ticket_with_a_long_conversation_costs_no_more_queries(self):
        for n in range(5):
            message = reply(self.ticket, by=self.ana, text=f"Answer {n}")
            Attachment.objects.create(message=message, file="aa/b", name="a.png", type="image/png", size_bytes=1)
            add_participant(self.ticket, identify("email", f"p{n}@alpha.example"), by=self.ana)
            Ticket.objects.bulk_create([Ticket(subject=f"Old {n}", client=self.bea, team=self.support)])
            TicketField.objects.create(key=f"field{n}", label=f"Field {n}")
            self.ticket.tag(f"tag {n}", by=self.ana)
        self.ticket.link(self.other, "parent", by=self.ana)
        Draft.keep(self.ticket, self.ana, is_note=True, text="To be said")
        self.page()  # the presence is written down
        with self.assertNumQueries(14):
            self.client.get(self.ticket.get_absolute_url())

    def test_a_linked_ticket_out_of_sight_is_not_shown(self):
        self.ticket.link(self.foreign, "related", by=self.admin)
        self.assertNotIn("Price list", self.page())
        self.client.force_login(self.admin)
        self.assertIn("Price list", self.page())


class FrameTests(CastTestCase):
    """The HTML of a message, in its frame."""

    def setUp(self) -> None:
        self.client.force_login(self.ana)
        self.message = Message.objects.get(ticket=self.ticket)
        Message.objects.filter(pk=self.message.pk).update(
            html='<img src="cid:a@b"><img src="https://pix.example/1.png">'
        )

    def policy(self, name: str) -> str:
        return self.client.get(reverse(f"desk:{name}", args=[self.message.pk])).headers["Content-Security-Policy"]

    def test_nothing_runs_and_nothing_remote_is_fetched_until_asked(self):
        self.assertIn("default-src 'none'", self.policy("body"))
        self.assertNotIn("https:", self.policy("body"))
        self.assertNotIn("https:", self.policy("body_with_pictures"))

    def test_remote_pictures_come_by_way_of_us_once_somebody_asks(self):
        page = self.client.get(reverse("desk:body_with_pictures", args=[self.message.pk])).content.decode()
        address = reverse("desk:picture", args=[self.message.pk, 0])
        self.assertIn(f'src="{address}"', page)
        self.assertNotIn("pix.example", page)
        with mock.patch("otklik.desk.views.messages.fetch", return_value=Fetched("image/png", b"png")) as fetching:
            answer = self.client.get(address)
        self.assertEqual(fetching.call_args.args, ("https://pix.example/1.png",))
        self.assertEqual((answer.content, answer.headers["Content-Type"]), (b"png", "image/png"))
        self.assertIn("sandbox", answer.headers["Content-Security-Policy"])

    def test_a_picture_that_is_refused_or_not_there_is_missing(self):
        with mock.patch("otklik.desk.views.messages.fetch", side_effect=Refused("It is too large.")):
            answer = self.client.get(reverse("desk:picture", args=[self.message.pk, 0]))
        self.assertEqual((answer.status_code, answer.content), (404, b"It is too large."))
        self.assertEqual(self.client.get(reverse("desk:picture", args=[self.message.pk, 1])).status_code, 404)

    def test_inline_pictures_are_the_message_s_own_files(self):
        known = {"file": "aa/bb", "name": "a.png", "type": "image/png", "size_bytes": 1, "content_id": "a@b"}
        file = Attachment.objects.create(message=self.message, **known)
        answer = self.client.get(reverse("desk:body", args=[self.message.pk]))
        self.assertContains(answer, f'src="{reverse("desk:file", args=[file.pk])}"')

    def test_the_page_frames_it_without_scripts(self):
        page = self.client.get(self.ticket.get_absolute_url()).content.decode()
        self.assertIn('sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"', page)
