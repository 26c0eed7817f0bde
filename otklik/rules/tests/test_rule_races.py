"""Several workers, one event, on a real store with real connections: the rule runs once."""

from django.db import transaction
from django.test import TransactionTestCase
from django.utils.timezone import now

from otklik.clients.models import identify
from otklik.journal.models import Event
from otklik.lib.rulebook import rulebook
from otklik.rules.models import LEASE, RuleRun
from otklik.rules.running import run, run_due
from otklik.staff.models import Company, Team
from otklik.testing import make_mailbox, make_ticket, react_to_all
from otklik.tickets.models import Message
from otklik.tickets.tests.test_races import at_once

from .scene import HOUR, make_rule


class RuleRaceTests(TransactionTestCase):
    def setUp(self) -> None:
        Company.objects.create(name="Demo")
        team = Team.objects.create(name="Support")
        with transaction.atomic():
            bea = identify("email", "bea@alpha.example", name="Bea")
        self.ticket = make_ticket(bea, make_mailbox("support@demo.example", team))
        self.rule = make_rule("Note", "ticket.opened", do=[{"do": "note", "value": "Seen."}])

    def notes(self) -> int:
        return Message.objects.filter(is_note=True).count()

    def tagged(self) -> int:
        return Event.objects.filter(kind="ticket.tagged").count()

    def test_one_event_is_one_run_whoever_is_faster(self):
        event, book = Event.objects.get(kind="ticket.opened"), rulebook()
        runs = at_once(lambda: run([self.rule], event, book=book, at=now()))
        self.assertEqual(len({each.pk for (each,) in runs}), 1)
        self.assertEqual((RuleRun.objects.get().outcome, self.notes()), ("did", 1))

    def test_workers_share_what_is_due(self):
        react_to_all("rules")
        at_once(run_due)
        self.assertEqual((RuleRun.objects.count(), self.notes()), (1, 1))

    def test_one_rule_whose_time_has_come_runs_once(self):
        make_rule("Later", "ticket.opened", do=[{"do": "tag", "value": "old"}], after=HOUR)
        react_to_all("rules")
        run_due(now())
        at_once(lambda: run_due(now() + HOUR))
        self.assertEqual((RuleRun.objects.filter(rule__name="Later").count(), self.tagged()), (1, 1))

    def test_a_worker_whose_lease_ran_out_does_nothing_a_second_time(self):
        react_to_all("rules")
        works = iter([run_due, *[lambda: run_due(now() + 2 * LEASE)] * 3])
        at_once(lambda: next(works)())
        while run_due(now() + 4 * LEASE):
            pass
        self.assertEqual((RuleRun.objects.count(), self.notes()), (1, 1))

    def test_what_a_run_caused_is_known_by_its_transaction(self):
        runs = at_once(lambda: run([self.rule], Event.objects.get(kind="ticket.opened"), book=rulebook(), at=now()))
        caused = Event.objects.get(kind="message.noted")
        self.assertEqual(RuleRun.objects.that_caused(caused), runs[0][0])
        self.assertIsNone(RuleRun.objects.that_caused(Event.objects.get(kind="ticket.opened")))
