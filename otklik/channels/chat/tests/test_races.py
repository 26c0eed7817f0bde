"""Two requests at one moment: a message sent twice, and a visitor’s first two messages from two tabs."""

from django.test import TransactionTestCase

from otklik.channels.chat.models import Shown, Visitor
from otklik.channels.chat.talking import Said, begin, say
from otklik.lib.remembered import forget_all
from otklik.staff.models import Company, Team
from otklik.testing import at_once
from otklik.tickets.models import Message, RawMessage, Ticket
from otklik.tickets.raw import read_due

from .scene import NETWORK, make_chat


class RaceTests(TransactionTestCase):
    def setUp(self) -> None:
        forget_all()
        Company.objects.create(name="Demo", language="en")
        self.chat = make_chat(Team.objects.create(name="Support"))
        self.visitor = begin(self.chat, {}, language="en", network=NETWORK)

    def say(self, number: int) -> RawMessage:
        visitor = Visitor.objects.get(pk=self.visitor.pk)
        return say(visitor, Said(id=f"{number:032x}", text=f"Message {number}"), network=NETWORK)

    def settle(self) -> None:
        RawMessage.objects.filter(outcome="").update(due_at=self.visitor.created_at)
        while read_due():
            RawMessage.objects.filter(outcome="").update(due_at=self.visitor.created_at)

    def test_a_double_post_is_one_message(self):
        one, other = at_once(lambda: self.say(1), lambda: self.say(1))
        self.settle()
        self.assertEqual(one.pk, other.pk)
        self.assertEqual((RawMessage.objects.count(), Message.objects.count(), Shown.objects.count()), (1, 1, 1))

    def test_two_tabs_begin_one_ticket(self):
        at_once(lambda: self.say(1), lambda: self.say(2))
        self.settle()
        self.assertEqual((Ticket.objects.count(), Message.objects.count()), (1, 2))
        self.assertEqual(Visitor.objects.get().ticket, Ticket.objects.get())
