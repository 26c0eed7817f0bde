"""An answer can be taken back until somebody begins to send it, and leaves no trace but a line in the journal."""

from datetime import datetime, timedelta

from django.utils.timezone import now

from otklik.lib.inbound import Inbound, InboundFile, Sender
from otklik.testing import CastTestCase, kinds
from otklik.tickets.files import keep
from otklik.tickets.intake import receive
from otklik.tickets.models import Delivery, Draft, Message, Ticket
from otklik.tickets.models.conversation import add_participant
from otklik.tickets.replying import reply
from otklik.tickets.sending import send_due
from otklik.tickets.undoing import undo


class WaitingTestCase(CastTestCase):
    def written(self, text: str = "Try water.", **rest: object) -> Message:
        return reply(self.ticket, by=self.ana, text=text, send_at=self.later(minutes=5), **rest)

    def later(self, **units: int) -> datetime:
        return now() + timedelta(**units)


class LaterTests(WaitingTestCase):
    def test_nothing_leaves_before_its_time(self):
        self.written()
        self.assertFalse(send_due())
        self.assertTrue(Delivery.objects.due(self.later(minutes=6)).exists())

    def test_the_client_does_not_read_it_before_it_leaves(self):
        message = self.written()
        self.assertNotIn(message, self.ticket.messages.public())

    def test_a_time_that_is_over_means_now(self):
        message = reply(self.ticket, by=self.ana, text="Hello.", send_at=self.later(hours=-1))
        self.assertLess(abs(message.at - now()), timedelta(minutes=1))

    def test_the_ticket_moves_up_when_the_answer_is_written(self):
        self.written()
        self.assertLess(Ticket.objects.get(pk=self.ticket.pk).active_at, self.later(minutes=1))


class UndoTests(WaitingTestCase):
    def test_the_text_is_the_draft_again_and_the_ticket_stands_as_before(self):
        before = Ticket.objects.filter(pk=self.ticket.pk).values("state", "excerpt").get()
        message = self.written(files=(keep(InboundFile("a.txt", "text/plain", b"a")),))
        number = message.pk
        self.assertTrue(undo(message, by=self.ana))
        self.assertEqual(Draft.objects.get().text, "Try water.")
        self.assertEqual(Ticket.objects.filter(pk=self.ticket.pk).values("state", "excerpt").get(), before)
        self.assertFalse(Message.objects.filter(pk=number).exists() or Delivery.objects.exists())
        self.assertEqual(kinds(self.ticket)[-1], "message.taken_back")

    def test_whose_the_ticket_became_by_the_answer_it_is_no_more(self):
        Ticket.objects.filter(pk=self.ticket.pk).update(state="new", assignee=None)
        self.ticket.refresh_from_db()
        message = self.written()
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).assignee, self.ana)
        undo(message, by=self.ana)
        ticket = Ticket.objects.get(pk=self.ticket.pk)
        self.assertEqual((ticket.assignee, ticket.state), (None, "new"))

    def test_whose_it_was_before_or_became_since_it_stays(self):
        for since in (False, True):
            with self.subTest(since):
                Ticket.objects.filter(pk=self.ticket.pk).update(assignee=None if since else self.ana)
                self.ticket.refresh_from_db()
                message = self.written()
                if since:
                    ticket = Ticket.objects.get(pk=self.ticket.pk)
                    ticket.assign_to(None, by=self.admin)
                    ticket.assign_to(self.ana, by=self.admin)
                undo(message, by=self.ana)
                self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).assignee, self.ana)

    def test_what_was_typed_since_stays(self):
        message = self.written()
        Draft.keep(self.ticket, self.ana, is_note=False, text="And also:")
        undo(message, by=self.ana)
        self.assertEqual(Draft.objects.get().text, "Try water.\n\nAnd also:")

    def test_nobody_else_may(self):
        message = self.written()
        self.assertFalse(undo(message, by=self.admin))
        self.assertTrue(Message.objects.filter(pk=message.pk).exists())

    def test_once_a_worker_has_one_of_the_deliveries_it_is_too_late_for_all(self):
        add_participant(self.ticket, self.carl, by=self.ana)
        message = self.written()
        message.deliveries.first().claim(at=self.later(minutes=6))
        self.assertFalse(message.can_be_undone)
        self.assertFalse(undo(message, by=self.ana))
        self.assertEqual(message.deliveries.exclude(due_at=None).count(), 2)

    def test_what_was_tried_before_is_not_taken_back(self):
        message = self.written()
        delivery = message.deliveries.get()
        delivery.claim(at=self.later(minutes=6))
        delivery.mark_failed("no such mailbox", retry=False)
        delivery.send_again()
        self.assertFalse(undo(message, by=self.ana))

    def test_one_that_waits_for_room_can_be_taken_back(self):
        message = reply(self.ticket, by=self.ana, text="Hello.")
        delivery = message.deliveries.get()
        delivery.claim()
        delivery.postpone(self.later(hours=1))
        self.assertTrue(Message.objects.get(pk=message.pk).can_be_undone)
        self.assertTrue(undo(message, by=self.ana))

    def test_a_state_that_somebody_set_since_stays(self):
        message = self.written()
        self.ticket.set_state("resolved", by=self.admin)
        undo(message, by=self.ana)
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).state, "resolved")

    def test_an_answer_of_the_client_meanwhile_keeps_the_ticket_open(self):
        message = self.written()
        mail = Inbound("<y@alpha.example>", Sender("email", "bea@alpha.example"), "Wait!", ticket_number=self.ticket.pk)
        receive(mail, channel=self.mailbox)
        undo(message, by=self.ana)
        fresh = Ticket.objects.get(pk=self.ticket.pk)
        self.assertEqual((fresh.state, fresh.excerpt), ("open", "Wait!"))

    def test_twice_is_once(self):
        message = self.written()
        again = Message.objects.get(pk=message.pk)
        self.assertTrue(undo(message, by=self.ana))
        self.assertFalse(undo(again, by=self.ana))
