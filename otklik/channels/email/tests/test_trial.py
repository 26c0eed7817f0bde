"""Trying settings out, against a real Dovecot and a mail server that delivers into it."""

from unittest import mock

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.utils.translation import override

from otklik.channels.email import trial
from otklik.channels.email.channel import Email
from otklik.channels.email.models import Mailbox
from otklik.lib.inbound import Dropped
from otklik.tickets.models import RawMessage
from tests.dovecot import ADDRESS, PASSWORD, pytestmark  # noqa: F401 marks these tests
from tests.installation import free_port

from .test_imap import IMAPTestCase


class DeliversTo:
    """What a mail server does with a mail: it puts it into the mailbox."""

    def __init__(self, dovecot) -> None:
        self.dovecot = dovecot

    async def handle_DATA(self, _server, _session, mail) -> str:
        self.dovecot.put([mail.content])
        return "250 OK"


def knows(_server, _session, _mail, _mechanism: str, said) -> AuthResult:
    return AuthResult(success=(said.login.decode(), said.password.decode()) == (ADDRESS, PASSWORD), handled=False)


class TrialTests(IMAPTestCase):
    def setUp(self) -> None:
        super().setUp()
        options = {"authenticator": knows, "auth_require_tls": False}
        server = Controller(DeliversTo(self.dovecot), "127.0.0.1", free_port(), **options)
        server.start()
        self.addCleanup(server.stop)
        self.change(outgoing_host="127.0.0.1", outgoing_port=server.port, outgoing_security="none")
        english = override("en")
        english.__enter__()
        self.addCleanup(english.__exit__, None, None, None)

    def steps(self) -> list[trial.Step]:
        return list(trial.test_connection(Mailbox.objects.select_related("channel").get()))

    def test_every_step_says_what_went_well(self) -> None:
        texts = [step.text for step in self.steps()]
        self.assertEqual(texts[0], "127.0.0.1 let us in as support@demo.example.")
        self.assertEqual(texts[1], "The folder “INBOX” is open: 0 mails.")
        self.assertIn("took a mail from support@demo.example", texts[2])
        self.assertIn("The mail came back within", texts[3])

    def test_no_ticket_comes_of_the_mail(self) -> None:
        self.steps()
        self.read()
        self.assertEqual(Email().read(RawMessage.objects.get()), Dropped("own"))

    def test_that_a_worker_read_the_mail_is_an_arrival_too(self) -> None:
        self.change(after_reading="move", move_to="Read")
        with mock.patch.object(trial, "_is_in_imap", side_effect=self.look):
            self.assertIn("The mail came back", self.steps()[-1].text)

    def look(self, *_rest) -> bool:
        self.read()
        return False

    def test_pop3_is_tried_too(self) -> None:
        self.change(incoming="pop3", incoming_port=self.dovecot.pop3_port)
        texts = [step.text for step in self.steps()]
        self.assertEqual(texts[1], "The mailbox is open: 0 mails.")
        self.assertIn("The mail came back", texts[-1])

    def test_a_wrong_password_ends_it_with_advice(self) -> None:
        self.change(password="wrong")
        (step,) = self.steps()
        self.assertFalse(step.is_ok)
        self.assertIn("AUTHENTICATIONFAILED", step.text)
        self.assertTrue(step.advice)

    def test_a_missing_folder_ends_it(self) -> None:
        self.change(folders=["INBOX", "Nowhere"])
        self.assertIn("The folder “Nowhere” cannot be opened", self.steps()[-1].text)

    def test_a_server_for_sending_that_is_not_there_ends_it(self) -> None:
        self.change(outgoing_port=free_port())
        last = self.steps()[-1]
        self.assertFalse(last.is_ok)
        self.assertIn("Sending by way of 127.0.0.1", last.text)

    def test_a_refusal_to_send_is_told_in_the_server_s_words(self) -> None:
        self.change(outgoing_password="wrong")
        self.assertTrue(self.steps()[-1].text.endswith("failed: 535 5.7.8 Authentication credentials invalid"))

    def test_no_server_for_sending_is_told(self) -> None:
        self.change(outgoing_host="")
        self.assertIn("answers stop in the outbox", self.steps()[-1].text)

    def test_a_mail_that_does_not_come_is_told(self) -> None:
        with mock.patch.object(DeliversTo, "handle_DATA", self.swallow), mock.patch.object(trial, "WAIT_SECONDS", 1):
            self.assertIn("did not come back within 1 second", self.steps()[-1].text)

    async def swallow(self, *_rest) -> str:
        return "250 OK"

    def test_without_fetching_the_intake_is_asked(self) -> None:
        self.change(incoming="")
        with self.settings(INTAKE_PORT=free_port()):
            (step,) = self.steps()
        self.assertIn("Nobody takes mail at 127.0.0.1", step.text)
