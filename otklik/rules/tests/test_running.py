"""Rules on real tickets: once on each event, in order, told by name, and never in circles."""

from datetime import timedelta
from unittest import mock

from django.db import OperationalError
from django.utils.timezone import now

from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.lib.rulebook import rulebook
from otklik.rules.models import FAILURES, LEASE, OFTEN, Occasion, Rule, RuleRun
from otklik.rules.running import CHAIN, prune, run, run_due
from otklik.testing import kinds, react_to_all
from otklik.tickets.models import Ticket

from .scene import HOUR, RulesTestCase, is_, make_rule

HIGH = {"do": "priority", "value": "3"}


class RunningTests(RulesTestCase):
    def fresh(self) -> Ticket:
        return Ticket.objects.get(pk=self.ticket.pk)

    def test_a_rule_does_what_it_says_and_the_history_names_it(self):
        rule = make_rule("Fire", "ticket.opened", do=[HIGH, {"do": "tag", "value": "hot"}],
                         conditions=is_("text", "fire", "contains"))  # fmt: skip
        self.work()
        self.assertEqual(self.fresh().priority, Ticket.Priority.HIGH)
        self.assertEqual(self.outcomes(rule), ["did", "did", "would_not"])
        line = narrate(Event.objects.about(self.ticket).filter(kind="ticket.tagged"))[0]
        self.assertEqual((line.who, line.sentence), ("Fire", "Tag added: hot"))

    def test_it_runs_once_on_each_event_however_often_it_is_asked(self):
        rule = make_rule("Note", "ticket.opened", do=[{"do": "note", "value": "Seen, {client}."}])
        self.work()
        self.work()
        self.assertEqual(self.outcomes(rule), ["did"] * 3)
        self.assertEqual(self.ticket.messages.get(is_note=True).text, "Seen, Bea Orlova.")

    def test_the_condition_that_kept_it_from_running_is_kept(self):
        rule = make_rule("Never", "ticket.opened", do=[HIGH], conditions=is_("type", "complaint"))
        self.work()
        first = rule.runs.first()
        self.assertEqual((first.outcome, first.why, first.failing["if"]), ("would_not", "condition", "type"))

    def test_what_is_so_already_is_no_deed(self):
        rule = make_rule("Normal", "ticket.opened", do=[{"do": "priority", "value": "2"}])
        self.work()
        self.assertEqual(set(self.outcomes(rule)), {"nothing"})

    def test_rules_go_in_order_and_one_may_be_the_last(self):
        make_rule("Second", "ticket.opened", position=2, do=[{"do": "tag", "value": "second"}])
        make_rule("First", "ticket.opened", position=1, do=[{"do": "tag", "value": "first"}], is_last=True)
        self.work()
        self.assertEqual([tag.name for tag in self.ticket.tags.all()], ["first"])

    def test_one_that_does_not_hold_stops_no_other(self):
        make_rule("First", "ticket.opened", position=1, do=[HIGH], is_last=True, conditions=is_("type", "complaint"))
        second = make_rule("Second", "ticket.opened", position=2, do=[{"do": "tag", "value": "second"}])
        self.work()
        self.assertEqual(set(self.outcomes(second)), {"did"})

    def test_what_happened_before_it_was_switched_on_is_none_of_its_business(self):
        make_rule("Late", "ticket.opened", do=[HIGH], active_since=now() + HOUR)
        self.work()
        self.assertFalse(Occasion.objects.exists() or RuleRun.objects.exists())

    def test_all_or_nothing_of_its_actions_is_done(self):
        wrong = {"do": "assignee", "value": str(self.omar.pk)}
        rule = make_rule("Wrong", "ticket.opened", do=[HIGH, wrong])
        react_to_all("rules")
        run_due()
        self.assertEqual(self.fresh().priority, Ticket.Priority.NORMAL)
        first = rule.runs.first()
        self.assertEqual((first.outcome, first.why), ("failed", "error"))
        self.assertIn("does not answer for the team", first.error)

    def test_trouble_of_the_store_is_not_the_rules_and_is_tried_again(self):
        rule = make_rule("All", "ticket.opened", do=[HIGH])
        react_to_all("rules")
        broken = mock.patch.object(Ticket, "set_priority", side_effect=OperationalError("deadlock detected"))
        with broken, self.assertRaises(OperationalError):
            run_due()
        self.assertFalse(rule.runs.exists())
        run_due(now() + LEASE)
        self.assertEqual(set(self.outcomes(rule)), {"did"})

    def test_what_was_looked_at_before_the_store_failed_is_not_done_twice(self):
        rule = make_rule("All", "ticket.opened", do=[HIGH])
        react_to_all("rules")
        set_, tickets = Ticket.set_priority, []

        def fails_second(ticket: Ticket, *args, **how) -> bool:
            tickets.append(ticket)
            if len(tickets) == 2:
                raise OperationalError("database is locked")
            return set_(ticket, *args, **how)

        with mock.patch.object(Ticket, "set_priority", fails_second):
            with self.assertRaises(OperationalError):
                run_due()
            self.assertEqual(self.outcomes(rule), ["did"])
            run_due(now() + LEASE)
        self.assertEqual(set(self.outcomes(rule)), {"did"})
        self.assertEqual(len(tickets), Event.objects.filter(kind="ticket.priority_changed").count() + 1)
        self.assertFalse(Occasion.objects.exists())

    def test_a_merged_ticket_is_left_alone(self):
        Ticket.objects.filter(pk=self.ticket.pk).update(merged_into=self.other)
        rule = make_rule("All", "ticket.opened", do=[HIGH])
        self.work()
        self.assertEqual(rule.runs.filter(ticket=self.ticket).count(), 0)

    def test_a_claimed_occasion_is_not_taken_again_before_the_lease_ends(self):
        make_rule("All", "ticket.opened", do=[HIGH])
        react_to_all("rules")
        one = Occasion.objects.first()
        same = Occasion.objects.get(pk=one.pk)
        self.assertEqual((one.claim(at=now()), same.claim(at=now())), (True, False))

    def test_what_was_long_ago_is_forgotten(self):
        rule = make_rule("All", "ticket.opened", do=[HIGH], conditions=is_("type", "question"))
        self.work()
        self.assertFalse(prune())
        rule.runs.filter(ticket=self.ticket).update(at=now() - timedelta(days=91))
        self.assertTrue(prune())
        self.assertEqual(rule.runs.count(), 2)


class CircleTests(RulesTestCase):
    def test_a_rule_does_not_run_on_what_it_caused_itself(self):
        rule = make_rule("Self", "ticket.tagged", "ticket.opened", do=[{"do": "tag", "value": "x"}])
        self.work()
        self.assertEqual(self.outcomes(rule), ["did"] * 3)

    def test_a_chain_of_rules_ends(self):
        for number in range(CHAIN + 2):
            kinds_ = ["ticket.opened"] if number == 0 else ["ticket.tagged"]
            wanted = {} if number == 0 else is_("tag", number - 1)
            make_rule(
                f"R{number}", *kinds_, do=[{"do": "tag", "value": str(number)}], conditions=wanted, position=99 - number
            )
        self.work()
        self.assertEqual(sorted(tag.name for tag in self.ticket.tags.all()), ["0", "1", "2", "3", "4"])
        self.assertTrue(RuleRun.objects.filter(why="chain").exists())

    def test_one_that_runs_in_a_circle_switches_itself_off_and_says_so(self):
        rule = make_rule("Note", "ticket.renamed", do=[{"do": "note", "value": "Renamed."}])
        book = rulebook()
        for number in range(OFTEN + 1):
            self.ticket.set_subject(f"Subject {number}", by=self.ana)
            run([rule], Event.objects.latest("id"), book=book, at=now())
        rule.refresh_from_db()
        self.assertEqual((rule.is_active, rule.switched_off_why), (False, Rule.Why.TOO_OFTEN))
        self.assertEqual(self.outcomes(rule).count("did"), OFTEN)
        self.assertEqual(kinds(rule), ["rule.switched_off"])
        self.assertIn("more than ten times", narrate(Event.objects.about(rule))[0].sentence)

    def test_one_that_always_fails_switches_itself_off(self):
        rule = make_rule("Gone", "ticket.renamed", do=[{"do": "field:gone", "value": "x"}])
        book = rulebook()
        for number in range(FAILURES):
            self.assertTrue(Rule.objects.get(pk=rule.pk).is_active)
            self.ticket.set_subject(f"Subject {number}", by=self.ana)
            run([rule], Event.objects.latest("id"), book=book, at=now())
        rule.refresh_from_db()
        self.assertEqual((rule.is_active, rule.switched_off_why), (False, Rule.Why.FAILED))

    def test_switched_on_again_it_begins_anew(self):
        rule = make_rule("Gone", "ticket.renamed", do=[HIGH], on=False, switched_off_why="failed")
        self.assertTrue(rule.switch_on(by=self.admin))
        self.assertFalse(rule.switch_on(by=self.admin))
        self.assertEqual((rule.switched_off_why, kinds(rule)), ("", ["rule.switched_on"]))
