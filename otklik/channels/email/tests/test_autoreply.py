"""Whoever opens a ticket by mail is told so, once; no program ever is."""

from datetime import timedelta
from types import SimpleNamespace

from django.conf import settings
from django.test import override_settings
from django.utils.timezone import now

from otklik.channels.email.autoreply import PAUSE, take_turn
from otklik.channels.email.models import AutoAnswered, Mailbox, MailTemplate
from otklik.channels.email.reading import read
from otklik.channels.email.rendering import render
from otklik.channels.email.tests.sink import Sink
from otklik.journal.models import Event
from otklik.lib.inbound import Inbound, Nature, Report, Sender
from otklik.testing import CastTestCase, kinds, make_mailbox, react_to_all
from otklik.tickets.intake import Received, receive
from otklik.tickets.models import Delivery, Message, Ticket
from otklik.tickets.sending import send_due


class AutoReplyTestCase(CastTestCase):
    def setUp(self) -> None:
        self.box = Mailbox.objects.create(channel=self.mailbox, auto_reply=True)

    def arrives(self, sender: str = "new@alpha.example", number: int = 1, **rest: object) -> Received:
        rest.setdefault("text", "The printer burns.")
        mail = Inbound(f"<{number}@x.example>", Sender("email", sender, "Nora"), subject="Fire", **rest)
        return receive(mail, channel=self.mailbox)

    def answers(self) -> list[Message]:
        react_to_all("auto-reply")
        return list(Message.objects.filter(is_automatic=True, person=None))

    def set(self, **columns: object) -> None:
        Mailbox.objects.filter(pk=self.box.pk).update(**columns)


class AutoReplyTests(AutoReplyTestCase):
    def test_the_first_message_is_answered_with_the_number_and_nothing_else_changes(self) -> None:
        ticket = self.arrives().message.ticket
        (answer,) = self.answers()
        fresh = Ticket.objects.get(pk=ticket.pk)
        self.assertIn(f"#{ticket.number}", answer.text)
        self.assertIn("Nora", answer.text)
        self.assertEqual((fresh.state, fresh.excerpt, answer.is_ours), ("new", "The printer burns.", True))
        self.assertEqual(kinds(ticket)[-1], "message.auto_replied")
        self.assertEqual(Delivery.objects.get().address, "new@alpha.example")

    def test_reading_the_journal_again_answers_nothing_again(self) -> None:
        self.arrives()
        self.answers()
        AutoAnswered.objects.update(at=now() - timedelta(days=1))
        self.assertEqual(len(self.answers()), 1)

    def test_nobody_can_guess_its_name_and_report_it_as_not_delivered(self) -> None:
        opening = self.arrives().message
        (answer,) = self.answers()
        guess = f"<auto.{opening.pk}@{settings.SITE_HOST}>"
        self.assertNotEqual(answer.external_id, guess)
        report = Report("new@alpha.example", "550 No such user", (guess,))
        self.arrives("mailer-daemon@evil.example", 2, replies_to=(guess,), nature=Nature.BOUNCE, reports=(report,))
        self.assertFalse(Delivery.objects.exclude(error="").exists())

    def test_a_second_message_on_the_ticket_is_not_answered(self) -> None:
        self.arrives(ticket_number=self.ticket.pk, sender="bea@alpha.example")
        self.assertEqual(self.answers(), [])

    def test_nobody_is_answered_twice_within_an_hour_on_whichever_ticket(self) -> None:
        self.arrives()
        self.arrives(number=2)
        self.assertEqual(len(self.answers()), 1)
        self.assertFalse(take_turn("new@alpha.example", at=now() + PAUSE / 2))
        self.assertTrue(take_turn("new@alpha.example", at=now() + PAUSE * 2))

    def test_nothing_is_answered_where_it_is_not_switched_on(self) -> None:
        self.set(auto_reply=False)
        self.arrives()
        self.assertEqual(self.answers(), [])

    def test_what_a_program_wrote_is_never_answered(self) -> None:
        for number, nature in enumerate(Nature.values[1:]):
            with self.subTest(nature):
                self.arrives(f"p{number}@alpha.example", number, nature=nature)
                self.assertEqual(self.answers(), [])

    def test_addresses_that_nobody_reads_and_our_own_are_never_answered(self) -> None:
        make_mailbox("info@demo.example", self.support)
        silent = ("no-reply@shop.example", "mailer-daemon@x.example", "news-bounces@x.example", "noreply@x.example")
        for number, address in enumerate((*silent, "info@demo.example", "info+x@demo.example", "postmaster@x.example")):
            with self.subTest(address):
                self.arrives(address, number)
                self.assertEqual(self.answers(), [])

    def test_listed_addresses_and_domains_are_left_alone(self) -> None:
        self.set(auto_reply_never="Robot@Beta.example\n@gamma.example\ndelta.example")
        cases = {
            "robot@beta.example": 0,
            "ann@gamma.example": 0,
            "ann@mail.delta.example": 0,
            "ann@beta.example": 1,
            "ann@notdelta.example": 2,
        }
        for number, (address, expected) in enumerate(cases.items()):
            with self.subTest(address):
                self.arrives(address, number)
                self.assertEqual(len(self.answers()), expected)

    def test_old_mail_is_not_greeted_late(self) -> None:
        self.arrives()
        Event.objects.update(at=now() - timedelta(days=2))
        self.assertEqual(self.answers(), [])


class WordsOfAutoRepliesTests(AutoReplyTestCase):
    def test_the_company_s_own_words_in_the_reader_s_language_are_taken(self) -> None:
        for channel, language, body in ((None, "ru", "all ru"), (None, "en", "all en"), (self.mailbox, "en", "own")):
            MailTemplate.objects.create(channel=channel, kind="auto_reply", language=language, body=body)
        self.arrives("a@alpha.example", 1, language="en")
        self.arrives("b@alpha.example", 2, language="ru")
        self.assertEqual([answer.text for answer in self.answers()], ["own", "all ru"])

    def test_the_mailbox_s_one_text_is_nearer_than_the_company_s(self) -> None:
        MailTemplate.objects.create(kind="auto_reply", language="ru", body="all ru")
        self.set(auto_reply_text="{mailbox}: {number}")
        ticket = self.arrives().message.ticket
        self.assertEqual(self.answers()[0].text, f"Support: #{ticket.number}")

    def test_what_a_client_is_called_means_nothing_in_it(self) -> None:
        self.set(auto_reply_text="{client}!")
        mail = Inbound("<1@x.example>", Sender("email", "a@x.example", "{company} {0.__class__}"), "Hello")
        receive(mail, channel=self.mailbox)
        self.assertEqual(self.answers()[0].text, "{company} {0.__class__}!")


class AutomaticMailTests(AutoReplyTestCase):
    def test_it_says_what_it_is_and_asks_for_no_answer(self) -> None:
        message = self.arrives().message
        (answer,) = self.answers()
        mail = render(answer.deliveries.get()).message()
        self.assertEqual(mail["Auto-Submitted"], "auto-replied")
        self.assertEqual(mail["X-Auto-Response-Suppress"], "OOF, AutoReply")
        self.assertEqual(mail["In-Reply-To"], message.external_id)
        self.assertEqual(mail["From"], '"Support" <support@demo.example>')
        self.assertEqual(mail["Subject"], "Re: Fire")

    def test_it_has_the_reader_s_link_and_quotes_nothing(self) -> None:
        ticket = self.arrives().message.ticket
        (answer,) = self.answers()
        body = render(answer.deliveries.get()).body
        self.assertIn(ticket.status_link(ticket.client), body)
        self.assertNotIn("The printer burns.", body)
        self.assertNotIn(ticket.status_link(ticket.client), answer.text)

    def test_a_subject_of_its_own_stays_as_it_is(self) -> None:
        MailTemplate.objects.create(kind="auto_reply", language="ru", subject="[{number}] {subject}", body="Hello")
        ticket = self.arrives().message.ticket
        (answer,) = self.answers()
        self.assertEqual(render(answer.deliveries.get()).subject, f"[#{ticket.number}] Fire")

    def test_it_leaves_with_an_empty_return_path(self) -> None:
        sink = Sink()
        self.addCleanup(sink.close)
        self.arrives()
        self.answers()
        with override_settings(SMTP_URL=f"smtp://127.0.0.1:{sink.port}"):
            send_due()
        self.assertEqual([(taken[0], taken[1]) for taken in sink.taken], [("<>", ["new@alpha.example"])])

    def test_another_desk_s_answer_to_it_is_known_as_a_program_s(self) -> None:
        self.arrives()
        (answer,) = self.answers()
        theirs = (
            f"From: new@alpha.example\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: {answer.external_id}\r\n\r\nHi"
        )
        inbound = read(SimpleNamespace(body=theirs.encode(), envelope={"mail_from": ""}))
        self.assertTrue(inbound.automatic)
