"""Two tickets become one whose numbers both lead to it; one message becomes a ticket of its own."""

from otklik.lib.inbound import Inbound, Sender
from otklik.testing import CastTestCase, kinds
from otklik.tickets.errors import CannotMerge, CannotSeparate
from otklik.tickets.intake import receive
from otklik.tickets.merging import merge, separate, split
from otklik.tickets.models import Message, Ticket
from otklik.tickets.replying import reply


class MergingTests(CastTestCase):
    def test_messages_move_and_the_number_still_leads_there(self):
        merge(self.ticket, self.other, by=self.ana)
        old = Ticket.objects.get(pk=self.ticket.pk)
        self.assertEqual(old.survivor(), self.other)
        self.assertEqual(old.state, "closed")
        self.assertEqual(self.other.messages.count(), 2)
        self.assertEqual(kinds(old)[-1], "ticket.merged")
        self.assertEqual(kinds(self.other)[-1], "ticket.absorbed")

    def test_a_chain_of_mergers_resolves(self):
        merge(self.ticket, self.other, by=self.ana)
        merge(self.other, self.foreign, by=self.admin)
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).survivor(), self.foreign)

    def test_another_client_takes_part_afterwards(self):
        merge(self.foreign, self.ticket, by=self.admin)
        self.assertEqual(self.ticket.participants.get().person, self.carl)

    def test_a_ticket_cannot_be_merged_into_itself_twice_or_in_a_circle(self):
        with self.assertRaises(CannotMerge):
            merge(self.ticket, self.ticket, by=self.ana)
        merge(self.ticket, self.other, by=self.ana)
        with self.assertRaises(CannotMerge):
            merge(self.ticket, self.foreign, by=self.admin)
        with self.assertRaises(CannotMerge):
            merge(self.other, self.ticket, by=self.ana)

    def separated(self, ticket: Ticket) -> Ticket:
        separate(Ticket.objects.get(pk=ticket.pk), by=self.admin)
        return Ticket.objects.get(pk=ticket.pk)

    def test_a_merging_is_taken_back_with_all_that_it_brought(self):
        reply(self.ticket, by=self.ana, text="Pour water.")
        before = Ticket.objects.get(pk=self.ticket.pk)
        merge(self.ticket, self.other, by=self.ana)
        after = self.separated(self.ticket)
        self.assertEqual((after.merged_into, after.state, after.active_at), (None, before.state, before.active_at))
        self.assertEqual([row.text for row in after.messages.order_by("pk")], ["It is on fire.", "Pour water."])
        self.assertEqual([row.text for row in self.other.messages.all()], ["Also on fire."])
        self.assertIn("ticket.separated", kinds(after))
        self.assertEqual(kinds(self.other)[-1], "ticket.released")

    def test_what_was_said_since_stays_and_so_does_whoever_said_it(self):
        merge(self.foreign, self.ticket, by=self.admin)
        reply(self.ticket, by=self.ana, text="Both of you: pour water.")
        self.separated(self.foreign)
        self.assertFalse(self.ticket.participants.exists())
        self.assertEqual(
            [row.text for row in self.ticket.messages.order_by("pk")], ["It is on fire.", "Both of you: pour water."]
        )
        merge(self.foreign, self.ticket, by=self.admin)
        Message.objects.create(ticket=self.ticket, person=self.carl, text="Thanks.")
        self.separated(self.foreign)
        self.assertEqual(self.ticket.participants.get().person, self.carl)

    def test_only_the_last_merging_is_taken_back(self):
        with self.assertRaises(CannotSeparate):
            separate(self.ticket, by=self.ana)
        merge(self.ticket, self.other, by=self.ana)
        merge(self.other, self.foreign, by=self.admin)
        with self.assertRaises(CannotSeparate):
            self.separated(self.ticket)
        self.separated(self.other)
        self.assertEqual(self.other.messages.count(), 2)
        self.separated(self.ticket)
        self.assertEqual([row.messages.count() for row in (self.ticket, self.other, self.foreign)], [1, 1, 1])

    def test_splitting_moves_the_message_to_its_authors_ticket(self):
        eve = Sender("email", "eve@else.example", "Eve")
        first = self.ticket.messages.get().external_id
        mail = Inbound(external_id="<2@else.example>", sender=eve, text="Mine too.", replies_to=(first,))
        message = receive(mail, channel=self.mailbox).message
        new = split(message, by=self.ana, subject="Eve’s printer")
        self.assertEqual((new.client.name, new.subject), ("Eve", "Eve’s printer"))
        self.assertEqual(new.messages.get(), message)
        self.assertEqual(self.ticket.messages.count(), 1)
        self.assertEqual(new.links.get().target, self.ticket)
