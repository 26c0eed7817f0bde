"""What the ticket page tells of a mail besides its text."""

from django.urls import reverse

from otklik.testing import CastTestCase
from otklik.tickets.models import Message, RawMessage


class MailShownTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def page(self, **message: object) -> str:
        Message.objects.filter(ticket=self.ticket).update(**message)
        return self.client.get(self.ticket.get_absolute_url()).content.decode()

    def test_what_a_mail_is_stands_at_its_head(self):
        self.assertIn("Out of office", self.page(nature="away", is_automatic=True))

    def test_the_mail_as_it_came_is_downloaded_byte_for_byte(self):
        message = self.ticket.messages.get()
        address = reverse("desk:original", args=[message.pk])
        self.assertIn(address, self.page())
        self.assertEqual(self.client.get(address).status_code, 404)  # not kept any more
        body = b"Subject: \xff<script>\r\n\r\nIt is on fire."
        RawMessage.objects.create(channel=self.mailbox, digest="x", body=body, message=message)
        answer = self.client.get(address)
        self.assertEqual(answer.getvalue(), body)
        self.assertEqual(answer.headers["Content-Type"], "application/octet-stream")
        self.assertIn("attachment; ", answer.headers["Content-Disposition"])
        self.client.force_login(self.omar)
        self.assertEqual(self.client.get(address).status_code, 404)

    def test_a_meeting_is_a_card(self):
        card = {
            "kind": "meeting",
            "method": "REQUEST",
            "summary": "Inspection <b>",
            "starts": "2025-05-12 10:00",
            "ends": "11:30",
            "zone": "UTC+03:00",
            "place": "Mira street",
            "organiser": "Bea <bea@alpha.example>",
        }
        page = self.page(cards=[card])
        for words in ("Invitation", "Inspection &lt;b&gt;", "2025-05-12 10:00 – 11:30 UTC+03:00", "Mira street"):
            with self.subTest(words):
                self.assertIn(words, page)

    def test_what_cannot_be_shown_is_said(self):
        cases = {
            "encrypted": "This mail is encrypted",
            "unread": "cannot be shown",
            "cut": "only its beginning is shown",
            "too_large": "only its beginning was fetched",
            "unproven": "Nothing proves who wrote this",
        }
        for kind, words in cases.items():
            with self.subTest(kind):
                self.assertIn(words, self.page(cards=[{"kind": kind, "address": "ana@demo.example"}]))

    def test_an_address_that_does_not_work_says_why(self):
        self.bea.addresses.get().mark_failing("550 No such user")
        self.assertIn("550 No such user", self.page())
