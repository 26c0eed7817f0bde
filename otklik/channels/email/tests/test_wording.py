"""The words of our mails: templates with a closed list of placeholders, quoting, and files that became links."""

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from django.utils.timezone import now

from otklik.channels.email.links import link_to
from otklik.channels.email.models import Mailbox, MailTemplate
from otklik.channels.email.placeholders import OF_AUTOMATIC, check, fill
from otklik.channels.email.rendering import render
from otklik.channels.email.wording import preview
from otklik.lib.inbound import InboundFile
from otklik.testing import CastTestCase
from otklik.tickets.files import keep
from otklik.tickets.models import Attachment, Delivery, Message
from otklik.tickets.replying import reply


class PlaceholderTests(SimpleTestCase):
    def test_known_words_are_replaced_and_other_braces_stay(self) -> None:
        text = "Hello, {client}! {} { number } {x: 1} {{number}}"
        self.assertEqual(fill(text, {"client": "Bea", "number": "#7"}), "Hello, Bea! {} { number } {x: 1} {#7}")

    def test_what_a_value_says_in_braces_is_not_looked_at(self) -> None:
        self.assertEqual(fill("{client}", {"client": "{agent}", "agent": "Ana"}), "{agent}")

    def test_what_is_not_on_the_list_is_refused_by_name(self) -> None:
        for text in ("{Client}", "{client.password}", "{client!r}", "{number:x}", "{text}", "{0}{clients}"):
            with self.subTest(text), self.assertRaisesMessage(ValidationError, "There is no placeholder"):
                check(text, OF_AUTOMATIC)

    def test_braces_that_are_no_placeholder_are_let_be(self) -> None:
        check("{client}, {} and { } or {1, 2} :-{", OF_AUTOMATIC)


class TemplateTests(CastTestCase):
    def mail(self, template: str = "", **rest: object):
        if template:
            MailTemplate.objects.create(kind="answer", language="ru", body=template)
        self.ana.signature = "Ana, line 1"
        self.ana.save(update_fields=["signature"])
        return render(reply(self.ticket, by=self.ana, text="Try water.", **rest).deliveries.get())

    def test_an_answer_stands_in_the_company_s_frame_in_text_and_html(self) -> None:
        mail = self.mail("{client}, about {number}:\n\n{text}\n\n{agent}\n{signature}\n{status_link}")
        link = self.ticket.status_link(self.bea)
        for body in (mail.body, mail.alternatives[0][0]):
            with self.subTest(body[:20]):
                parts = (f"Bea Orlova, about #{self.ticket.pk}:", "Try water.", "Ana Belova", "Ana, line 1", link)
                places = [body.index(part) for part in parts]
                self.assertEqual(places, sorted(places))
        self.assertEqual(mail.body.count(link), 1)

    def test_a_frame_without_the_link_gets_it_below(self) -> None:
        self.assertIn(self.ticket.status_link(self.bea), self.mail("{text} -- {agent}").body)

    def test_names_in_a_frame_cannot_become_markup(self) -> None:
        self.bea.name = "<b>Bea</b> {text}"
        self.bea.save(update_fields=["name"])
        html = self.mail("{client}: {text}").alternatives[0][0]
        self.assertIn("&lt;b&gt;Bea&lt;/b&gt; {text}: <div><p>Try water.</p></div>", html)

    def test_a_template_says_what_is_wrong_with_it(self) -> None:
        cases = {
            ("answer", "", "Hello"): "The text needs {text}",
            ("answer", "", "{text} {secret}"): "There is no placeholder {secret}",
            ("auto_reply", "", "{status_link}"): "There is no placeholder {status_link}",
            ("auto_reply", "{text}", "Hello"): "There is no placeholder {text}",
        }
        for (kind, subject, body), expected in cases.items():
            with self.subTest(body), self.assertRaisesMessage(ValidationError, expected):
                MailTemplate(kind=kind, language="en", subject=subject, body=body).full_clean()

    def test_a_preview_is_what_the_client_of_a_ticket_would_read(self) -> None:
        template = MailTemplate(kind="answer", language="en", subject="{number}", body="Dear {client}! {text}")
        expected = (f"#{self.ticket.pk}", "Dear Bea Orlova! This is where the answer stands.")
        self.assertEqual(preview(template, self.ticket, at=now()), expected)
        with self.assertRaises(ValidationError):
            preview(MailTemplate(kind="answer", language="en", body="{oops}"), self.ticket, at=now())


class QuotingTests(CastTestCase):
    def body(self, policy: str) -> str:
        Mailbox.objects.create(channel=self.mailbox, quoting=policy)
        reply(self.ticket, by=self.ana, text="Which floor?")
        Message.objects.create(ticket=self.ticket, person=self.bea, text="The third.")
        return render(reply(self.ticket, by=self.ana, text="Try water.").deliveries.get()).body

    def test_nothing(self) -> None:
        self.assertNotIn(">", self.body("none"))

    def test_the_last_message(self) -> None:
        body = self.body("last")
        self.assertIn("> The third.", body)
        self.assertNotIn("Which floor?", body)

    def test_the_whole_conversation_from_the_newest(self) -> None:
        body = self.body("thread")
        places = [body.index(f"> {text}") for text in ("The third.", "Which floor?", "It is on fire.")]
        self.assertEqual(places, sorted(places))


class LinkTests(CastTestCase):
    def setUp(self) -> None:
        Mailbox.objects.create(channel=self.mailbox, attachment_limit_bytes=100)
        large = keep(InboundFile("film & sound.bin", "application/x-film", b"x" * 90))
        small = keep(InboundFile("note.txt", "text/plain", b"x" * 20))
        self.delivery: Delivery = reply(self.ticket, by=self.ana, text="See.", files=(large, small)).deliveries.get()

    def test_what_does_not_fit_is_a_link_of_the_reader_s_own(self) -> None:
        mail = render(self.delivery)
        file = Attachment.objects.get(name="note.txt")
        self.assertEqual([name for name, _content, _type in mail.attachments], ["film & sound.bin"])
        self.assertIn(link_to(file, self.bea), mail.body)
        self.assertIn(link_to(file, self.bea), mail.alternatives[0][0])

    def test_the_link_gives_the_file_to_whoever_takes_part_and_to_nobody_else(self) -> None:
        file = Attachment.objects.get(name="note.txt")
        path = link_to(file, self.bea).split("/", 3)[3]
        self.assertEqual(b"".join(self.client.get(f"/{path}").streaming_content), b"x" * 20)
        self.assertEqual(self.client.get(f"/{path}".replace("-", "-a")).status_code, 404)

    def test_somebody_without_a_page_gets_the_files_themselves(self) -> None:
        Delivery.objects.filter(pk=self.delivery.pk).update(person=None)
        self.assertEqual(len(render(Delivery.objects.get(pk=self.delivery.pk)).attachments), 2)
