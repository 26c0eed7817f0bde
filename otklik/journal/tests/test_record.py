"""The journal takes only declared facts, only inside the change that makes them true."""

from django.db import transaction
from django.test import TransactionTestCase, override_settings

from otklik.journal.kinds import KINDS, Kind, as_is, declare, narrate
from otklik.journal.models import Event, Position
from otklik.journal.record import OutsideTransaction, record
from otklik.staff.models import Member
from otklik.testing import CastTestCase

seen: list[str] = []


def note_down(event: Event) -> None:
    seen.append(event.kind)


def break_down(event: Event) -> None:
    raise RuntimeError("no")


class RecordTests(CastTestCase):
    def test_an_undeclared_kind_is_refused(self):
        with self.assertRaises(ValueError):
            record("ticket.vanished", self.ticket)

    def test_missing_and_surplus_facts_are_refused(self):
        for facts in ({}, {"tag": "x", "more": 1}):
            with self.subTest(facts=facts), self.assertRaises(ValueError):
                record("ticket.tagged", self.ticket, **facts)

    def test_a_kind_is_declared_once(self):
        with self.assertRaises(ValueError):
            declare("ticket.tagged", "Tag", "Tag", personal=())

    def test_with_reactions_run_in_the_transaction(self):
        seen.clear()
        with override_settings(REACTIONS={"with": {"ticket.tagged": [f"{__name__}.note_down"]}, "after": {}}):
            self.ticket.tag("vip", by=self.ana)
        self.assertEqual(seen, ["ticket.tagged"])

    def test_a_failing_with_reaction_undoes_the_change(self):
        wiring = {"with": {"ticket.tagged": [f"{__name__}.break_down"]}, "after": {}}
        with override_settings(REACTIONS=wiring), self.assertRaises(RuntimeError):
            self.ticket.tag("vip", by=self.ana)
        self.assertFalse(self.ticket.tags.exists())

    def test_telling_a_history_costs_one_query_for_each_sort_of_name(self):
        for state in ("open", "resolved", "open", "closed"):
            self.ticket.set_state(state, by=self.ana)
        self.ticket.assign_to(self.ana, by=self.admin)
        events = list(Event.objects.about(self.ticket))
        with self.assertNumQueries(3):  # channels, people, members
            lines = narrate(events)
        self.assertEqual(lines[1].sentence, "State: New → Open")
        self.assertEqual(lines[1].who, "Ana Belova")

    def test_names_that_are_gone_are_told_as_such(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        Event.objects.filter(kind="ticket.assigned").update(by_id=0, facts={"before": None, "after": 0})
        line = narrate(Event.objects.filter(kind="ticket.assigned"))[0]
        self.assertEqual((line.who, line.sentence), ("deleted", "Assignee: — → deleted"))

    def test_every_kind_can_be_told(self):
        for kind in KINDS.values():
            with self.subTest(kind=kind.name):
                event = Event(kind=kind.name, facts=dict.fromkeys(kind.keys), at=self.ticket.opened_at)
                self.assertTrue(narrate([event])[0].sentence)
                self.assertLessEqual(set(kind.personal), set(kind.keys))

    def test_a_position_survives_being_written(self):
        self.assertEqual(Position.parse(str(Position(7, 12))), Position(7, 12))
        for damaged in ("", "7", "a-b", "7-", "-1-2", "9" * 60):
            with self.subTest(damaged=damaged):
                self.assertIsNone(Position.parse(damaged))

    def test_facts_are_words_only_when_they_are_read(self):
        self.assertIsInstance(KINDS["ticket.tagged"], Kind)
        self.assertEqual(as_is({1}), {1: "1"})


class OutsideTransactionTests(TransactionTestCase):
    def test_recording_outside_a_transaction_is_refused(self):
        member = Member.objects.create_user("ana@demo.example", name="Ana")
        with self.assertRaises(OutsideTransaction):
            record("member.deactivated", member)
        with transaction.atomic():
            record("member.deactivated", member)
