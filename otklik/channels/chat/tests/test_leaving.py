"""What leaves a talk by mail: answers to whoever has gone, the whole talk on request, and all after a hand-over."""

from datetime import timedelta

from django.utils.timezone import now

from otklik.channels.chat.limits import TooFast
from otklik.channels.chat.mailing import mail_talk, mail_unread
from otklik.channels.chat.models import Visitor
from otklik.channels.chat.showing import GONE, talk_of
from otklik.channels.chat.talking import Refused, mark_read
from otklik.channels.email.rendering import render
from otklik.clients.models import Address
from otklik.staff.models import Team
from otklik.tickets.models.terms import Terms
from otklik.tickets.replying import reply
from otklik.tickets.sending import send_now

from .scene import NETWORK, ChatTestCase


class LeavingTests(ChatTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.visitor = self.enter(name="Lev", email="lev@visitor.example")
        self.ticket = self.says(self.visitor, "Where is it?").ticket

    def answer(self):
        message = reply(self.ticket, by=self.ana, text="On its way.")
        send_now(message)
        return message

    def later(self, *, is_here: bool = False) -> bool:
        at = now() + GONE + timedelta(seconds=1)
        Visitor.objects.update(seen_at=at if is_here else now() - GONE)
        return mail_unread(at)

    def addresses(self, message) -> set[str]:
        return set(message.deliveries.values_list("address", flat=True)) - {self.visitor.key}

    def test_an_unread_answer_is_mailed_once_with_the_link_to_the_talk(self):
        message = self.answer()
        self.assertFalse(mail_unread())
        self.assertTrue(self.later())
        self.assertFalse(self.later())
        mail = render(message.deliveries.get(address="lev@visitor.example"))
        self.assertIn("On its way.", mail.body)
        self.assertIn(self.ticket.status_link(self.ticket.client), mail.body)

    def test_whoever_is_there_or_has_read_it_gets_no_mail(self):
        here, seen = self.answer(), self.answer()
        self.later(is_here=True)
        self.assertEqual(self.addresses(here), set())
        mark_read(self.visitor, 10**6)
        self.later()
        self.assertEqual(self.addresses(here) | self.addresses(seen), set())

    def test_who_gave_no_e_mail_finds_the_answer_in_the_chat(self):
        Visitor.objects.update(email="")
        message = self.answer()
        self.assertFalse(self.later())
        self.assertEqual(self.addresses(message), set())

    def test_the_talk_is_mailed_on_request_but_not_again_and_again(self):
        self.answer()
        with self.assertRaises(Refused):
            mail_talk(self.visitor, "nobody", network=NETWORK)
        message = mail_talk(self.visitor, "lev@visitor.example", network=NETWORK)
        self.assertEqual(self.addresses(message), {"lev@visitor.example"})
        written = message.attachments.get().file.read().decode("utf-8-sig")
        self.assertRegex(written, "(?s)Lev:\r\nWhere is it\\?.*Ana Belova:\r\nOn its way.")
        with self.assertRaises(TooFast):
            mail_talk(Visitor.objects.get(), "lev@visitor.example", network=NETWORK)

    def test_handed_to_a_line_that_wants_an_e_mail_it_is_answered_there_and_the_page_says_so(self):
        hotline = Team.objects.create(name="Hotline")
        Terms.objects.create(team=hotline, wants_email=True)
        Address.objects.create(person=self.ticket.client, kind="email", value="lev@checked.example")
        self.assertTrue(self.ticket.hand_to(hotline, by=self.ana))
        self.ticket.refresh_from_db()
        message = reply(self.ticket, by=self.admin, text="Here is your answer.")
        self.assertEqual([(each.channel, each.address) for each in message.deliveries.all()],
                         [(self.mailbox, "lev@checked.example")])  # fmt: skip
        shown = talk_of(Visitor.objects.get())
        self.assertEqual(shown["by_mail"], "l…@checked.example")
        self.assertEqual([each["html"] for each in shown["messages"]], ["<p>Where is it?</p>"])
        chat = self.ticket.client.address("chat")
        self.assertTrue(self.ticket.answer_at(chat, by=self.ana))
        self.assertFalse(self.ticket.answer_at(chat, by=self.ana))
        self.assertEqual(talk_of(Visitor.objects.get())["by_mail"], "")
