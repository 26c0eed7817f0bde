"""The web form's pages: filled in, refused, shown in a frame."""

import re
from datetime import timedelta
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.timezone import now

from otklik.channels.webform.limits import MOST
from otklik.channels.webform.models import Consent
from otklik.channels.webform.opened import opened_note
from otklik.channels.webform.options import FormOptions, Topic
from otklik.lib.consent import ConsentText
from otklik.sla.models import Callback
from otklik.testing import CastTestCase
from otklik.tickets.merging import merge
from otklik.tickets.models import Channel, RawMessage, Ticket, TicketField

TOPICS = (
    Topic("delivery", "Delivery", "incident", ("delivery",), ("order", "urgent")),
    Topic("other", "Something else"),
)


class FormTestCase(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.form = Channel.objects.create(
            kind="webform",
            name="Shop",
            address="shop",
            team=cls.support,
            answers_by=cls.mailbox,
            language="en",
            options=FormOptions(title="Ask the shop", intro="We read all of it.").as_json(),
        )
        cls.url = reverse("portal:form", args=["shop"])

    def offer(self, **options) -> None:
        self.form.options = FormOptions(title="Ask the shop", **options).as_json()
        self.form.save(update_fields=["options"])

    def filled(self, **changed) -> dict:
        note = opened_note(str(self.form.pk), at=now() - timedelta(minutes=1))
        typed = {"note": note, "name": "Dina", "email": "dina@elsewhere.example", "text": "Where is my parcel?"}
        return typed | changed

    def send(self, query: str = "", **changed):
        return self.client.post(self.url + query, self.filled(**changed), follow=True)

    def tickets(self):
        return Ticket.objects.filter(channel=self.form)


class WritingTests(FormTestCase):
    def test_the_form_is_shown(self):
        self.assertContains(self.client.get(self.url), "Ask the shop")

    def test_forms_that_are_not_in_use_are_not_found(self):
        Channel.objects.filter(pk=self.form.pk).update(is_active=False)
        self.assertEqual(self.client.get(self.url).status_code, 404)
        self.assertEqual(self.client.get(reverse("portal:form", args=[self.mailbox.address])).status_code, 404)

    def test_the_visitor_reads_the_number_and_the_link(self):
        page = self.send()
        ticket = self.tickets().get()
        self.assertContains(page, f'<b class="number">{ticket.number}</b>', html=True)
        self.assertContains(self.client.get(self.link(page)), "Where is my parcel?")
        self.assertEqual((ticket.client.name, ticket.subject), ("Dina", "Where is my parcel?"))

    def test_the_link_of_a_form_is_not_the_one_of_the_mails(self):
        page = self.send()
        ticket = self.tickets().get()
        self.assertNotContains(page, ticket.status_token(ticket.client))

    def test_the_link_of_a_form_shows_no_ticket_that_another_was_joined_with(self):
        # Whoever fills in a form under Bea's address must not get at what Bea wrote by mail.
        link = self.link(self.send(email="bea@alpha.example"))
        for joined in ("into hers", "hers into it"):
            with self.subTest(joined), transaction.atomic():
                mine = self.tickets().get()
                pair = (mine, self.ticket) if joined == "into hers" else (self.ticket, mine)
                merge(*pair, by=self.ana)
                self.assertEqual(self.client.get(link).status_code, 404)
                transaction.set_rollback(True)
        self.assertEqual(self.client.get(link).status_code, 200)

    def link(self, page) -> str:
        return re.search(r'href="(/help/t/[^"]+)"', page.content.decode())[1]

    def test_a_double_click_and_a_reload_are_one_ticket(self):
        typed = self.filled()
        first, second = self.client.post(self.url, typed), self.client.post(self.url, typed)
        self.assertEqual(first.url, second.url)
        self.client.get(first.url)
        self.client.get(first.url)
        self.assertEqual(self.tickets().count(), 1)

    def test_before_there_is_a_ticket_the_page_promises_no_number(self):
        failing = patch("otklik.tickets.raw.receive", side_effect=RuntimeError)
        with failing, self.assertLogs("otklik.tickets.raw"):
            page = self.send()
        self.assertContains(page, "We have received your message")
        self.assertContains(page, "It has no number yet")
        self.assertEqual(RawMessage.objects.filter(channel=self.form).count(), 1)

    def test_the_page_after_sending_opens_only_with_its_signature(self):
        self.send()
        raw = RawMessage.objects.get(channel=self.form)
        for token in (str(raw.pk), f"{raw.pk}-aaaaaaaaaaaaaaaa", "x"):
            with self.subTest(token=token):
                self.assertEqual(self.client.get(reverse("portal:form-sent", args=["shop", token])).status_code, 404)

    def test_no_token_and_no_cookie_are_needed_but_the_signed_note_is(self):
        strict = Client(enforce_csrf_checks=True)
        self.assertEqual(strict.post(self.url, self.filled()).status_code, 303)
        self.assertEqual(strict.cookies, {})
        self.assertEqual(strict.post(self.url, self.filled(note="")).status_code, 422)

    def test_the_form_speaks_its_own_language_until_the_visitor_chooses(self):
        Channel.objects.filter(pk=self.form.pk).update(language="ru")
        self.assertContains(self.client.get(self.url), '<html lang="ru">')
        self.client.cookies["django_language"] = "en"
        page = self.client.get(self.url)
        self.assertContains(page, '<html lang="en">')
        self.assertEqual(page.headers["Content-Language"], "en")


class RefusalTests(FormTestCase):
    def refused(self, because: str, **changed):
        page = self.send(**changed)
        self.assertContains(page, because, status_code=422)
        self.assertContains(page, changed.get("text", "Where is my parcel?"), status_code=422)
        self.assertFalse(self.tickets().exists())
        return page

    def test_missing_words_are_asked_for_and_the_rest_stays(self):
        self.refused("This field is required.", name="")
        self.refused("Enter a valid email address.", email="dina")

    def test_the_hidden_field_stops_programs_and_a_person_may_send_again(self):
        page = self.refused("as programs do", website="http://spam.example")
        self.assertNotContains(page, "http://spam.example", status_code=422)

    def test_nobody_types_that_fast_and_the_same_page_can_be_sent_a_moment_later(self):
        note = opened_note(str(self.form.pk))
        self.assertContains(self.refused("sooner than people can", note=note), note, status_code=422)

    def test_a_page_left_open_gets_a_new_note(self):
        for stale in (opened_note(str(self.form.pk), at=now() - timedelta(days=3)), "forged-note", ""):
            with self.subTest(note=stale):
                page = self.refused("open for too long", note=stale)
                self.assertNotEqual(page.context["form"]["note"].value(), stale)

    def test_a_note_of_another_form_does_not_serve(self):
        self.refused("open for too long", note=opened_note(str(self.mailbox.pk), at=now() - timedelta(minutes=1)))

    def test_one_person_may_send_so_many_and_loses_nothing_of_the_next(self):
        for number in range(MOST["email"]):
            self.send(text=f"Number {number}")
        page = self.send(text="One too many")
        self.assertContains(page, "Too many messages", status_code=422)
        self.assertContains(page, "One too many", status_code=422)
        self.assertEqual(self.tickets().count(), MOST["email"])

    def test_an_hour_of_one_network_is_bounded_by_its_real_address(self):
        for number in range(MOST["network"]):
            self.send(email=f"{number}@elsewhere.example")
        page = self.client.post(
            self.url, self.filled(email="last@elsewhere.example"), headers={"x-forwarded-for": "203.0.113.9"}
        )
        self.assertContains(page, "Too many messages", status_code=422)

    @override_settings(MESSAGE_MAX_BYTES=1000)
    def test_files_over_the_limit_are_named_with_their_size_and_the_text_stays(self):
        big = [SimpleUploadedFile("a.bin", b"x" * 600), SimpleUploadedFile("b.bin", b"y" * 600)]
        self.refused("1.2\N{NO-BREAK SPACE}KB together", attached=big)

    def test_more_files_than_twenty_are_too_many(self):
        self.refused("20 files", attached=[SimpleUploadedFile(f"{number}.txt", b"x") for number in range(21)])

    def test_what_is_typed_is_shown_again_as_text(self):
        page = self.send(name="<script>alert(1)</script>", email="")
        self.assertNotContains(page, "<script>alert", status_code=422)


class AskingTests(FormTestCase):
    def setUp(self):
        TicketField.objects.create(key="order", label="Order number", is_required=True)
        TicketField.objects.create(key="urgent", label="Urgent", kind="yes_no")

    def test_several_topics_are_asked_first(self):
        self.offer(topics=TOPICS)
        page = self.client.get(self.url)
        self.assertContains(page, f"{self.url}?topic=delivery")
        self.assertNotContains(page, '<form class="form')

    def test_a_topic_asks_its_own_fields_only(self):
        self.offer(topics=TOPICS)
        self.assertContains(self.client.get(self.url + "?topic=delivery"), "Order number")
        self.assertNotContains(self.client.get(self.url + "?topic=other"), "Order number")

    def test_the_topics_answers_stand_on_the_ticket(self):
        self.offer(topics=TOPICS)
        self.send(topic="delivery", field_order="A-12", field_urgent="yes")
        ticket = self.tickets().get()
        self.assertEqual(ticket.fields, {"order": "A-12", "urgent": True})
        self.assertEqual((ticket.type, ticket.subject), ("incident", "Delivery"))
        self.assertEqual([tag.name for tag in ticket.tags.all()], ["delivery"])

    def test_a_required_field_that_is_empty_is_asked_for(self):
        self.offer(topics=TOPICS)
        page = self.send(topic="delivery")
        self.assertContains(page, "“Order number” must be filled in.", status_code=422)

    def test_each_sort_of_field_takes_its_own_answers_only(self):
        sorts = {
            "choice": ("Card", "Gold", "one of the choices"),
            "number": ("1 200,5", "many", "a number"),
            "date": ("2026-11-23", "yesterday", "a date"),
        }
        for kind, (right, wrong, complaint) in sorts.items():
            with self.subTest(kind=kind):
                TicketField.objects.create(key=kind, label=kind, kind=kind, choices=["Card"])
                self.offer(topics=(Topic("one", "One", fields=(kind,)),))
                page = self.send(**{"field_" + kind: wrong})
                self.assertContains(page, f"“{kind}”: {complaint} is wanted.", status_code=422)
                self.assertContains(page, f"{kind} (may be left empty)", status_code=422)
                self.send(**{"field_" + kind: right})
                self.assertIn(kind, self.tickets().latest("pk").fields)

    def test_a_long_first_line_is_cut_at_a_word_for_the_subject(self):
        self.send(text="word " * 40 + "\nsecond line")
        self.assertEqual(self.tickets().get().subject, "word " * 15 + "word…")

    def test_an_unknown_topic_leads_back_to_the_list(self):
        self.offer(topics=TOPICS)
        self.assertContains(self.send(topic="nonsense"), "What is it about?")
        self.assertFalse(self.tickets().exists())

    def test_whoever_leaves_a_phone_number_is_promised_a_call(self):
        self.assertNotContains(self.client.get(self.url), "call you back")
        self.offer(asks_phone=True)
        self.assertContains(self.client.get(self.url), "Phone, if we shall call you back (may be left empty)")
        self.assertContains(self.send(phone="soon"), "This is no phone number.", status_code=422)
        self.send(phone="8 (916) 000-00-01")
        callback = Callback.objects.get()
        self.assertEqual((callback.phone, callback.ticket.client.name), ("+79160000001", "Dina"))
        self.send(phone="", text="Another thing altogether.")
        self.assertEqual((self.tickets().count(), Callback.objects.count()), (2, 1))

    def test_the_only_topic_is_not_asked(self):
        self.offer(topics=TOPICS[1:])
        self.send()
        self.assertEqual(self.tickets().get().subject, "Something else")


class ConsentTests(FormTestCase):
    def setUp(self):
        self.offer(consent=ConsentText("You may read this.", 3))

    def test_the_text_is_shown_and_the_agreement_kept(self):
        self.assertContains(self.client.get(self.url), "You may read this.")
        self.send(consent="on", consent_version="3")
        consent = Consent.objects.get()
        self.assertEqual((consent.text, consent.version, consent.person.name), ("You may read this.", 3, "Dina"))

    def test_without_agreement_nothing_is_taken(self):
        page = self.send(consent_version="3")
        self.assertContains(page, "Without your consent", status_code=422)
        self.assertFalse(self.tickets().exists())

    def test_an_agreement_to_an_older_text_is_asked_again(self):
        page = self.send(consent="on", consent_version="2")
        self.assertContains(page, "The text of the consent has changed", status_code=422)
        self.assertContains(page, 'name="consent_version" value="3"', status_code=422)
        self.assertNotContains(page, "checked", status_code=422)


class FrameTests(FormTestCase):
    def test_only_the_embedded_form_may_stand_in_a_frame(self):
        alone, framed = self.client.get(self.url), self.client.get(self.url + "?embed=1")
        self.assertEqual(alone.headers["X-Frame-Options"], "DENY")
        self.assertIn("frame-ancestors 'none'", alone.headers["Content-Security-Policy"])
        self.assertNotIn("X-Frame-Options", framed.headers)
        self.assertIn("frame-ancestors *", framed.headers["Content-Security-Policy"])
        self.assertIn("script-src 'self'", framed.headers["Content-Security-Policy"])

    def test_no_other_page_may_whatever_it_is_asked(self):
        for url in (reverse("portal:home"), reverse("portal:ticket", args=[self.ticket.status_token(self.bea)])):
            with self.subTest(url=url):
                self.assertEqual(self.client.get(url + "?embed=1").headers["X-Frame-Options"], "DENY")

    def test_the_frame_stays_a_frame_to_the_end(self):
        page = self.send("?embed=1")
        self.assertNotIn("X-Frame-Options", page.headers)
        self.assertContains(page, 'target="_blank"')
        self.assertNotContains(page, "switches")
        self.assertContains(self.client.get(self.url + "?embed=1"), f'action="{self.url}?embed=1"')
