"""The duty that sends: the channels beside each other, and what takes long stays claimed."""

import threading
from datetime import timedelta
from unittest import mock

from django.db import DatabaseError, transaction
from django.test import TransactionTestCase
from django.utils.timezone import now

from otklik.clients.models import identify
from otklik.staff.models import Company, Team
from otklik.testing import make_mailbox, make_member, make_ticket
from otklik.tickets import sending
from otklik.tickets.models import Channel, Delivery
from otklik.tickets.models.delivery import LEASE
from otklik.tickets.replying import reply
from otklik.tickets.sending import Senders
from tests.installation import eventually

PATIENCE = 20.0  # seconds


class Servers:
    """The mailboxes’ servers: those of `silent` say nothing until they are let."""

    def __init__(self) -> None:
        self.silent: set[str] = set()
        self.asked: list[str] = []
        self.may_answer = threading.Event()

    def send(self, delivery: Delivery) -> None:
        self.asked.append(delivery.channel.address)
        if delivery.channel.address in self.silent:
            self.may_answer.wait(PATIENCE)


class SendersTests(TransactionTestCase):
    def setUp(self) -> None:
        Company.objects.create(name="Demo")
        self.team = Team.objects.create(name="Support")
        self.ana = make_member("Ana Belova", self.team)
        self.servers = Servers()
        patched = mock.patch.object(Channel, "adapter", self.servers)
        patched.start()
        self.addCleanup(patched.stop)
        self.duty = Senders()
        self.addCleanup(self.duty.close)
        self.addCleanup(self.servers.may_answer.set)

    def answer(self, address: str, text: str = "Is it still on fire?") -> Delivery:
        mailbox = Channel.objects.filter(address=address).first() or make_mailbox(address, self.team)
        with transaction.atomic():
            bea = identify("email", "bea@alpha.example", name="Bea")
        return reply(make_ticket(bea, mailbox), by=self.ana, text=text).deliveries.get()

    def is_sent(self, delivery: Delivery) -> bool:
        self.duty()
        return Delivery.objects.filter(pk=delivery.pk).exclude(sent_at=None).exists()

    def test_a_silent_server_holds_up_no_other_mailbox(self) -> None:
        self.servers.silent = {"slow@demo.example"}
        waiting = [self.answer("slow@demo.example"), self.answer("slow@demo.example")]
        quick = self.answer("quick@demo.example")
        self.assertTrue(eventually(lambda: self.is_sent(quick), within=PATIENCE / 2))
        self.assertFalse(any(self.is_sent(delivery) for delivery in waiting))
        self.servers.may_answer.set()
        self.assertTrue(eventually(lambda: all(self.is_sent(delivery) for delivery in waiting), within=PATIENCE))
        self.assertEqual(sorted(self.servers.asked), ["quick@demo.example", *["slow@demo.example"] * 2])

    def test_what_takes_longer_than_the_lease_is_not_sent_by_a_second_worker(self) -> None:
        self.servers.silent = {"slow@demo.example"}
        delivery = self.answer("slow@demo.example")
        self.duty()
        self.assertTrue(eventually(lambda: self.servers.asked))
        Delivery.objects.filter(pk=delivery.pk).update(due_at=now() + timedelta(seconds=1))  # four minutes later
        with mock.patch.object(sending, "KEEP_EVERY", 0):
            self.duty()
        delivery.refresh_from_db()
        self.assertGreater(delivery.due_at, now() + LEASE - timedelta(seconds=30))

    def test_closing_ends_after_the_mail_that_is_under_way(self) -> None:
        self.servers.silent = {"slow@demo.example"}
        first, second = self.answer("slow@demo.example"), self.answer("slow@demo.example")
        self.duty()
        self.assertTrue(eventually(lambda: self.servers.asked))
        self.duty.stop.set()
        self.servers.may_answer.set()
        self.duty.close()
        sent = list(Delivery.objects.exclude(sent_at=None).values_list("pk", flat=True))
        self.assertEqual((sent, Delivery.objects.get(pk=second.pk).tries), ([first.pk], 0))

    def test_a_store_that_fails_is_told_to_the_duty(self) -> None:
        self.answer("quick@demo.example")
        with mock.patch.object(Delivery, "claim", side_effect=DatabaseError("disk is full")):
            self.duty()
            with self.assertRaisesMessage(DatabaseError, "disk is full"):
                eventually(lambda: self.duty() and False, within=PATIENCE)
