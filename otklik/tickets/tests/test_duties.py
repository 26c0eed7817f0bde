"""What a worker does with raw messages and deliveries, and what becomes of those that fail."""

from datetime import timedelta
from unittest.mock import patch

from django.test import override_settings
from django.utils.timezone import now

from otklik.lib.inbound import Dropped, Inbound, InboundFile, Sender
from otklik.testing import CastTestCase, kinds
from otklik.tickets.intake import receive
from otklik.tickets.models import Attachment, Channel, Delivery, Message, RawMessage
from otklik.tickets.models.delivery import LEASE, TRIES
from otklik.tickets.raw import TRIES as READ_TRIES
from otklik.tickets.raw import read_due
from otklik.tickets.replying import reply
from otklik.tickets.sending import Held, Postponed, SendFailed, send_due


class Pigeon:
    """A channel whose bytes are its text, and whose letters end as `fate` says."""

    kind, label, icon = "pigeon", "Pigeon", "bird"
    fate: Exception | None = None
    sent: list[str] = []

    def read(self, raw: RawMessage) -> Inbound | Dropped:
        text = bytes(raw.body).decode()
        if text == "nothing":
            return Dropped("empty")
        return Inbound(
            external_id=raw.digest,
            sender=Sender("email", "bea@alpha.example"),
            text=text,
            files=(InboundFile("../../etc/pass\u202ewd.txt", "text/plain", b"bytes"),),
        )

    def send(self, delivery: Delivery) -> None:
        if self.fate:
            raise self.fate
        self.sent.append(delivery.address)


@override_settings(CHANNELS={"pigeon": f"{__name__}.Pigeon", "email": f"{__name__}.Pigeon"})
class DutyCase(CastTestCase):
    def setUp(self) -> None:
        Pigeon.fate = None
        Pigeon.sent.clear()
        self.loft = Channel.objects.create(kind="pigeon", name="Loft", address="loft", team=self.support)


class ReadingTests(DutyCase):
    def arrive(self, body: bytes) -> RawMessage:
        return RawMessage.objects.create(channel=self.loft, digest=body.hex()[:64], body=body)

    def test_a_raw_message_becomes_a_ticket_with_its_file(self):
        raw = self.arrive(b"Help")
        self.assertTrue(read_due())
        raw.refresh_from_db()
        self.assertEqual((raw.outcome, raw.due_at, raw.message.text), ("received", None, "Help"))
        attachment = Attachment.objects.get()
        self.assertEqual((attachment.name, attachment.file.read()), ("passwd.txt", b"bytes"))
        self.assertFalse(read_due())

    def test_what_is_nothing_is_dropped_with_its_reason_and_can_be_read_again(self):
        raw = self.arrive(b"nothing")
        read_due()
        raw.refresh_from_db()
        self.assertEqual((raw.outcome, raw.reason), ("dropped", "empty"))
        self.assertTrue(raw.read_again())
        self.assertTrue(read_due())

    def test_a_message_that_fails_is_kept_tried_again_and_shown_at_last(self):
        raw = self.arrive(b"\xff\xfe not text")
        with self.assertLogs("otklik.tickets.raw", "ERROR"):
            for _try in range(READ_TRIES):
                read_due()
                RawMessage.objects.exclude(due_at=None).update(due_at=now())
        raw.refresh_from_db()
        self.assertEqual((raw.outcome, raw.due_at, raw.tries), ("failed", None, READ_TRIES))
        self.assertIn("UnicodeDecodeError", raw.reason)
        self.assertEqual(list(RawMessage.objects.unread()), [raw])

    def test_one_that_fails_among_others_is_put_off_alone_and_the_others_keep_their_order(self):
        for name in ("First", "poison", "Third", "nothing"):
            self.arrive(name.encode())

        def receive_but_for_poison(inbound, **rest):
            if inbound.text == "poison":
                raise ValueError("poison")
            return receive(inbound, **rest)

        with (
            patch("otklik.tickets.raw.receive", receive_but_for_poison),
            self.assertLogs("otklik.tickets.raw", "ERROR") as logged,
        ):
            self.assertTrue(read_due())
        self.assertEqual(len(logged.records), 1)
        written = Message.objects.filter(via="pigeon").order_by("pk")
        self.assertEqual([message.text for message in written], ["First", "Third"])
        said = RawMessage.objects.order_by("pk").values_list("outcome", "tries", "reason")
        self.assertEqual(
            list(said),
            [("received", 1, ""), ("", 1, "ValueError: poison"), ("received", 1, ""), ("dropped", 1, "empty")],
        )

    def test_what_comes_twice_in_one_batch_is_filed_once(self):
        first, again = self.arrive(b"Help"), RawMessage.objects.create(channel=self.loft, digest="again", body=b"Help")
        with patch.object(Pigeon, "read", lambda _self, _raw: Inbound("same", Sender("email", "b@a.example"), "Help")):
            read_due()
        found = RawMessage.objects.in_bulk([first.pk, again.pk])
        outcomes = [(found[raw.pk].outcome, found[raw.pk].reason) for raw in (first, again)]
        self.assertEqual(outcomes, [("received", ""), ("dropped", "duplicate")])
        self.assertEqual(Message.objects.filter(via="pigeon").count(), 1)

    def test_a_batch_takes_no_more_than_the_memory_may_hold_and_one_at_least(self):
        for body in (b"1" * 70, b"2" * 20, b"3" * 20):
            self.arrive(body)
        with patch("otklik.tickets.raw.BATCH_BYTES", 60):
            left = [RawMessage.objects.due().count() for _batch in range(3) if read_due()]
        self.assertEqual(left, [2, 0])

    def test_a_claimed_message_is_nobody_elses_until_the_lease_ends(self):
        raw = self.arrive(b"Help")
        self.assertTrue(raw.claim())
        self.assertFalse(raw.claim())
        self.assertTrue(raw.claim(at=now() + timedelta(minutes=6)))

    def test_a_message_that_ends_the_worker_each_time_is_given_up(self):
        raw = self.arrive(b"Help")
        RawMessage.objects.update(tries=READ_TRIES)
        read_due()
        raw.refresh_from_db()
        self.assertEqual((raw.outcome, raw.message), ("failed", None))

    def test_a_crash_between_the_ticket_and_the_note_on_the_row_makes_no_second_ticket(self):
        raw = self.arrive(b"Help")
        read_due()
        RawMessage.objects.filter(pk=raw.pk).update(outcome="", due_at=now(), message=None)
        read_due()
        raw.refresh_from_db()
        self.assertEqual((raw.outcome, raw.reason), ("dropped", "duplicate"))
        self.assertEqual(Message.objects.filter(via="pigeon").count(), 1)


class SendingTests(DutyCase):
    def answer(self) -> Delivery:
        return reply(self.ticket, by=self.ana, text="Hello.").deliveries.get()

    def after(self, fate: Exception | None) -> Delivery:
        delivery = self.answer()
        Pigeon.fate = fate
        self.assertTrue(send_due())
        delivery.refresh_from_db()
        return delivery

    def test_a_sent_delivery_is_done(self):
        delivery = self.after(None)
        self.assertEqual((delivery.status, delivery.due_at), ("sent", None))
        self.assertEqual(Pigeon.sent, ["bea@alpha.example"])
        self.assertEqual(kinds(self.ticket)[-1], "delivery.sent")
        self.assertFalse(send_due())

    def test_a_passing_fault_is_tried_again_later(self):
        delivery = self.after(SendFailed("busy", retry=True))
        self.assertEqual((delivery.status, delivery.error), ("waiting", "busy"))
        self.assertGreater(delivery.due_at, now() + timedelta(seconds=20))

    def test_after_the_last_try_the_failure_is_told(self):
        delivery = self.answer()
        Delivery.objects.update(tries=TRIES - 1)
        Pigeon.fate = SendFailed("busy", retry=True)
        send_due()
        delivery.refresh_from_db()
        self.assertEqual(delivery.status, "failed")
        self.assertIn("delivery.failed", kinds(self.ticket))

    def test_a_failed_answer_comes_back_to_whoever_waited_for_the_client(self):
        for state, becomes in (("waiting_client", "open"), ("resolved", "open"), ("waiting_third_party", None)):
            with self.subTest(state):
                Pigeon.fate = SendFailed("no such mailbox", retry=False)
                reply(self.ticket, by=self.ana, text="Hello.", then=state)
                send_due()
                self.ticket.refresh_from_db()
                self.assertEqual(self.ticket.state, becomes or state)

    def test_a_failed_automatic_message_wakes_nobody(self):
        delivery = self.answer()
        Message.objects.filter(pk=delivery.message_id).update(is_automatic=True)
        Pigeon.fate = SendFailed("no such mailbox", retry=False)
        send_due()
        self.ticket.refresh_from_db()
        self.assertEqual(self.ticket.state, "waiting_client")

    def test_a_delivery_without_room_waits_and_that_is_no_try(self):
        until = now() + timedelta(minutes=40)
        delivery = self.after(Postponed(until))
        self.assertEqual((delivery.status, delivery.reason), ("waiting", "limit"))
        self.assertEqual((delivery.due_at, delivery.tries), (until, 0))

    def test_a_refusal_for_good_is_told_at_once_and_can_be_sent_again(self):
        delivery = self.after(SendFailed("no such mailbox", retry=False))
        self.assertEqual((delivery.status, delivery.error), ("failed", "no such mailbox"))
        Pigeon.fate = None
        self.assertTrue(delivery.send_again())
        send_due()
        delivery.refresh_from_db()
        self.assertEqual(delivery.status, "sent")
        self.assertFalse(delivery.send_again())

    def test_a_held_answer_is_in_the_outbox(self):
        delivery = self.after(Held())
        self.assertEqual(delivery.status, "held")
        self.assertEqual(kinds(self.ticket)[-1], "delivery.held")

    def test_our_own_fault_is_seen_on_the_delivery_and_stops_no_other(self):
        add = reply(self.other, by=self.ana, text="Hello.").deliveries.get()
        with self.assertLogs("otklik.tickets.sending", "ERROR"):
            delivery = self.after(KeyError("x"))
        add.refresh_from_db()
        self.assertIn("KeyError", delivery.error)
        self.assertIn("KeyError", add.error)

    def test_a_worker_that_died_loses_its_lease_and_nothing_else(self):
        delivery = self.answer()
        self.assertTrue(delivery.claim())
        self.assertFalse(send_due())
        self.assertTrue(Delivery.objects.get(pk=delivery.pk).claim(at=now() + LEASE))
