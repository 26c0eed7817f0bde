"""A visitor’s message: once, in one ticket, whatever the browser does; and who may read what."""

from datetime import timedelta
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from otklik.channels.chat import limits
from otklik.channels.chat.attaching import FileRefused
from otklik.channels.chat.channel import Chat
from otklik.channels.chat.models import HERE, Agreement, Knock, Shown, Visitor
from otklik.channels.chat.options import ChatOptions
from otklik.channels.chat.passes import by_look_pass, by_pass, keep_pass, look_pass
from otklik.channels.chat.showing import talk_of
from otklik.channels.chat.talking import Blocked, Page, Refused, Said, mark_read, say
from otklik.lib.consent import ConsentText
from otklik.lib.inbound import Dropped, Reason
from otklik.testing import kinds
from otklik.tickets.merging import merge, separate
from otklik.tickets.models import RawMessage, Ticket
from otklik.tickets.replying import note, reply
from otklik.tickets.revising import revise
from otklik.tickets.sending import send_now

from .scene import NETWORK, ChatTestCase


class TalkingTests(ChatTestCase):
    def answers(self, ticket: Ticket, text: str, **rest):
        message = reply(ticket, by=self.ana, text=text, **rest)
        send_now(message)
        return message

    def shown(self, visitor: Visitor) -> list[str]:
        visitor = Visitor.objects.get(pk=visitor.pk)
        return [each["html"] for each in talk_of(visitor)["messages"]]

    def test_a_message_opens_a_ticket_and_the_next_goes_there(self):
        visitor = self.enter(name="Lev Orlov")
        first, second = self.says(visitor, "Where is my order?"), self.says(visitor, "It is number 12.")
        self.assertEqual(first.ticket, second.ticket)
        self.assertEqual((first.ticket.team, first.ticket.channel), (self.support, self.chat))
        self.assertEqual((first.ticket.client.name, first.ticket.subject), ("Lev Orlov", "Where is my order?"))

    def test_sent_twice_it_is_one_message(self):
        visitor, said = self.enter(), Said(id="a" * 32, text="Hello")
        self.assertEqual(say(visitor, said, network=NETWORK), say(visitor, said, network=NETWORK))
        self.assertEqual(Shown.objects.filter(visitor=visitor).count(), 1)

    def test_many_short_messages_are_no_loop(self):
        visitor = self.enter()
        with patch.object(limits, "AT_ONCE", 100):
            natures = {self.says(visitor, f"Line {number}").nature for number in range(33)}
        self.assertEqual(natures, {""})

    def test_the_answer_is_on_the_page_at_once_and_read_when_the_page_says_so(self):
        visitor = self.enter()
        ticket = self.says(visitor, "Hello?").ticket
        answer = self.answers(ticket, "Hello!")
        self.assertEqual(answer.deliveries.get().status, "sent")
        shown = talk_of(Visitor.objects.get(pk=visitor.pk))
        self.assertEqual([each["mine"] for each in shown["messages"]], [True, False])
        self.assertEqual((shown["messages"][1]["who"], shown["unread"]), ("Ana Belova", 1))
        self.assertTrue(mark_read(visitor, shown["messages"][1]["id"]))
        self.assertFalse(mark_read(visitor, shown["messages"][1]["id"]))
        self.assertIn("message.read", kinds(ticket))

    def test_notes_and_answers_to_come_are_not_shown(self):
        visitor = self.enter()
        ticket = self.says(visitor, "Hello?").ticket
        note(ticket, by=self.ana, text="A difficult one.")
        self.answers(ticket, "Tomorrow.", send_at=now() + timedelta(days=1))
        self.assertEqual(self.shown(visitor), ["<p>Hello?</p>"])

    def test_what_is_changed_at_the_desk_changes_on_the_page(self):
        visitor = self.enter()
        answer = self.answers(self.says(visitor, "How much?").ticket, "Ten.")
        revise(answer, by=self.ana, text="Eleven.")
        for correction in answer.corrections.all():
            send_now(correction)
        self.assertEqual(self.shown(visitor), ["<p>How much?</p>", "<p>Eleven.</p>"])

    def test_nobody_reads_what_is_anothers(self):
        lev, mallory = self.enter(), self.enter(email="bea@alpha.example")
        self.answers(self.says(lev, "Secret").ticket, "A secret answer")
        self.says(mallory, "I am Bea, what did I write?")
        self.assertEqual(self.shown(mallory), ["<p>I am Bea, what did I write?</p>"])
        self.assertNotEqual(self.talk(mallory).client, self.bea)
        self.assertIsNone(by_pass(self.chat, keep_pass(lev).replace(lev.key, mallory.key)))
        self.assertIsNone(by_pass(self.chat, look_pass(lev)))
        self.assertIsNone(by_look_pass(self.chat, look_pass(lev, at=now() - timedelta(hours=2))))
        self.assertEqual(by_look_pass(self.chat, look_pass(lev)), lev)

    def test_a_merged_talk_goes_on_where_it_went_and_comes_back(self):
        lev, mia = self.enter(), self.enter()
        one, other = self.says(lev, "One").ticket, self.says(mia, "Other").ticket
        merge(one, other, by=self.ana)
        self.assertEqual(self.says(lev, "Still me").ticket, other)
        self.assertEqual(self.shown(mia), ["<p>Other</p>"])
        separate(Ticket.objects.get(pk=one.pk), by=self.ana)
        self.assertEqual(self.says(lev, "Back").ticket, one)

    def test_a_resolved_talk_opens_again_and_one_closed_long_ago_is_followed_by_a_new_one(self):
        visitor = self.enter()
        ticket = self.says(visitor, "Hello").ticket
        ticket.set_state(Ticket.State.RESOLVED, by=self.ana)
        self.assertEqual(self.says(visitor, "Not yet").ticket.state, Ticket.State.OPEN)
        Ticket.objects.filter(pk=ticket.pk).update(state=Ticket.State.CLOSED, state_at=now() - timedelta(days=400))
        new = self.says(visitor, "Something else").ticket
        self.assertNotEqual(new, ticket)
        self.assertEqual(self.says(visitor, "And more").ticket, new)

    def test_ending_is_told_once_and_writing_goes_on(self):
        visitor = self.enter()
        self.assertFalse(visitor.end())
        ticket = self.says(visitor, "Bye").ticket
        self.assertTrue(visitor.end())
        self.assertFalse(visitor.end())
        self.assertEqual(kinds(ticket).count("chat.ended"), 1)
        self.says(visitor, "One more thing")
        self.assertIsNone(visitor.ended_at)

    def test_while_nobody_is_there_it_is_left_for_whoever_has_the_e_mail(self):
        visitor = self.enter()
        message = self.says(visitor, "Call me", email="bea@alpha.example")
        self.assertEqual(message.ticket.client, self.bea)
        answer = reply(message.ticket, by=self.ana, text="We will.")
        self.assertEqual([(each.channel, each.address) for each in answer.deliveries.all()],
                         [(self.mailbox, "bea@alpha.example")])  # fmt: skip
        self.assertIsNone(visitor.ticket)
        self.assertEqual(self.shown(visitor), ["<p>Call me</p>"])

    def test_where_the_visitor_is_stands_beside_the_message_without_secrets(self):
        visitor = self.enter()
        page = Page.of("https://shop.example/cart?token=secret#x", "Cart <b>")
        self.assertEqual(self.says(visitor, "Hi", page=page).cards[0]["url"], "https://shop.example/cart")
        for hostile in ("javascript:alert(1)", 'https://x"onload=1', "data:text/html,x", ""):
            self.assertEqual(Page.of(hostile, "").url, "")


class LimitsTests(ChatTestCase):
    def test_what_is_required_must_be_filled_in(self):
        options = ChatOptions(asks_email="required", asks_phone="optional", consent=ConsentText("I agree.", 2))
        self.chat.options = options.as_json()
        for said in ({}, {"email": "nobody"}, {"email": "a@b.example", "phone": "12"}, {"email": "a@b.example"}):
            with self.subTest(said), self.assertRaises(Refused):
                self.enter(**said)
        visitor = self.enter(email="a@b.example", phone="8 916 000-00-01", consent="2")
        self.assertEqual((visitor.email, visitor.phone), ("a@b.example", "+79160000001"))
        message = self.says(visitor, "Hello")
        agreement = Agreement.objects.get()
        self.assertEqual((agreement.text, agreement.version, agreement.person), ("I agree.", 2, message.person))

    def test_too_much_is_refused_and_what_was_taken_is_not(self):
        visitor = self.enter()
        said = [Said(id=f"{number:032x}", text="x") for number in range(limits.AT_ONCE + 1)]
        for each in said[:-1]:
            say(visitor, each, network=NETWORK)
        with self.assertRaises(limits.TooFast):
            say(visitor, said[-1], network=NETWORK)
        say(visitor, said[0], network=NETWORK)
        self.assertFalse(Knock.objects.filter(key__contains=NETWORK).exists())

    def test_programs_empty_and_endless_messages_and_blocked_visitors_are_refused(self):
        visitor = self.enter()
        refused = {
            "program": ({"text": "x", "files": (SimpleUploadedFile("a.PDF.exe", b"MZ"),)}, FileRefused),
            "empty": ({"text": " "}, Refused),
            "endless": ({"text": "x" * 5000}, Refused),
            "id": ({"text": "x", "id": "1"}, Refused),
        }
        for name, (said, refusal) in refused.items():
            with self.subTest(name), self.assertRaises(refusal):
                self.says(visitor, **({"text": ""} | said))
        self.says(visitor, "Hello")
        self.assertTrue(visitor.block(by=self.ana))
        with self.assertRaises(Blocked):
            self.says(visitor, "Hello?")
        self.assertTrue(visitor.unblock(by=self.ana))
        self.says(visitor, "Thanks")

    def test_any_bytes_are_read_or_dropped(self):
        for body in (b"", b"{}", b"[1]", b"\xff", b'{"visitor": 1}', b'{"visitor":"a","email":"","page":3}'):
            with self.subTest(body):
                self.assertEqual(Chat().read(RawMessage(body=body)), Dropped(Reason.MALFORMED))

    def test_what_is_old_is_forgotten(self):
        silent, talker = self.enter(), self.enter()
        self.says(talker, "Hello")
        Visitor.objects.update(created_at=now() - timedelta(days=2))
        Knock.objects.update(at=now() - timedelta(hours=2))
        self.assertTrue(limits.forget())
        self.assertFalse(limits.forget())
        self.assertEqual(list(Visitor.objects.all()), [talker])
        self.assertFalse(Knock.objects.exists())
        self.assertTrue(talker.is_here(talker.seen_at + HERE / 2))
        self.assertNotEqual(silent, talker)
