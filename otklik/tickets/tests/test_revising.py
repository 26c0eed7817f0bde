"""A message can be changed for half an hour; whoever has it already gets a correction, and nothing is forgotten."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from otklik.channels.email.rendering import render
from otklik.clients.models import Person
from otklik.lib.inbound import InboundFile
from otklik.staff.models import Member
from otklik.testing import CastTestCase, kinds, make_member
from otklik.tickets.errors import EmptyMessage, NotYoursToRevise, TooLateToRevise
from otklik.tickets.files import keep
from otklik.tickets.merging import split
from otklik.tickets.models import Delivery, Message, MessageVersion, Ticket
from otklik.tickets.models.conversation import add_participant
from otklik.tickets.replying import note, reply
from otklik.tickets.revising import can_revise, revise


class RevisingTests(CastTestCase):
    def answer(self, **rest: Any) -> Message:
        return reply(self.ticket, by=self.ana, text="Try water.", **rest)

    def test_what_it_said_before_is_kept_and_the_journal_tells_who_changed_it(self):
        message = self.answer()
        self.assertTrue(revise(message, by=self.ana, text="Try sand."))
        version = MessageVersion.objects.get()
        self.assertEqual((version.text, version.member, message.text), ("Try water.", self.ana, "Try sand."))
        self.assertIsNotNone(message.revised_at)
        self.assertEqual(kinds(self.ticket)[-1], "message.revised")
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).excerpt, "Try sand.")

    def test_the_same_text_again_changes_nothing(self):
        message = self.answer()
        self.assertFalse(revise(message, by=self.ana, text="Try water. "))
        self.assertFalse(MessageVersion.objects.exists())

    def test_only_the_author_and_those_who_lead_may(self):
        lead = make_member("Lena Lead", self.support, role=Member.Role.SUPERVISOR)
        colleague = make_member("Cora Second", self.support)
        message = self.answer()
        for somebody in (colleague, self.olga, self.bea):
            with self.subTest(somebody=somebody), self.assertRaises(NotYoursToRevise):
                revise(message, by=somebody, text="Try sand.")
        for somebody in (self.ana, lead, self.admin):
            with self.subTest(somebody=somebody):
                self.assertTrue(revise(message, by=somebody, text=f"{somebody} was here."))

    def test_after_half_an_hour_it_stays_as_it_is(self):
        message = self.answer()
        late = now() + timedelta(minutes=31)
        self.assertFalse(can_revise(message, self.ana, at=late))
        with self.assertRaisesMessage(TooLateToRevise, "30 minutes"):
            revise(message, by=self.ana, text="Try sand.", at=late)

    def test_nothing_is_no_message(self):
        with self.assertRaises(EmptyMessage):
            revise(self.answer(), by=self.ana, text="  ", html="<p> </p>")

    def test_what_has_not_left_leaves_as_it_is_now(self):
        message = self.answer(send_at=now() + timedelta(hours=1))
        revise(message, by=self.ana, text="Try sand.")
        self.assertIn("Try sand.", str(render(Delivery.objects.get()).body))
        self.assertTrue(message.can_be_undone)

    def test_what_lies_in_the_outbox_is_made_anew(self):
        message = self.answer()
        message.deliveries.get().mark_held()
        revise(message, by=self.ana, text="Try sand.")
        self.assertEqual([row.status for row in Delivery.objects.all()], ["waiting"])

    def test_whoever_has_it_gets_a_correction_and_nobody_else(self):
        Person.objects.update(language="en")
        add_participant(self.ticket, self.carl, by=self.ana)
        message = self.answer()
        message.deliveries.get(person=self.bea).mark_sent()
        message.deliveries.get(person=self.carl).mark_failed("no such box", retry=False)
        revise(message, by=self.ana, text="Try sand.")
        correction = Message.objects.get(corrects=message)
        mail = render(correction.deliveries.get())
        self.assertEqual(mail.to, ["bea@alpha.example"])
        self.assertRegex(mail.body, r"Correction to our message of .*:\n\nTry sand\.")
        self.assertNotIn("> Try", mail.body)
        self.assertNotEqual(correction.external_id, message.external_id)
        self.assertEqual(self.ticket.messages.public().filter(text="Try sand.").get(), message)

    def test_a_worker_that_may_be_sending_it_just_now_counts_as_sent(self):
        message = self.answer()
        message.deliveries.get().claim()
        revise(message, by=self.ana, text="Try sand.")
        self.assertTrue(Message.objects.filter(corrects=message).exists())

    def test_pictures_of_the_text_come_with_the_correction(self):
        picture = keep(InboundFile("a.png", "image/png", b"png", "cid-1"))
        paper = keep(InboundFile("b.txt", "text/plain", b"b"))
        message = self.answer(files=(picture, paper))
        message.deliveries.get().mark_sent()
        revise(message, by=self.ana, text="", html='<p>See</p><img src="cid:cid-1">')
        correction = Message.objects.get(corrects=message)
        self.assertEqual([file.name for file in correction.attachments.all()], ["a.png"])

    def test_a_correction_is_neither_changed_nor_taken_back(self):
        message = self.answer()
        message.deliveries.get().mark_sent()
        revise(message, by=self.ana, text="Try sand.")
        with self.assertRaises(NotYoursToRevise):
            revise(Message.objects.get(corrects=message), by=self.ana, text="Try oil.")

    def test_a_note_is_changed_by_its_author_and_sent_to_nobody(self):
        kept = note(self.ticket, by=self.ana, text="Hm.")
        excerpt = Ticket.objects.get(pk=self.ticket.pk).excerpt
        revise(kept, by=self.ana, text="Ha.")
        self.assertFalse(Delivery.objects.exists())
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).excerpt, excerpt)

    def test_a_client_changes_their_own_message_and_no_other(self):
        message = Message.objects.get(ticket=self.ticket)
        self.assertTrue(revise(message, by=self.bea, text="It only smokes."))
        self.assertEqual(MessageVersion.objects.get().person, self.bea)
        for somebody in (self.carl, self.ana, self.admin):
            with self.subTest(somebody=somebody), self.assertRaises(NotYoursToRevise):
                revise(message, by=somebody, text="It is fine.")
        with self.assertRaises(NotYoursToRevise):
            revise(note(self.ticket, by=self.ana, text="Hm."), by=self.bea, text="Ha.")

    def test_corrections_go_where_their_message_goes(self):
        message = self.answer()
        message.deliveries.get().mark_sent()
        revise(message, by=self.ana, text="Try sand.")
        new = split(message, by=self.ana)
        self.assertEqual(set(Message.objects.filter(corrects=message).values_list("ticket", flat=True)), {new.pk})
