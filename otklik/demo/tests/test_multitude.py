"""Made-up tickets in any number: whole rows, the same for the same seed, and nothing left to do."""

from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils.timezone import now

from otklik.journal.kinds import KINDS, narrate
from otklik.journal.models import Event, Reader
from otklik.journal.readers import read_on
from otklik.staff.models import Company
from otklik.testing import CastTestCase
from otklik.tickets import search
from otklik.tickets.models import Delivery, Message, Ticket


class MultitudeTests(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.own = Ticket.objects.count()
        call_command("demo", tickets=200, seed=7, verbosity=0)

    def made(self) -> list[Ticket]:
        return list(Ticket.objects.order_by("pk")[self.own :])

    def test_so_many_are_made_in_the_order_of_their_numbers(self):
        times = [ticket.opened_at for ticket in self.made()]
        self.assertEqual(len(times), 200)
        self.assertEqual(times, sorted(times))
        self.assertLess(times[-1], now())

    def test_every_ticket_has_what_its_last_event_says(self):
        for ticket in self.made():
            events = Event.objects.about(ticket)
            self.assertEqual(events[0].kind, "ticket.opened")
            last = events.filter(kind="ticket.state_changed").order_by("at", "id").last()
            self.assertEqual(last.facts["after"] if last else "new", ticket.state)

    def test_every_event_can_be_told(self):
        events = list(Event.objects.all())
        self.assertEqual(len(narrate(events)), len(events))
        for event in events:
            self.assertEqual(event.facts.keys(), KINDS[event.kind].keys.keys())

    def test_every_ticket_begins_with_its_client(self):
        for ticket in self.made():
            first = ticket.messages.first()
            self.assertEqual(first.person, ticket.client)
            self.assertEqual(ticket.address.person, ticket.client)

    def test_every_answer_was_sent(self):
        answers = Message.objects.filter(is_note=False).exclude(member=None).count()
        self.assertEqual(Delivery.objects.exclude(sent_at=None).count(), answers)

    def test_tickets_are_found(self):
        subject = self.made()[0].subject
        self.assertTrue(search.find(subject, member=self.admin).tickets)

    def test_new_rows_are_numbered_after_them(self):
        last = self.made()[-1]
        self.assertGreater(Ticket.objects.create(client=last.client, team=last.team).pk, last.pk)

    def test_nobody_in_the_store_is_said_so(self):
        Ticket.objects.update(assignee=None)
        self.mailbox.__class__.objects.update(is_active=False)
        with self.assertRaises(CommandError):
            call_command("demo", tickets=1, verbosity=0)


class ReaderTests(TestCase):
    def test_readers_that_were_at_the_end_stay_there(self):
        call_command("demo", tickets=20, verbosity=0)
        last = Event.objects.order_by("-tx", "-id").first()
        self.assertEqual(Company.objects.count(), 1)
        self.assertEqual(Reader.objects.get(name="search").position, last.position)

    def test_the_same_seed_makes_the_same_tickets(self):
        call_command("demo", tickets=20, seed=5, verbosity=0)
        call_command("demo", tickets=20, seed=5, verbosity=0)
        made = list(Ticket.objects.order_by("-pk")[:40].values_list("subject", "excerpt"))
        self.assertEqual(made[:20], made[20:])
        self.assertFalse(read_on())
