"""From a checked form to a ticket, once, with the consent; and what happens when it cannot be understood yet."""

from dataclasses import replace
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile

from otklik.channels.webform.limits import MOST, Origin
from otklik.channels.webform.models import Attempt, Consent
from otklik.channels.webform.submitting import Submission, TooMany, submit
from otklik.lib.consent import ConsentText
from otklik.testing import CastTestCase
from otklik.tickets.addressing import Recipient, recipients_of
from otklik.tickets.models import Channel, RawMessage, Ticket
from otklik.tickets.raw import read_due

WRITTEN = Submission(
    note="1.2.ab-cd",
    name="Bea Orlova",
    email="bea@alpha.example",
    text="No paper.",
    subject="Printer",
    language="en",
    type="incident",
    tags=("office",),
    fields={"order": "12"},
    files=(),
    consent=ConsentText("I agree.", 3),
)
ORIGIN = Origin("198.51.100.7", "bea@alpha.example")
BROKEN = patch("otklik.tickets.raw.receive", side_effect=RuntimeError("the store is away"))


class SubmittingTests(CastTestCase):
    def setUp(self):
        self.form = Channel.objects.create(
            kind="webform", name="Shop", address="shop", team=self.sales, answers_by=self.mailbox
        )

    def submit(self, **changed) -> RawMessage:
        return submit(replace(WRITTEN, **changed), self.form, origin=ORIGIN)

    def test_a_ticket_is_there_at_once(self):
        ticket = self.submit().message.ticket
        self.assertEqual((ticket.client, ticket.team, ticket.channel), (self.bea, self.sales, self.form))
        self.assertEqual((ticket.type, ticket.subject, ticket.fields), ("incident", "Printer", {"order": "12"}))
        self.assertEqual([tag.name for tag in ticket.tags.all()], ["office"])

    def test_the_answer_goes_by_the_mailbox_to_the_visitors_address(self):
        ticket = self.submit().message.ticket
        self.assertEqual(recipients_of(ticket), [Recipient(self.bea, "bea@alpha.example")])

    def test_a_double_click_is_one_ticket_and_one_attempt(self):
        self.assertEqual(self.submit(), self.submit())
        self.assertEqual(Ticket.objects.filter(channel=self.form).count(), 1)
        self.assertEqual(Attempt.objects.count(), 2)  # one for the network, one for the e-mail

    def test_what_was_changed_before_sending_again_is_not_lost(self):
        self.submit()
        self.submit(text="No paper, and it smokes.")
        self.assertEqual(Ticket.objects.filter(channel=self.form).count(), 2)

    def test_files_come_along_under_harmless_names(self):
        hostile = SimpleUploadedFile("x.html", b"<script>", "text/html")
        hostile._name = "..\\..\\<b>evil\u202e.html"
        attachment = self.submit(files=(hostile,)).message.attachments.get()
        self.assertEqual((attachment.name, attachment.size_bytes), ("<b>evil.html", 8))
        with attachment.file.open("rb") as content:
            self.assertEqual(content.read(), b"<script>")

    def test_the_consent_is_kept_with_the_text_that_was_read(self):
        message = self.submit().message
        Channel.objects.filter(pk=self.form.pk).update(options={"consent": {"text": "Another.", "version": 4}})
        consent = Consent.objects.get()
        self.assertEqual((consent.person, consent.channel, consent.message), (self.bea, self.form, message))
        self.assertEqual((consent.text, consent.version, consent.at), ("I agree.", 3, message.at))

    def test_a_form_without_consent_keeps_none(self):
        self.submit(consent=ConsentText())
        self.assertFalse(Consent.objects.exists())

    def test_the_limit_stops_the_next_one_but_not_the_same_again(self):
        sent = [self.submit(text=f"Number {number}") for number in range(MOST["email"])]
        with self.assertRaises(TooMany):
            self.submit(text="One too many")
        self.assertEqual(self.submit(text="Number 0"), sent[0])
        self.assertEqual(RawMessage.objects.count(), MOST["email"])

    def test_what_cannot_be_understood_now_is_kept_and_understood_later(self):
        with BROKEN, self.assertLogs("otklik.tickets.raw"):
            raw = self.submit()
        self.assertIsNone(raw.message)
        RawMessage.objects.update(due_at=raw.received_at)
        read_due()
        raw.refresh_from_db()
        self.assertEqual(raw.message.ticket.client, self.bea)
        self.assertEqual(Consent.objects.get().version, 3)
