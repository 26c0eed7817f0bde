"""Readers: every settled event, in order, at least once; a poisonous one is set aside and the rest goes on."""

import threading
from datetime import timedelta
from unittest import skipUnless

import psycopg
from django.db import connection, transaction
from django.test import TransactionTestCase, override_settings
from django.utils.timezone import now

from otklik.journal import readers
from otklik.journal.models import Event, Parked, Position, Reader
from otklik.journal.record import record
from otklik.staff.models import Member

WIRING = {"with": {}, "after": {"recorder": f"{__name__}.Recorder"}}
POISON = "member.deactivated"


class Recorder:
    kinds = frozenset({"member.activated", POISON})
    seen: list[int] = []
    poisonous = True

    def react(self, events: list[Event]) -> None:
        if self.poisonous and any(event.kind == POISON for event in events):
            raise RuntimeError("I cannot digest this.")
        self.seen.extend(event.pk for event in events)


@override_settings(REACTIONS=WIRING)
class ReaderTests(TransactionTestCase):
    def setUp(self) -> None:
        Recorder.seen.clear()
        Recorder.poisonous = True
        self.ana = Member.objects.create_user("ana@demo.example", name="Ana")

    def happen(self, kind: str = "member.activated") -> int:
        with transaction.atomic():
            return record(kind, self.ana).pk

    def hurry(self) -> None:
        """Let the pauses and leases be over."""
        Reader.objects.update(due_at=now() - timedelta(seconds=1))

    def test_events_come_in_order_and_once(self):
        first, second = self.happen(), self.happen()
        self.assertTrue(readers.read_on())
        self.assertFalse(readers.read_on())
        third = self.happen()
        readers.read_on()
        self.assertEqual(Recorder.seen, [first, second, third])

    def test_a_kind_that_nobody_asked_for_only_moves_the_cursor(self):
        event = self.happen("member.invited")
        readers.read_on()
        self.assertEqual((Recorder.seen, Reader.objects.get().event_id), ([], event))

    def test_a_reader_that_another_worker_has_is_left_alone(self):
        self.happen()
        Reader.objects.create(name="recorder", due_at=now() + timedelta(minutes=1))
        self.assertFalse(readers.read_on())
        self.assertEqual(Recorder.seen, [])

    def test_a_lease_that_ran_out_is_taken_over(self):
        self.happen()
        Reader.objects.create(name="recorder", due_at=now() - timedelta(seconds=1))
        self.assertTrue(readers.read_on())
        self.assertEqual(len(Recorder.seen), 1)

    def test_a_poisonous_event_is_parked_and_the_rest_goes_on(self):
        before, poison, after = self.happen(), self.happen(POISON), self.happen()
        with self.assertLogs("otklik.journal.readers", "ERROR"):
            for _try in range(readers.TRIES):
                readers.read_on()
                self.hurry()
        self.assertEqual(Recorder.seen, [before, after])
        parked = Parked.objects.get()
        self.assertEqual((parked.event_id, parked.reader_id), (poison, "recorder"))
        self.assertIn("cannot digest", parked.error)

    def test_a_parked_event_can_be_given_again(self):
        parked = Parked.objects.create(
            reader=Reader.objects.create(name="recorder"),
            event=Event.objects.get(pk=self.happen(POISON)),
            error="x",
        )
        self.assertFalse(readers.retry(parked))
        Recorder.poisonous = False
        self.assertTrue(readers.retry(parked))
        self.assertFalse(Parked.objects.exists())

    @skipUnless(connection.vendor == "postgresql", "SQLite has one writer at a time")
    def test_nobody_waits_for_another_database_of_the_server(self):
        elsewhere = connection.get_connection_params() | {"dbname": "postgres"}
        with psycopg.connect(**elsewhere) as other:
            other.execute("SELECT pg_current_xact_id()")
            event = self.happen()
            readers.read_on()
            self.assertEqual(Recorder.seen, [event])
            other.rollback()

    @skipUnless(connection.vendor == "postgresql", "SQLite has one writer at a time")
    def test_an_event_whose_transaction_is_still_open_is_not_stepped_over(self):
        wrote, may_commit = threading.Event(), threading.Event()

        def slow() -> None:
            with transaction.atomic():
                record("member.activated", self.ana)
                wrote.set()
                may_commit.wait(10)
            connection.close()

        thread = threading.Thread(target=slow)
        thread.start()
        wrote.wait(10)
        fast = self.happen()
        readers.read_on()
        self.assertEqual(Recorder.seen, [])
        may_commit.set()
        thread.join()
        readers.read_on()
        self.assertEqual(Recorder.seen, [fast - 1, fast])


class PlanTests(TransactionTestCase):
    def test_going_on_costs_the_same_however_long_the_journal_is(self):
        """The place itself is entered: nothing that was read is walked again."""
        plan = Event.objects.after(Position(7, 1_000_000)).explain()
        entered = {"sqlite": "USING INTEGER PRIMARY KEY (rowid>?)", "postgresql": "tx >="}[connection.vendor]
        self.assertIn(entered, plan)
