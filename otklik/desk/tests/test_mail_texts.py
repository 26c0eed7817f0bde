"""The company's own words in mails, changed and looked at by administrators."""

from django.urls import reverse

from otklik.calendars.models import Calendar
from otklik.channels.email.models import Mailbox, MailTemplate
from otklik.testing import CastTestCase
from otklik.tickets.models import Delivery, Message, Ticket

LIST = reverse("desk:mail_texts")
AUTO = reverse("desk:mail_text", args=["auto_reply", "en"])
ANSWER = reverse("desk:mail_text", args=["answer", "en"])
HTMX = {"HX-Request": "true"}


class MailTextTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.admin)

    def own(self) -> str:
        return reverse("desk:mail_text_of", args=["auto_reply", "en", self.mailbox.pk])

    def test_the_text_out_of_hours_is_shown_with_the_next_opening_of_the_mailbox(self):
        Mailbox.objects.create(channel=self.mailbox, calendar=Calendar.objects.create(name="Office"))
        url = reverse("desk:mail_text", args=["out_of_hours", "en"])
        answer = self.client.post(url, {"preview": "1", "body": "Back: {opens}"}, headers={"HX-Request": "true"})
        self.assertRegex(answer.content.decode(), r"Back: [A-Z][a-z]+day, \d+ [A-Z][a-z]+, 9 a\.m\. \(UTC\+3\)")
        self.assertContains(self.client.post(url, {"preview": "1", "body": "{text}"}), "There is no placeholder")

    def test_every_text_is_listed_with_whose_it_is(self):
        MailTemplate.objects.create(kind="auto_reply", language="en", channel=self.mailbox, body="Hi")
        page = self.client.get(LIST)
        self.assertContains(page, "The text that comes with Otklik", count=6)
        self.assertContains(page, "Your own text", count=1)
        self.assertContains(page, self.own())

    def test_one_begins_with_what_is_said_now(self):
        self.assertContains(self.client.get(AUTO), "We have received your message")
        MailTemplate.objects.create(kind="auto_reply", language="en", body="It came, {client}.")
        self.assertContains(self.client.get(self.own()), "It came, {client}.")
        self.assertContains(self.client.get(ANSWER), "{signature}")

    def test_a_text_is_kept_and_taken_back(self):
        self.client.post(AUTO, {"subject": "It came", "body": "Hello, {client}!"})
        self.client.post(AUTO, {"subject": "It came", "body": "Hello again, {client}!"})
        kept = MailTemplate.objects.get()
        self.assertEqual((kept.subject, kept.body, kept.channel), ("It came", "Hello again, {client}!", None))
        self.client.post(self.own(), {"subject": "", "body": "Hi!"})
        self.assertEqual(MailTemplate.objects.get(channel=self.mailbox).body, "Hi!")
        self.client.post(AUTO, {"remove": "1"})
        self.assertEqual(MailTemplate.objects.get().channel, self.mailbox)

    def test_what_stands_in_braces_must_be_known(self):
        for url, body, words in (
            (AUTO, "{password}", "There is no placeholder {password}"),
            (ANSWER, "No place", "The text needs {text}"),
        ):
            with self.subTest(body):
                self.assertContains(self.client.post(url, {"body": body}), words)
        self.assertFalse(MailTemplate.objects.exists())

    def test_it_is_shown_on_a_real_ticket_while_it_is_typed(self):
        piece = self.client.post(AUTO, {"preview": "1", "body": "Dear {client}, <b>{number}</b>"}, headers=HTMX)
        newest = Ticket.objects.latest("pk")
        self.assertContains(piece, f"Dear {newest.client.name}, &lt;b&gt;#{newest.number}&lt;/b&gt;")
        self.assertNotContains(piece, "<html")
        wrong = self.client.post(AUTO, {"preview": "1", "body": "{nothing}"}, headers=HTMX)
        self.assertContains(wrong, "There is no placeholder {nothing}")
        self.assertFalse(MailTemplate.objects.exists())

    def test_without_javascript_a_button_shows_it_and_keeps_what_is_typed(self):
        page = self.client.post(AUTO, {"preview": "1", "body": "Half a {number}"})
        self.assertContains(page, f"Half a #{Ticket.objects.latest('pk').number}")
        self.assertContains(page, "Half a {number}</textarea>")
        self.assertFalse(MailTemplate.objects.exists())

    def test_without_a_ticket_it_says_so(self):
        Delivery.objects.all().delete()
        Message.objects.all().delete()
        Ticket.objects.all().delete()
        self.assertContains(self.client.get(AUTO), "The first ticket is needed")

    def test_other_kinds_and_languages_are_not_there(self):
        for kind, language in (("bounce", "en"), ("auto_reply", "fr")):
            with self.subTest(kind):
                url = reverse("desk:mail_text", args=[kind, language])
                self.assertEqual(self.client.get(url).status_code, 404)
