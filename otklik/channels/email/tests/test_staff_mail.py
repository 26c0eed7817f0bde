"""Mail to the staff leaves by our own mailbox, or lies where an administrator finds it."""

from datetime import timedelta
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import override_settings
from django.utils.timezone import now

from otklik.notices.mailing import mail_due
from otklik.testing import CastTestCase, react_to_all
from otklik.tickets.models import RawMessage
from otklik.tickets.raw import read_due
from tests.installation import free_port

BACKEND = "otklik.channels.email.staff_mail.StaffMail"


class Sink:
    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"


@override_settings(EMAIL_BACKEND=BACKEND)
class StaffMailTests(CastTestCase):
    def serve(self) -> Sink:
        sink = Sink()
        server = Controller(sink, hostname="127.0.0.1", port=free_port())
        server.start()
        self.addCleanup(server.stop)
        url = override_settings(SMTP_URL=f"smtp://127.0.0.1:{server.port}")
        url.enable()
        self.addCleanup(url.disable)
        return sink

    def test_it_leaves_by_the_oldest_mailbox(self):
        sink = self.serve()
        sent = EmailMessage("Код", "123456", to=["ana@demo.example", "omar@demo.example"]).send()
        self.assertEqual(sent, 2)
        self.assertEqual([to for _from, (to,), _mail in sink.mails], ["ana@demo.example", "omar@demo.example"])
        mail = message_from_bytes(sink.mails[0][2], policy=policy.default)
        self.assertEqual((mail["From"], mail["Subject"]), ("Demo <support@demo.example>", "Код"))
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")

    def test_without_an_outgoing_server_it_lies_in_a_folder(self):
        with override_settings(SMTP_URL=""):
            self.assertEqual(EmailMessage("Code", "123456", to=["ana@demo.example"]).send(), 1)
        kept = list((settings.HOME / "mail").iterdir())
        self.assertIn("ana@demo.example", kept[-1].read_text())

    def test_a_server_that_does_not_answer_is_told(self):
        with override_settings(SMTP_URL=f"smtp://127.0.0.1:{free_port()}"), self.assertRaises(OSError):
            EmailMessage("Code", "123456", to=["ana@demo.example"]).send()
        with override_settings(SMTP_URL=f"smtp://127.0.0.1:{free_port()}"):
            self.assertEqual(EmailMessage("Code", "1", to=["ana@demo.example"]).send(fail_silently=True), 0)

    def test_a_notice_is_answered_from_the_members_own_mail_program(self):
        sink = self.serve()
        self.ticket.assign_to(self.ana, by=self.admin)
        react_to_all("notices")
        self.assertTrue(mail_due(now() + timedelta(minutes=5)))
        notice = message_from_bytes(sink.mails[0][2], policy=policy.default)
        answer = f"From: ana@demo.example\r\nTo: {notice['Reply-To']}\r\nMessage-ID: <a@b>\r\n\r\nTry water.\r\n"
        raw = RawMessage.objects.create(
            channel=self.mailbox, digest="x", body=answer.encode(), envelope={"rcpt_to": [str(notice["Reply-To"])]}
        )
        read_due()
        raw.refresh_from_db()
        self.assertEqual(
            (raw.message.member, raw.message.ticket, raw.message.text), (self.ana, self.ticket, "Try water.")
        )
        self.assertEqual(raw.message.deliveries.get().address, "bea@alpha.example")
