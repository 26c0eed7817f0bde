"""An answer sets out to everybody who takes part, once, and a note to nobody."""

from django.conf import settings

from otklik.clients.models import identify
from otklik.testing import CastTestCase, kinds, make_ticket
from otklik.tickets.errors import EmptyMessage, FilesTooLarge, NobodyToAnswer, TicketMerged
from otklik.tickets.files import Kept
from otklik.tickets.merging import merge
from otklik.tickets.models import Channel, Delivery, Ticket
from otklik.tickets.models.conversation import add_participant
from otklik.tickets.replying import note, reply


class ReplyTests(CastTestCase):
    def test_an_answer_is_a_message_a_delivery_and_a_change_of_state(self):
        message = reply(self.ticket, by=self.ana, text=" Try water. ")
        delivery = Delivery.objects.get()
        self.assertEqual((delivery.message, delivery.address), (message, "bea@alpha.example"))
        self.assertEqual(message.text, "Try water.")
        fresh = Ticket.objects.get(pk=self.ticket.pk)
        self.assertEqual((fresh.state, fresh.assignee), ("waiting_client", self.ana))
        self.assertEqual(fresh.excerpt, "Try water.")

    def test_every_participant_gets_a_delivery(self):
        add_participant(self.ticket, self.carl, by=self.ana)
        reply(self.ticket, by=self.ana, text="Hello both.")
        self.assertEqual(
            [delivery.address for delivery in Delivery.objects.order_by("pk")],
            ["bea@alpha.example", "carl@elsewhere.example"],
        )

    def test_an_answer_can_resolve(self):
        reply(self.ticket, by=self.ana, text="Done.", then="resolved")
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).state, "resolved")

    def test_an_answer_of_an_outsider_does_not_take_the_ticket(self):
        reply(self.ticket, by=self.admin, text="Hello.")
        self.assertIsNone(Ticket.objects.get(pk=self.ticket.pk).assignee)

    def test_a_note_goes_to_nobody_and_changes_no_state(self):
        note(self.ticket, by=self.ana, text="Rude.")
        self.assertFalse(Delivery.objects.exists())
        fresh = Ticket.objects.get(pk=self.ticket.pk)
        self.assertEqual((fresh.state, fresh.excerpt), ("new", "It is on fire."))
        self.assertEqual(kinds(self.ticket)[1:], ["message.noted"])

    def test_nothing_to_say_is_refused(self):
        with self.assertRaises(EmptyMessage):
            reply(self.ticket, by=self.ana, text="  ")

    def test_more_than_a_message_may_carry_is_refused(self):
        half = Kept("ab/cd", "film.mp4", "video/mp4", settings.MESSAGE_MAX_BYTES // 2 + 1)
        with self.assertRaises(FilesTooLarge):
            reply(self.ticket, by=self.ana, text="Look", files=(half, half))
        self.assertEqual(self.ticket.messages.count(), 1)

    def test_nobody_to_write_to_is_refused(self):
        dan = identify("phone", "8 831 200-00-16", name="Dan")
        Ticket.objects.filter(pk=self.ticket.pk).update(client=dan, address=None)
        with self.assertRaises(NobodyToAnswer):
            reply(Ticket.objects.get(pk=self.ticket.pk), by=self.ana, text="Hello.")

    def test_a_merged_ticket_is_answered_where_it_lives_on(self):
        merge(self.ticket, self.other, by=self.ana)
        with self.assertRaises(TicketMerged):
            reply(self.ticket, by=self.ana, text="Hello.")

    def test_a_form_is_answered_by_its_mailbox(self):
        form = Channel.objects.create(
            kind="webform", name="Form", address="form", team=self.support, answers_by=self.sales_box
        )
        reply(make_ticket(self.bea, form), by=self.ana, text="Hello.")
        self.assertEqual(Delivery.objects.get().channel, self.sales_box)
