from datetime import timedelta
from types import SimpleNamespace

from django.core.management import call_command
from django.test import override_settings
from django.utils.timezone import now

from otklik.channels.email.channel import Email
from otklik.channels.email.models import OutboxMail
from otklik.channels.email.quotes import CUT_LINES
from otklik.channels.email.reading import read
from otklik.channels.email.rendering import raw, render
from otklik.channels.email.sending import send
from otklik.channels.email.tests.sink import Sink
from otklik.clients.models import identify
from otklik.lib.inbound import Dropped, InboundFile
from otklik.testing import CastTestCase
from otklik.tickets.files import keep
from otklik.tickets.models import Delivery, Message
from otklik.tickets.models.conversation import add_participant
from otklik.tickets.replying import note, reply
from otklik.tickets.sending import Held, SendFailed, send_due


class AnsweredTestCase(CastTestCase):
    def answer(self, text: str = "Is it still on fire?", **rest: object) -> Delivery:
        return reply(self.ticket, by=self.ana, text=text, **rest).deliveries.order_by("pk").first()


class RenderingTests(AnsweredTestCase):
    def test_the_headers_say_who_answers_whom_and_about_what(self) -> None:
        delivery = self.answer()
        mail = render(delivery).message()
        self.assertEqual(mail["From"], '"Ana Belova (Support)" <support@demo.example>')
        self.assertEqual(mail["To"], '"Bea Orlova" <bea@alpha.example>')
        self.assertEqual(mail["Subject"], "Re: Printer")
        self.assertEqual(mail["Message-ID"], delivery.message.external_id)
        self.assertEqual(mail["In-Reply-To"], f"<{self.ticket.pk}@bea@alpha.example>")
        self.assertEqual(mail["References"], f"<{self.ticket.pk}@bea@alpha.example>")
        self.assertNotIn("Auto-Submitted", mail)

    def test_the_same_delivery_is_the_same_mail_each_time(self) -> None:
        delivery = self.answer()
        again = Delivery.objects.get(pk=delivery.pk)
        kept = ("From", "To", "Date", "Subject", "Message-ID", "References", "Reply-To", "X-Otklik")
        first, second = render(delivery).message(), render(again).message()
        self.assertEqual([first[name] for name in kept], [second[name] for name in kept])

    def test_an_answer_to_it_finds_the_ticket_by_the_signed_address(self) -> None:
        reply_to = render(self.answer()).message()["Reply-To"]
        mail = f"From: bea@alpha.example\r\nTo: {reply_to}\r\n\r\nYes".encode()
        inbound = read(SimpleNamespace(body=mail, envelope={}))
        self.assertEqual(inbound.ticket_number, self.ticket.pk)

    def test_our_own_mail_coming_back_is_known(self) -> None:
        self.assertEqual(read(SimpleNamespace(body=raw(self.answer()), envelope={})), Dropped("own"))

    def test_the_client_s_answer_is_cut_where_ours_begins(self) -> None:
        body = render(self.answer()).body
        quoted = "\n".join(f"> {line}" for line in body.splitlines())
        mail = f"From: bea@alpha.example\r\n\r\nYes!\n\n05.05.2025 12:00, Ana wrote:\n{quoted}".encode()
        inbound = read(SimpleNamespace(body=mail, envelope={}))
        self.assertEqual(inbound.text, "Yes!")

    def test_the_text_has_signatures_a_status_link_and_the_history_below_a_line(self) -> None:
        self.ana.signature = "Ana, line 1"
        self.mailbox.signature = "Demo company"
        self.ana.save(update_fields=["signature"])
        self.mailbox.save(update_fields=["signature"])
        mail = render(self.answer())
        link = self.ticket.status_link(self.bea)
        for body in (mail.body, mail.alternatives[0][0]):
            with self.subTest(body[:20]):
                parts = ("Is it still on fire?", "Ana, line 1", "Demo company", link, CUT_LINES["ru"], "It is on fire.")
                places = [body.index(part) for part in parts]
                self.assertEqual(places, sorted(places))

    def test_notes_are_never_quoted(self) -> None:
        note(self.ticket, by=self.ana, text="A difficult client.")
        self.assertNotIn("difficult", raw(self.answer()).decode())

    def test_every_participant_sees_all_recipients_and_has_a_link_of_their_own(self) -> None:
        add_participant(self.ticket, self.carl, by=self.ana)
        self.answer()
        mails = [render(delivery) for delivery in Delivery.objects.order_by("pk")]
        self.assertEqual([mail.recipients() for mail in mails], [["bea@alpha.example"], ["carl@elsewhere.example"]])
        self.assertEqual({mail.message()["Cc"] for mail in mails}, {'"Carl Lukin" <carl@elsewhere.example>'})
        self.assertEqual(len({mail.message()["Message-ID"] for mail in mails}), 1)
        self.assertIn(self.ticket.status_link(self.carl), mails[1].body)
        self.assertNotIn(self.ticket.status_link(self.bea), mails[1].body)

    def test_the_reader_s_language_is_kept(self) -> None:
        self.bea.language = "en"
        self.bea.save(update_fields=["language"])
        self.assertIn(CUT_LINES["en"], render(self.answer()).body)

    def test_names_and_files_of_every_alphabet_arrive(self) -> None:
        self.ana.name = "Анна Белова, ООО «Ромашка»"
        self.ana.save(update_fields=["name"])
        file = keep(InboundFile("Счёт № 17.txt", "text/plain", "Да".encode()))
        mail = self.answer("Счёт во вложении.", files=(file,))
        sink = Sink()
        self.addCleanup(sink.close)
        with override_settings(SMTP_URL=f"smtp://127.0.0.1:{sink.port}"):
            send(mail)
        _sender, _recipients, taken = sink.taken[0]
        self.assertIn("Анна Белова, ООО «Ромашка»", str(taken["From"]))
        attachment = next(taken.iter_attachments())
        self.assertEqual(attachment.get_filename(), "Счёт № 17.txt")
        self.assertEqual(attachment.get_content(), "Да".encode())
        self.assertIn("Счёт во вложении.", taken.get_body(("plain",)).get_content())

    def test_a_formatted_answer_has_links_to_follow_and_headings_of_a_usual_size(self) -> None:
        html = "<h1>Prices</h1><div>See https://x.example/prices.</div>"
        html_body = render(self.answer("Prices", html=html)).alternatives[0].content
        self.assertIn('<h1 style="font-size: 1.2em', html_body)
        self.assertIn('<a href="https://x.example/prices"', html_body)

    def test_no_name_breaks_out_of_its_header(self) -> None:
        self.ticket.set_subject("Hello\r\nBcc: eve@stranger.example", by=self.ana)
        identify("email", "bea@alpha.example")
        mail = render(self.answer()).message()
        self.assertNotIn("Bcc", mail)

    def test_only_what_a_program_wrote_says_so(self) -> None:
        delivery = self.answer()
        Message.objects.filter(pk=delivery.message_id).update(is_automatic=True)
        mail = render(Delivery.objects.get(pk=delivery.pk)).message()
        self.assertEqual(mail["Auto-Submitted"], "auto-replied")


class SendingTests(AnsweredTestCase):
    def sending_to(self, **answers: str) -> Sink:
        sink = Sink(**answers)
        self.addCleanup(sink.close)
        settings = override_settings(SMTP_URL=f"smtp://127.0.0.1:{sink.port}")
        settings.enable()
        self.addCleanup(settings.disable)
        return sink

    def test_a_mail_goes_to_its_one_recipient(self) -> None:
        sink = self.sending_to()
        add_participant(self.ticket, self.carl, by=self.ana)
        self.answer()
        send_due()
        self.assertEqual([taken[1] for taken in sink.taken], [["bea@alpha.example"], ["carl@elsewhere.example"]])
        self.assertEqual({taken[0] for taken in sink.taken}, {"support@demo.example"})
        self.assertEqual([delivery.status for delivery in Delivery.objects.all()], ["sent", "sent"])

    def test_refusals_for_good_and_for_now_are_told_apart(self) -> None:
        cases = {
            ("rcpt", "550 5.1.1 No such user"): False,
            ("rcpt", "451 4.2.0 Greylisted"): True,
            ("data", "554 5.7.1 Spam"): False,
            ("data", "452 4.3.1 Disk full"): True,
        }
        delivery = self.answer()
        for (command, answer), retry in cases.items():
            with self.subTest(answer):
                self.sending_to(**{command: answer})
                with self.assertRaises(SendFailed) as failed:
                    send(delivery)
                self.assertEqual(failed.exception.retry, retry)
                self.assertIn(answer[4:], str(failed.exception))

    @override_settings(SMTP_URL="smtp://127.0.0.1:1")
    def test_a_server_that_does_not_answer_is_tried_again(self) -> None:
        delivery = self.answer()
        send_due()
        delivery.refresh_from_db()
        self.assertEqual(delivery.status, "waiting")
        self.assertGreater(delivery.due_at, now() + timedelta(seconds=10))


@override_settings(SMTP_URL="")
class OutboxTests(AnsweredTestCase):
    def test_without_a_server_the_mail_is_kept_as_the_client_would_get_it(self) -> None:
        delivery = self.answer()
        send_due()
        delivery.refresh_from_db()
        self.assertEqual(delivery.status, "held")
        kept = OutboxMail.objects.get()
        self.assertEqual((kept.recipient, kept.subject), ("bea@alpha.example", "Re: Printer"))
        self.assertEqual(Email().letter(delivery), bytes(kept.raw))

    def test_trying_again_keeps_one_mail(self) -> None:
        delivery = self.answer()
        with self.assertRaises(Held):
            send(delivery)
        with self.assertRaises(Held):
            send(delivery)
        self.assertEqual(OutboxMail.objects.count(), 1)

    def test_once_a_server_is_configured_release_sends_what_was_held(self) -> None:
        self.answer()
        send_due()
        sink = Sink()
        self.addCleanup(sink.close)
        with override_settings(SMTP_URL=f"smtp://127.0.0.1:{sink.port}"):
            call_command("outbox", "release", stdout=SimpleNamespace(write=lambda text: None))
            send_due()
        self.assertEqual(len(sink.taken), 1)
        self.assertFalse(OutboxMail.objects.exists())
