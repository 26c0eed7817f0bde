"""Several workers at once, on a real store with real connections: each thing happens once."""

import threading
from collections.abc import Callable

from django.db import IntegrityError, connection, transaction
from django.test import TransactionTestCase

from otklik.clients.models import Address, Person, identify
from otklik.journal.models import Event
from otklik.lib.inbound import Inbound, Sender
from otklik.staff.models import Company, Team
from otklik.testing import make_mailbox, make_member, make_ticket
from otklik.tickets import dates
from otklik.tickets.errors import CannotMerge
from otklik.tickets.intake import receive
from otklik.tickets.merging import merge
from otklik.tickets.models import AwaitedDate, Delivery, Message, RawMessage, Ticket, TicketField
from otklik.tickets.replying import reply
from otklik.tickets.undoing import undo

THREADS = 4


def at_once(work: Callable[[], object]) -> list[object]:
    """Run the same work in several threads that start together; what each answered or raised."""
    barrier, answers = threading.Barrier(THREADS), []

    def run() -> None:
        barrier.wait(10)
        try:
            answers.append(work())
        except (IntegrityError, CannotMerge) as refusal:
            answers.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


class RaceTests(TransactionTestCase):
    def setUp(self) -> None:
        Company.objects.create(name="Demo")
        self.team = Team.objects.create(name="Support")
        self.ana = make_member("Ana Belova", self.team)
        self.mailbox = make_mailbox("support@demo.example", self.team)
        with transaction.atomic():
            self.bea = identify("email", "bea@alpha.example", name="Bea")
        self.ticket = make_ticket(self.bea, self.mailbox)

    def test_resolving_at_once_happens_once(self):
        answers = at_once(lambda: Ticket.objects.get(pk=self.ticket.pk).set_state("resolved", by=self.ana))
        self.assertEqual(sorted(answers), [False, False, False, True])
        self.assertEqual(Event.objects.filter(kind="ticket.state_changed").count(), 1)

    def test_every_change_starts_from_what_the_one_before_left(self):
        states = iter(["open", "waiting_client", "waiting_third_party", "resolved"])
        at_once(lambda: Ticket.objects.get(pk=self.ticket.pk).set_state(next(states), by=self.ana))
        told = list(Event.objects.filter(kind="ticket.state_changed").values_list("facts", flat=True))
        left = {facts["after"] for facts in told} - {facts["before"] for facts in told}
        self.assertEqual(len(told), 4)
        self.assertEqual(left, {Ticket.objects.get(pk=self.ticket.pk).state})

    def test_one_mail_read_by_many_is_one_message(self):
        mail = Inbound("<x@alpha.example>", Sender("email", "new@alpha.example", "New"), "Help")
        at_once(lambda: receive(mail, channel=self.mailbox))
        self.assertEqual(Message.objects.filter(external_id="<x@alpha.example>").count(), 1)
        self.assertEqual(Ticket.objects.count(), 2)
        self.assertEqual(Address.objects.filter(value="new@alpha.example").count(), 1)
        self.assertEqual(Person.objects.filter(name="New").count(), 1)

    def test_one_raw_message_is_claimed_once(self):
        raw = RawMessage.objects.create(channel=self.mailbox, digest="x", body=b"x")
        self.assertEqual(sorted(at_once(raw.claim)), [False, False, False, True])

    def test_fresh_raw_messages_are_shared_out(self):
        mails = [RawMessage.objects.create(channel=self.mailbox, digest=str(n), body=b"x").pk for n in range(20)]
        answers = at_once(lambda: RawMessage.claim_fresh(mails))
        self.assertEqual(sorted(pk for taken in answers for pk in taken), mails)
        self.assertEqual(RawMessage.claim_fresh(mails), set())

    def test_a_date_that_came_is_noted_once_even_while_its_field_is_laid_anew(self):
        field = TicketField.objects.create(key="answer_by", label="Answer by", kind="date")
        self.ticket.set_field(field, "2026-05-20", by=self.ana)
        at_once(dates.note_due)
        works = iter([lambda: dates.lay_anew(field), *[dates.note_due] * 3])
        at_once(lambda: next(works)())
        while dates.note_due():
            pass
        self.assertEqual(Event.objects.filter(kind=dates.CAME).count(), 1)
        self.assertFalse(AwaitedDate.objects.exists())

    def test_of_dates_filled_in_while_their_field_is_laid_the_last_one_is_awaited(self):
        field = TicketField.objects.create(key="answer_by", label="Answer by", kind="date")
        days = iter(["2099-05-21", "2099-05-22", "2099-05-23", "2099-05-24"])

        def fill_in() -> None:
            Ticket.objects.get(pk=self.ticket.pk).set_field(field, next(days), by=self.ana)

        fill_in()
        works = iter([dates.note_due, *[fill_in] * 3])
        self.assertEqual(at_once(lambda: next(works)()).count(None), 3)
        filled_in = Ticket.objects.get(pk=self.ticket.pk).fields["answer_by"]
        self.assertEqual(AwaitedDate.objects.get().date.isoformat(), filled_in)

    def test_merging_at_once_happens_once(self):
        other = make_ticket(self.bea, self.mailbox)
        at_once(lambda: merge(Ticket.objects.get(pk=self.ticket.pk), other, by=self.ana))
        self.assertEqual(Event.objects.filter(kind="ticket.merged").count(), 1)
        self.assertEqual(other.messages.count(), 2)

    def test_an_answer_is_either_taken_back_or_sent(self):
        for _round in range(5):
            with self.subTest(_round):
                self.race_for(reply(self.ticket, by=self.ana, text="Hello."))

    def race_for(self, message: Message) -> None:
        delivery = message.deliveries.get()
        works = iter([delivery.claim, lambda: undo(message, by=self.ana), delivery.claim, delivery.claim])
        answers = at_once(lambda: next(works)())
        self.assertEqual(sorted(answers), [False, False, False, True])
        is_claimed = Delivery.objects.filter(pk=delivery.pk, tries=1).exists()
        self.assertEqual(Message.objects.filter(external_id=message.external_id).exists(), is_claimed)
