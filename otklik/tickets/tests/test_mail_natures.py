"""What becomes of bounces, notices, spam and loops; and of mails that bear a name which is taken."""

from datetime import timedelta

from django.utils.timezone import now

from otklik.lib.inbound import Dropped, Inbound, Nature, Reason, Report, Sender
from otklik.testing import CastTestCase, kinds
from otklik.tickets.intake import LOOP_MAX, receive
from otklik.tickets.models import Delivery, Message, RawMessage, Ticket
from otklik.tickets.replying import reply

BEA = Sender("email", "bea@alpha.example", "Bea")
DAEMON = Sender("email", "mailer-daemon@alpha.example", "Mail Delivery System")
WHY = "5.1.1 550 No such user"


class NatureTestCase(CastTestCase):
    def arrive(self, name="<one@alpha.example>", at=None, **rest):
        mail = Inbound(**({"external_id": name, "sender": BEA, "text": "Help!"} | rest))
        return receive(mail, channel=self.mailbox, at=at)


class BounceTests(NatureTestCase):
    def setUp(self) -> None:
        self.sent = reply(self.ticket, by=self.ana, text="Try water.")
        self.delivery = self.sent.deliveries.get()
        self.delivery.mark_sent()

    def bounce(self, recipient="bea@alpha.example", reason="bad_address", **rest):
        report = Report(recipient, WHY, (self.sent.external_id,), reason)
        about = {"replies_to": report.message_ids, "reports": (report,), "nature": Nature.BOUNCE, "sender": DAEMON}
        return self.arrive("<bounce@alpha.example>", **(about | rest))

    def test_the_delivery_has_failed_and_says_why(self):
        self.bounce()
        delivery = Delivery.objects.get()
        self.assertEqual((delivery.status, delivery.error, delivery.reason), ("failed", WHY, "bad_address"))
        self.assertIn("delivery.failed", kinds(self.ticket))
        self.assertTrue(delivery.send_again())

    def test_the_address_is_marked_until_its_owner_writes(self):
        self.bounce()
        address = self.bea.addresses.get()
        self.assertEqual(address.failing_why, WHY)
        self.arrive()
        address.refresh_from_db()
        self.assertIsNone(address.failing_since)
        self.assertEqual(kinds(self.bea)[-2:], ["address.failing", "address.working"])

    def test_an_address_that_only_did_not_like_this_mail_is_not_marked(self):
        self.bounce(reason="unwanted")
        self.assertEqual(Delivery.objects.get().status, "failed")
        self.assertIsNone(self.bea.addresses.get().failing_since)

    def test_a_recipient_whom_the_server_refuses_at_once_is_marked_too(self):
        self.sent = reply(self.ticket, by=self.ana, text="Try ice.")
        delivery = self.sent.deliveries.get()
        delivery.mark_failed(WHY, retry=False, reason="bad_address")
        self.assertEqual(self.bea.addresses.get().failing_why, WHY)

    def test_our_own_server_s_trouble_says_nothing_of_the_address(self):
        self.sent = reply(self.ticket, by=self.ana, text="Try ice.")
        self.sent.deliveries.get().mark_failed("535 No", retry=False, reason="refused")
        self.assertIsNone(self.bea.addresses.get().failing_since)

    def test_it_lies_on_the_ticket_which_is_ours_to_act_on(self):
        message = self.bounce().message
        self.assertEqual((message.ticket, message.nature, message.is_automatic), (self.ticket, "bounce", True))
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).state, "open")

    def test_a_report_of_another_s_mail_marks_nothing_and_is_dropped(self):
        foreign = Report("bea@alpha.example", WHY, ("<other@x.example>",))
        self.assertEqual(self.bounce(reports=(foreign,), replies_to=()), Dropped(Reason.STRAY_NOTICE))
        self.assertEqual(Delivery.objects.get().status, "sent")

    def test_of_several_recipients_the_named_one_failed(self):
        Delivery.objects.create(
            message=self.sent, channel=self.mailbox, person=self.carl, address="carl@elsewhere.example"
        )
        self.bounce("CARL@elsewhere.example")
        self.assertEqual(Delivery.objects.failed().get().person, self.carl)

    def test_a_delay_is_noted_only(self):
        self.bounce(nature=Nature.DELAYED, reports=())
        self.assertEqual(Delivery.objects.get().status, "sent")


class QuietTests(NatureTestCase):
    def test_nothing_a_program_wrote_reopens_or_moves_up(self):
        self.ticket.set_state("resolved", by=self.ana)
        before = Ticket.objects.get(pk=self.ticket.pk)
        first = self.ticket.messages.get().external_id
        for nature in set(Nature) - {Nature.PERSONAL}:
            with self.subTest(nature):
                message = self.arrive(f"<{nature}@alpha.example>", nature=nature, replies_to=(first,)).message
                self.assertEqual((message.ticket, message.nature), (self.ticket, nature))
        after = Ticket.objects.get(pk=self.ticket.pk)
        self.assertEqual((after.state, after.active_at, after.excerpt), ("resolved", before.active_at, before.excerpt))

    def test_spam_is_filed_low_and_marked(self):
        ticket = self.arrive(nature=Nature.SPAM).message.ticket
        self.assertEqual((ticket.priority, [tag.name for tag in ticket.tags.all()]), (Ticket.Priority.LOW, ["spam"]))

    def test_two_programs_that_answer_each_other_are_stopped(self):
        first, at = self.ticket.messages.get().external_id, now()
        arrived = [
            self.arrive(f"<{number}@alpha.example>", at + timedelta(seconds=number), replies_to=(first,)).message
            for number in range(LOOP_MAX + 1)
        ]
        self.assertEqual([message.nature for message in arrived[-3:]], ["", "loop", "loop"])
        later = self.arrive("<later@alpha.example>", at + timedelta(hours=2), replies_to=(first,)).message
        self.assertEqual(later.nature, "")


class ThreadingTests(NatureTestCase):
    def test_a_number_in_the_subject_counts_for_whoever_takes_part(self):
        mine = self.arrive(subject_number=self.ticket.pk).message.ticket
        stranger = Sender("email", "eve@evil.example")
        theirs = self.arrive("<two@evil.example>", sender=stranger, subject_number=self.ticket.pk).message.ticket
        self.assertEqual(mine, self.ticket)
        self.assertNotEqual(theirs, self.ticket)

    def test_another_mail_under_the_same_name_is_not_lost(self):
        first = self.arrive().message
        second = self.arrive(text="Something else.").message
        self.assertNotEqual(first.pk, second.pk)
        self.assertEqual(self.arrive(text="Something else."), Dropped(Reason.DUPLICATE))
        self.assertEqual(self.arrive(), Dropped(Reason.DUPLICATE))
        self.assertEqual(Message.objects.filter(person=self.bea, text="Something else.").count(), 1)

    def test_whoever_writes_under_the_name_of_our_answer_is_heard(self):
        sent = reply(self.ticket, by=self.ana, text="Try water.")
        self.assertEqual(self.arrive(sent.external_id).message.text, "Help!")
        back = Sender("email", "support@demo.example")
        self.assertEqual(self.arrive(sent.external_id, sender=back), Dropped(Reason.DUPLICATE))

    def test_a_reason_is_told_in_words(self):
        raw = RawMessage(reason="stray_notice")
        self.assertIn("not ours", raw.reason_label)
        self.assertEqual(RawMessage(reason="ValueError: x").reason_label, "ValueError: x")
