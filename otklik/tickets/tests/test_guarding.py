"""An answer does not go past what its writer has not seen."""

from otklik.journal.models import Event
from otklik.lib.inbound import Inbound, Sender
from otklik.testing import CastTestCase
from otklik.tickets.errors import SomethingNew
from otklik.tickets.guarding import news
from otklik.tickets.intake import receive
from otklik.tickets.models import Draft, Message
from otklik.tickets.replying import note, reply
from otklik.tickets.revising import revise


class GuardTests(CastTestCase):
    def seen(self) -> int:
        return Event.objects.about(self.ticket).latest("pk").pk

    def client_writes(self, text: str = "It is out now.") -> None:
        mail = Inbound(f"<{text}@alpha.example>", Sender("email", "bea@alpha.example"), text,
                       ticket_number=self.ticket.pk)  # fmt: skip
        receive(mail, channel=self.mailbox)

    def news(self, seen: int) -> list[str]:
        return [event.kind for event in news(self.ticket, seen, but=self.ana)]

    def test_what_others_say_change_and_decide_is_news(self):
        reply(self.ticket, by=self.admin, text="Hello")
        seen = self.seen()
        self.client_writes()
        note(self.ticket, by=self.admin, text="Hm")
        revise(Message.objects.get(text="It is out now."), by=self.bea, text="It is nearly out.")
        self.ticket.set_state("resolved", by=self.admin)
        said = ["message.received", "message.noted", "message.revised", "ticket.state_changed"]
        self.assertEqual(self.news(seen), said)

    def test_what_one_does_oneself_is_none_nor_what_changes_only_the_properties(self):
        seen = self.seen()
        note(self.ticket, by=self.ana, text="Hm")
        self.ticket.set_state("open", by=self.ana)
        self.ticket.set_priority(4, by=self.admin)
        self.ticket.tag("hot", by=self.admin)
        self.assertEqual(self.news(seen), [])

    def test_what_merely_follows_from_a_message_is_not_told_besides(self):
        self.ticket.set_state("waiting_client", by=self.ana)
        seen = self.seen()
        self.client_writes()
        self.assertEqual(self.news(seen), ["message.received"])

    def test_nothing_is_sent_past_news_and_nothing_is_left_behind(self):
        seen = self.seen()
        self.client_writes()
        Draft.keep(self.ticket, self.ana, is_note=False, text="Pour water.")
        before = Event.objects.count(), Message.objects.count()
        with self.assertRaises(SomethingNew) as held:
            reply(self.ticket, by=self.ana, text="Pour water.", seen=seen)
        self.assertEqual([event.kind for event in held.exception.facts["events"]], ["message.received"])
        self.assertEqual((Event.objects.count(), Message.objects.count()), before)
        self.assertTrue(Draft.objects.exists())
        reply(self.ticket, by=self.ana, text="Pour water.", seen=self.seen())
        reply(self.ticket, by=self.ana, text="Or sand.")
