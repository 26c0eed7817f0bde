"""Whoever opens a ticket by mail is told so, once; no program ever is."""

# cyrillic: what Russian clients read
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.test import SimpleTestCase, override_settings
from django.utils.timezone import now

from otklik.calendars.models import Calendar
from otklik.channels.email.autoreply import PAUSE, greet, take_turn
from otklik.channels.email.models import AutoAnswered, Mailbox, MailTemplate
from otklik.channels.email.opening import zone_name
from otklik.channels.email.reading import read
from otklik.channels.email.rendering import render
from otklik.channels.email.tests.sink import Sink
from otklik.journal.models import Event
from otklik.lib.inbound import Forwarded, Inbound, Nature, Report, Sender
from otklik.staff.models import Team
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
        silent = ("no-reply@shop.example", "mailer-daemon@x.example", "news-bounces@x.example", "noreply7@x.example")
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

    def test_what_a_member_passes_on_is_not_answered_to_its_writer(self) -> None:
        passed_on = Forwarded(Sender("email", "carl@elsewhere.example", "Carl"), "Fire", "It burns.")
        received = self.arrives(self.ana.email, forwarded=passed_on)
        self.assertEqual(received.message.ticket.client, self.carl)
        self.assertEqual(self.answers(), [])

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

    def answered_by(self, sink: Sink) -> Sink:
        """The server that an automatic answer was handed over to."""
        self.addCleanup(sink.close)
        self.arrives()
        self.answers()
        with override_settings(SMTP_URL=f"smtp://127.0.0.1:{sink.port}"):
            send_due()
        return sink

    def test_it_leaves_with_an_empty_return_path(self) -> None:
        sink = self.answered_by(Sink())
        self.assertEqual([(taken[0], taken[1]) for taken in sink.taken], [("<>", ["new@alpha.example"])])

    def test_a_server_that_wants_the_mailbox_for_its_sender_gets_it(self) -> None:
        sink = self.answered_by(Owned())
        ((sender, _recipients, mail),) = sink.taken
        self.assertEqual((sender, mail["Auto-Submitted"]), ("support@demo.example", "auto-replied"))

    def test_another_desk_s_answer_to_it_is_known_as_a_program_s(self) -> None:
        self.arrives()
        (answer,) = self.answers()
        theirs = (
            f"From: new@alpha.example\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: {answer.external_id}\r\n\r\nHi"
        )
        inbound = read(SimpleNamespace(body=theirs.encode(), envelope={"mail_from": ""}))
        self.assertTrue(inbound.automatic)


class Owned(Sink):
    """A server that lets nobody send but as the address they signed in with, and the empty one is nobody’s."""

    async def handle_MAIL(self, server: Any, session: Any, mail: Any, address: str, options: list[str]) -> str:
        taken = await super().handle_MAIL(server, session, mail, address, options)
        return taken if address != "<>" else "553 5.7.1 Sender address rejected: not owned by auth user"


class OutOfHoursTests(AutoReplyTestCase):
    """A desk that works Monday to Friday, 9:00 to 18:00 in Yekaterinburg; a client who writes at all times."""

    SATURDAY = datetime(2025, 5, 10, 8, 0, tzinfo=UTC)
    MONDAY = datetime(2025, 5, 12, 8, 0, tzinfo=UTC)

    def setUp(self) -> None:
        super().setUp()
        calendar = Calendar.objects.create(name="Office", time_zone="Asia/Yekaterinburg")
        self.set(calendar=calendar, auto_reply=False)

    def told(self, message: Message, *, at: datetime = SATURDAY) -> Message | None:
        return greet(message.pk, Mailbox.objects.select_related("channel", "calendar").get(), at=at)

    def test_who_writes_on_a_saturday_is_told_when_somebody_is_there_again(self) -> None:
        answer = self.told(self.arrives(language="en").message)
        self.assertIn("there again and will answer you: Monday, 12 May, 9 a.m. (UTC+5).", answer.text)
        self.assertEqual(kinds(answer.ticket)[-1], "message.told_hours")
        self.assertEqual((answer.ticket.state, answer.deliveries.get().address), ("new", "new@alpha.example"))

    def test_in_russian_it_is_russian(self) -> None:
        answer = self.told(self.arrives(language="ru").message)
        self.assertIn("понедельник, 12 мая, 9:00 (UTC+5)", answer.text)

    def test_who_writes_on_a_ticket_of_theirs_is_told_too(self) -> None:
        message = self.arrives("bea@alpha.example", replies_to=(self.ticket.messages.get().external_id,)).message
        self.assertEqual(message.ticket, self.ticket)
        self.assertIsNotNone(self.told(message))

    def test_within_the_hours_nothing_is_said(self) -> None:
        self.assertIsNone(self.told(self.arrives().message, at=self.MONDAY))

    def test_it_takes_the_place_of_the_auto_reply_and_both_are_never_sent(self) -> None:
        self.set(auto_reply=True)
        message, other = self.arrives(language="en").message, self.arrives("o@beta.example", 2, language="en").message
        self.assertIn("Monday", self.told(message).text)
        self.assertIsNone(self.told(message, at=self.MONDAY))
        self.assertNotIn("Monday", self.told(other, at=self.MONDAY).text)

    def test_once_an_hour_and_correspondent(self) -> None:
        first = self.told(self.arrives(language="en").message)
        again = self.arrives(number=2, replies_to=("<1@x.example>",)).message
        self.assertEqual(again.ticket, first.ticket)
        self.assertIsNone(self.told(again, at=self.SATURDAY + PAUSE / 2))
        self.assertIsNotNone(self.told(again, at=self.SATURDAY + PAUSE * 2))

    def test_no_program_no_list_and_no_team_that_wants_none(self) -> None:
        cases = {"natures": {"nature": Nature.MAILING}, "listed": {"sender": "ann@beta.example"}, "team": {}}
        self.set(auto_reply_never="beta.example")
        for number, (name, rest) in enumerate(cases.items()):
            with self.subTest(name):
                Team.objects.update(automatic_mail=name != "team")
                self.assertIsNone(self.told(self.arrives(number=number, **rest).message))

    def test_the_reader_of_the_journal_does_it(self) -> None:
        Calendar.objects.update(week=[[]] * 7)
        self.arrives(language="en")
        (answer,) = self.answers()
        self.assertIn("as soon as possible", answer.text)

    def test_the_mailbox_s_and_the_company_s_words_hold(self) -> None:
        MailTemplate.objects.create(kind="out_of_hours", language="en", subject="Closed", body="All: {opens}")
        answer = self.told(self.arrives(language="en").message)
        self.assertEqual((answer.subject, answer.text), ("Closed", "All: Monday, 12 May, 9 a.m. (UTC+5)"))
        self.set(out_of_hours_text="Box: {number}")
        answer = self.told(self.arrives("o@beta.example", 2, language="en").message)
        self.assertEqual(answer.text, f"Box: #{answer.ticket.number}")


class OpeningTests(SimpleTestCase):
    def test_zones_are_told_as_utc_is_ahead(self) -> None:
        cases = {0: "UTC", 180: "UTC+3", 330: "UTC+5:30", -240: "UTC-4", -210: "UTC-3:30"}
        for minutes, told in cases.items():
            with self.subTest(minutes):
                self.assertEqual(zone_name(timedelta(minutes=minutes)), told)
