"""What meets a merging under way. Each second comer waits for the first one's transaction, on both stores."""

import threading
from collections.abc import Callable
from contextlib import suppress

from django.db import connection, transaction
from django.test import TransactionTestCase

from otklik.clients.models import identify
from otklik.lib.inbound import Inbound, Sender
from otklik.staff.models import Company, Team
from otklik.testing import make_mailbox, make_member, make_ticket
from otklik.tickets.errors import CannotMerge, TicketMerged
from otklik.tickets.intake import receive
from otklik.tickets.merging import merge
from otklik.tickets.models import Message, Ticket
from otklik.tickets.replying import note

A_MOMENT = 0.5


def meanwhile(work: Callable[[], object]) -> threading.Thread:
    """Begin `work` on a connection of its own and give it time to come as far as it can."""

    def run() -> None:
        try:
            with suppress(CannotMerge, TicketMerged):
                work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(A_MOMENT)
    return thread


class MergingRaceTests(TransactionTestCase):
    def setUp(self) -> None:
        Company.objects.create(name="Demo")
        team = Team.objects.create(name="Support")
        self.ana = make_member("Ana Belova", team)
        self.mailbox = make_mailbox("support@demo.example", team)
        with transaction.atomic():
            bea = identify("email", "bea@alpha.example", name="Bea")
        self.first, self.second, self.third = [make_ticket(bea, self.mailbox) for _ in range(3)]

    def ticket(self, number: int) -> Ticket:
        return Ticket.objects.get(pk=number)

    def test_of_two_tickets_merged_into_each_other_at_once_one_remains(self):
        with transaction.atomic():
            merge(self.first, self.second, by=self.ana)
            other = meanwhile(lambda: merge(self.ticket(self.second.pk), self.ticket(self.first.pk), by=self.ana))
        other.join(30)
        self.assertEqual(Ticket.objects.filter(merged_into=None).count(), 2)
        self.assertEqual(Message.objects.filter(ticket__merged_into=None).count(), 3)

    def test_nothing_is_merged_into_a_ticket_that_is_just_merged_away(self):
        with transaction.atomic():
            merge(self.first, self.second, by=self.ana)
            other = meanwhile(lambda: merge(self.ticket(self.third.pk), self.ticket(self.first.pk), by=self.ana))
        other.join(30)
        self.assertEqual(Message.objects.filter(ticket__merged_into=None).count(), 3)

    def test_an_answer_to_a_ticket_that_is_just_merged_away_lands_where_it_is_read(self):
        answered = Message.objects.get(ticket=self.first).external_id or ""
        bea = Sender("email", "bea@alpha.example")
        inbound = Inbound(external_id="<new@x>", sender=bea, text="Still.", replies_to=(answered,))
        with transaction.atomic():
            merge(self.first, self.second, by=self.ana)
            other = meanwhile(lambda: receive(inbound, channel=self.mailbox))
        other.join(30)
        self.assertEqual(Message.objects.get(external_id="<new@x>").ticket, self.second)

    def test_a_note_on_a_ticket_that_is_just_merged_away_is_refused_and_not_lost_from_sight(self):
        stale = self.ticket(self.first.pk)
        with transaction.atomic():
            merge(self.first, self.second, by=self.ana)
            other = meanwhile(lambda: note(stale, by=self.ana, text="Call her."))
        other.join(30)
        self.assertFalse(Message.objects.filter(text="Call her.").exists())
