"""Two correspondences on one ticket, the client's and a third party's: bytes in, bytes out, no leak between."""

from email import message_from_bytes, policy
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from otklik.channels.email.rendering import raw
from otklik.clients.models import Person, identify
from otklik.journal.models import Event
from otklik.notices.models import Notice, Topic
from otklik.rules.reader import Rules
from otklik.testing import CastTestCase, kinds, react_to_all
from otklik.tickets.asides import Letter, ask, write
from otklik.tickets.errors import CannotSplit, NotAThirdParty
from otklik.tickets.merging import merge, separate, split
from otklik.tickets.models import Aside, Draft, Message, RawMessage, Ticket
from otklik.tickets.models.conversation import add_participant
from otklik.tickets.models.seen import unread
from otklik.tickets.raw import read_due
from otklik.tickets.replying import reply
from otklik.tickets.search import finding
from otklik.tickets.undoing import undo

SUPPLIER = "zoya@parts.example"
SECRET = "The purchase price is 4711."


def said_in(letter: Message) -> str:
    """All that a mail says, by its headers and its two bodies, as its reader sees it."""
    mail = message_from_bytes(raw(letter.deliveries.get()), policy=policy.default)
    bodies = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *bodies])


class AsideTestCase(CastTestCase):
    def setUp(self) -> None:
        self.letter = self.ask()
        self.aside = self.letter.aside
        self.sent = message_from_bytes(raw(self.letter.deliveries.get()), policy=policy.default)

    def ask(self, text: str = "Is the drum on stock?", *, to: tuple[str, ...] = (SUPPLIER,), **rest: object) -> Message:
        letter = Letter(to=to, text=text, **{"waits": True, **rest})
        return ask(self.ticket, letter, by=self.ana, subject="A drum", channel=self.mailbox)

    def comes(self, text: str, *, sender: str = SUPPLIER, **fields: str) -> RawMessage:
        """A mail comes to the mailbox and is read."""
        head = {"From": sender, "To": "support@demo.example", "Subject": "Re: A drum"} | {
            name.replace("_", "-"): value for name, value in fields.items()
        }
        head.setdefault("Message-ID", f"<{sha256((sender + text).encode()).hexdigest()[:12]}@parts.example>")
        lines = [f"{name}: {value}" for name, value in head.items()]
        body = "\r\n".join([*lines, "", text]).encode()
        row = RawMessage.objects.create(channel=self.mailbox, body=body, digest=sha256(body).hexdigest())
        read_due()
        row.refresh_from_db()
        return row

    def answer(self, text: str = SECRET, **fields: str) -> Message:
        message = self.comes(text, **({"In_Reply_To": self.letter.external_id} | fields)).message
        assert message, text
        return message

    def state(self) -> str:
        return Ticket.objects.get(pk=self.ticket.pk).state


class LetterTests(AsideTestCase):
    def test_it_goes_to_the_third_party_as_a_thread_of_its_own(self) -> None:
        self.assertEqual(self.sent["To"], SUPPLIER)
        self.assertEqual(self.sent["Subject"], f"A drum [#{self.ticket.pk}-{self.aside.pk}]")
        self.assertIsNone(self.sent["References"])
        said = said_in(self.letter)
        self.assertIn("Is the drum on stock?", said)
        for leak in ("on fire", "Bea", "alpha.example", "status", "Printer"):
            with self.subTest(leak):
                self.assertNotIn(leak, said)

    def test_the_ticket_waits_and_nothing_says_that_the_client_was_answered(self) -> None:
        self.assertEqual(self.state(), "waiting_third_party")
        self.assertEqual(kinds(self.ticket)[-3:], ["aside.opened", "aside.sent", "ticket.state_changed"])
        self.assertEqual(list(self.ticket.messages.public()), [self.ticket.messages.get(person=self.bea)])

    def test_the_next_letter_names_the_answers_of_this_thread_alone(self) -> None:
        heard = self.answer()
        reply(self.ticket, by=self.ana, text="We are looking into it.")
        next_one = write(self.aside, Letter(to=(SUPPLIER,), text="Then send one."), by=self.ana)
        mail = message_from_bytes(raw(next_one.deliveries.get()), policy=policy.default)
        self.assertEqual(mail["In-Reply-To"], heard.external_id)
        self.assertEqual(mail["References"].split(), [self.letter.external_id, heard.external_id])
        self.assertIn("4711", said_in(next_one))
        self.assertNotIn("looking into it", said_in(next_one))

    def test_whoever_takes_part_in_the_ticket_and_a_mailbox_of_ours_are_no_third_party(self) -> None:
        add_participant(self.ticket, self.carl, by=self.ana)
        for address in ("BEA@alpha.example", "carl@elsewhere.example", "sales@demo.example", "no address", ""):
            with self.subTest(address), self.assertRaises(NotAThirdParty):
                self.ask(to=(SUPPLIER, address) if address else ())

    def test_the_first_letter_taken_back_is_a_draft_of_a_new_conversation(self) -> None:
        self.assertTrue(undo(self.letter, by=self.ana))
        draft = Draft.objects.get(ticket=self.ticket, author=self.ana)
        self.assertEqual((draft.place, draft.text), (Aside.NEW, "Is the drum on stock?"))
        self.assertEqual((draft.wishes["to"], draft.wishes["subject"]), (SUPPLIER, "A drum"))
        self.assertEqual(self.state(), "new")
        self.assertFalse(Aside.objects.exists())

    def test_a_later_one_taken_back_is_a_draft_of_its_conversation(self) -> None:
        later = write(self.aside, Letter(to=(SUPPLIER,), text="And a roller."), by=self.ana)
        self.assertTrue(undo(later, by=self.ana))
        self.assertEqual(Draft.objects.get(ticket=self.ticket).place, f"aside-{self.aside.pk}")
        self.assertTrue(Aside.objects.filter(pk=self.aside.pk).exists())


class AnswerTests(AsideTestCase):
    def test_it_is_found_by_its_thread_by_the_signed_address_and_by_the_tag(self) -> None:
        tag = str(self.sent["Subject"])
        ways = {"thread": {"In_Reply_To": self.letter.external_id}, "tag": {"Subject": f"RE: {tag}"},
                "address": {"To": str(self.sent["Reply-To"]), "Subject": "drum"}}  # fmt: skip
        for way, fields in ways.items():
            with self.subTest(way):
                message = self.comes(f"By {way}.", **fields).message
                self.assertEqual((message.aside, str(message.party)), (self.aside, SUPPLIER))

    def test_the_tag_alone_lets_no_stranger_in(self) -> None:
        message = self.comes("Let me in.", sender="eve@evil.example", Subject=str(self.sent["Subject"])).message
        self.assertIsNone(message.aside)
        self.assertNotEqual(message.ticket, self.ticket)

    def test_it_is_nobody_s_message_to_the_client(self) -> None:
        before = Person.objects.count()
        message = self.answer(Cc="boss@parts.example, bea@alpha.example")
        self.assertEqual((message.is_note, message.person, message.ticket), (True, None, self.ticket))
        self.assertFalse(self.ticket.participants.exists())
        self.assertEqual(Person.objects.count(), before)
        self.assertNotIn("message.received", kinds(self.ticket))
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).excerpt, "It is on fire.")

    def test_it_opens_the_ticket_if_that_was_wished(self) -> None:
        self.answer()
        self.assertEqual(self.state(), "open")
        write(self.aside, Letter(to=(SUPPLIER,), text="Thanks.", waits=True, wakes=False), by=self.ana)
        self.answer("You are welcome.")
        self.assertEqual(self.state(), "waiting_third_party")

    def test_it_wakes_nothing_that_waits_for_the_client(self) -> None:
        self.ticket.set_state("waiting_client", by=self.ana)
        self.answer()
        self.assertEqual(self.state(), "waiting_client")
        self.ticket.set_state("closed", by=self.ana)
        self.answer("Late.")
        self.assertEqual(self.state(), "closed")

    def test_what_a_program_answers_is_kept_and_opens_nothing(self) -> None:
        message = self.answer("I am away.", Auto_Submitted="auto-replied")
        self.assertTrue(message.is_automatic)
        self.assertFalse(message.is_ours)
        self.assertEqual(self.state(), "waiting_third_party")
        react_to_all("notices")
        self.assertFalse(Notice.objects.filter(topic=Topic.ASIDE).exists())

    def test_a_bounce_marks_the_letter_and_takes_the_ticket_back(self) -> None:
        self.letter.deliveries.get().mark_sent()
        text = f"550 5.1.1 <{SUPPLIER}>: no such user\n\nMessage-ID: {self.letter.external_id}"
        self.comes(text, sender="MAILER-DAEMON@mx.example", Subject="Undelivered Mail Returned to Sender")
        self.assertEqual(self.letter.deliveries.get().status, "failed")
        self.assertIn("aside.failed", kinds(self.ticket))
        self.assertNotIn("delivery.failed", kinds(self.ticket))
        self.assertEqual(self.state(), "open")

    def test_one_that_ended_goes_on_with_an_answer(self) -> None:
        self.assertTrue(self.aside.end(by=self.ana))
        self.assertFalse(Aside.objects.get().end(by=self.ana))
        self.answer()
        self.assertTrue(Aside.objects.get().is_open)

    def test_the_same_mail_twice_is_one_and_another_under_our_name_is_heard(self) -> None:
        self.answer("Yes.", Message_ID="<1@parts.example>")
        again = self.comes("Yes.", Message_ID="<1@parts.example>", In_Reply_To=self.letter.external_id, X_Hop="2")
        self.assertEqual(again.reason, "duplicate")
        forged = self.answer("No.", Message_ID=self.letter.external_id)
        self.assertEqual(forged.text, "No.")

    def test_whoever_asked_and_who_has_the_ticket_are_told_and_find_it(self) -> None:
        maria = self.admin
        self.ticket.assign_to(self.ana, by=maria)
        Aside.objects.update(opened_by=maria)
        self.answer()
        react_to_all("notices")
        told = Notice.objects.filter(topic=Topic.ASIDE).values_list("member", flat=True)
        self.assertEqual(set(told), {self.ana.pk, maria.pk})
        self.assertTrue(Ticket.objects.filter(unread(self.ana, now()), pk=self.ticket.pk).exists())
        react_to_all("search")
        for words in ("4711", "zoya@parts.example", "drum on stock"):
            with self.subTest(words):
                self.assertIn(self.ticket.pk, finding.find(words, member=self.ana).tickets)
        self.assertFalse(finding.find("4711", member=self.omar).tickets)
        self.assertIn("aside.received", Rules.kinds)


class LeakTests(AsideTestCase):
    """What is said here, the client must not see; and the other way round."""

    def setUp(self) -> None:
        super().setUp()
        self.heard = self.answer()

    def test_the_client_s_page_shows_none_of_it(self) -> None:
        page = self.client.get(reverse("portal:ticket", args=[self.ticket.status_token(self.bea)]))
        self.assertContains(page, "on fire")
        for leak in ("4711", "drum", SUPPLIER, "Is the drum"):
            with self.subTest(leak):
                self.assertNotContains(page, leak)

    def test_no_later_answer_to_the_client_quotes_it(self) -> None:
        mail = said_in(reply(self.ticket, by=self.ana, text="A part is missing."))
        self.assertIn("on fire", mail)
        for leak in ("4711", "drum", self.heard.external_id, self.letter.external_id):
            with self.subTest(leak):
                self.assertNotIn(leak, mail)

    def test_a_client_who_got_it_from_the_third_party_speaks_on_the_ticket(self) -> None:
        message = self.answer("What price?", sender="bea@alpha.example", To=str(self.sent["Reply-To"]))
        self.assertEqual((message.aside, message.person, message.is_note), (None, self.bea, False))
        self.assertEqual(message.ticket, self.ticket)
        self.assertEqual(kinds(self.ticket)[-1], "message.received")

    def test_a_third_party_who_becomes_a_participant_still_answers_where_they_were_asked(self) -> None:
        add_participant(self.ticket, identify("email", SUPPLIER), by=self.ana)
        self.assertEqual(self.answer("Still inside.").aside, self.aside)
        theirs = self.ticket.messages.get(person=self.bea)
        self.assertIsNone(self.answer("To the client.", In_Reply_To=theirs.external_id).aside)

    def test_a_third_party_who_is_a_client_elsewhere_is_not_shown_this_ticket(self) -> None:
        owner = identify("email", SUPPLIER)
        self.answer("I am a client, too.")
        self.assertFalse(self.ticket.participants.filter(person=owner).exists())
        self.assertFalse(Message.objects.filter(person=owner).exists())

    def test_it_becomes_no_ticket_and_no_message_of_a_client(self) -> None:
        with self.assertRaises(CannotSplit):
            split(self.heard, by=self.ana)
        for columns in ({"is_note": False}, {"person": self.bea}, {"aside": None}):
            with self.subTest(columns), self.assertRaises(IntegrityError), transaction.atomic():
                Message.objects.filter(pk=self.heard.pk).update(**columns)

    def test_a_merging_takes_it_along_and_back(self) -> None:
        merge(self.ticket, self.other, by=self.ana)
        self.assertEqual(self.answer("Where to?").ticket, self.other)
        separate(Ticket.objects.get(pk=self.ticket.pk), by=self.ana)
        self.assertEqual(Aside.objects.get().ticket, self.ticket)
        self.assertEqual(set(self.aside.messages.values_list("ticket", flat=True)), {self.ticket.pk})

    def test_every_event_is_told_in_words(self) -> None:
        self.aside.end(by=self.ana)
        lines = Event.objects.about(self.ticket).filter(kind__startswith="aside.")
        self.assertEqual([line.kind for line in lines], ["aside.opened", "aside.sent", "aside.received", "aside.ended"])
