import json
import logging
import threading
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock, skipUnless

import psycopg
from django.conf import settings
from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import SimpleTestCase

from otklik.config import environment
from otklik.lib import worker
from otklik.lib.worker import LONGEST_REST, LONGEST_RETREAT, LONGEST_WAY, SHORTEST_RETREAT, Round

CONNECTING = ("dbname", "user", "password", "host", "port", "options")


class RoundTests(SimpleTestCase):
    def test_a_duty_with_work_is_called_again_at_once(self) -> None:
        self.assertEqual(Round("busy", lambda: True).once(), 0.0)

    def test_a_duty_without_work_rests_longer_and_longer_up_to_a_second(self) -> None:
        one = Round("idle", lambda: False)
        rests = [one.once() for _ in range(12)]
        self.assertEqual(rests, sorted(rests))
        self.assertLess(rests[0], 0.5)
        self.assertEqual(rests[-1], LONGEST_REST)

    def test_a_duty_that_nobody_waits_for_rests_as_long_as_it_may(self) -> None:
        one = Round("prune", lambda: False, longest=60.0)
        rests = [one.once() for _ in range(30)]
        self.assertLess(rests[0], 0.5)
        self.assertEqual(rests[-1], 60.0)

    def test_what_comes_in_a_stream_is_gathered_unless_there_is_much_already(self) -> None:
        one = Round("stream", mock.Mock(side_effect=[True, True, False]), apart=0.25)
        with mock.patch("otklik.lib.worker.time.monotonic", side_effect=[10, 10.0625, 20, 20.5, 30, 31]):
            self.assertEqual([one.once() for _ in range(3)], [0.1875, 0.0, worker.SHORTEST_REST])

    def test_who_cannot_keep_up_is_behind_until_there_is_less_to_do(self) -> None:
        one = Round("mail", mock.Mock(side_effect=[True, True, True, False]), apart=0.25)
        with mock.patch("otklik.lib.worker.time.monotonic", side_effect=[1, 1.5, 2, 2.125, 3, 3.5, 4, 5]):
            self.assertEqual([(one.once(), one.is_behind)[1] for _ in range(4)], [True, False, True, False])

    def test_it_is_behind_while_its_next_round_goes_on_and_no_more_once_one_failed(self) -> None:
        seen: list[bool] = []

        def mail() -> bool:
            seen.append(one.is_behind)
            return not (len(seen) == 3 and 1 / 0)

        one = Round("mail", mail)
        with self.assertLogs("otklik.lib.worker", logging.ERROR):
            for _round in range(4):
                one.once()
        self.assertEqual(seen, [False, True, True, False])

    def test_a_duty_makes_way_while_another_is_behind_and_not_for_ever(self) -> None:
        one = Round("rules", lambda: True)
        one.first = Round("mail", lambda: True)
        with mock.patch("otklik.lib.worker.time.monotonic", side_effect=[1.0, 1.25, 2.0, 2.25, 3.0, 5.0]):
            self.assertEqual(one.once(), 0.0)
            one.first.is_behind = True
            self.assertEqual([one.once(), one.once()], [0.75, LONGEST_WAY])

    def test_who_may_rest_is_a_duty(self) -> None:
        resting = {*settings.LONGEST_RESTS, *settings.ROUNDS_APART, *settings.MAKES_WAY, *settings.MAKES_WAY.values()}
        self.assertLessEqual(resting, set(settings.DUTIES))

    def test_what_somebody_waits_for_makes_way_for_no_mail(self) -> None:
        waited_for = (".senders", ".send_due", ".mail_unread", ".place_due")
        sending = {name for name in settings.DUTIES if name.endswith(waited_for)}
        self.assertEqual(len(sending), len(waited_for))
        self.assertTrue(sending.isdisjoint(settings.MAKES_WAY))

    def test_work_after_a_rest_brings_the_short_rest_back(self) -> None:
        one = Round("mail", mock.Mock(side_effect=[False] * 9 + [True, False]))
        rests = [one.once() for _ in range(11)]
        self.assertEqual(rests[-2:], [0.0, worker.SHORTEST_REST])

    def test_a_failing_duty_is_logged_with_its_traceback_and_retreats(self) -> None:
        one = Round("broken", mock.Mock(side_effect=ValueError("no such letter")))
        with self.assertLogs("otklik.lib.worker", logging.ERROR) as logs:
            waits = [one.once() for _ in range(8)]
        self.assertEqual((waits[0], waits[-1]), (SHORTEST_RETREAT, LONGEST_RETREAT))
        self.assertIn("ValueError: no such letter", logs.output[0])

    def test_a_success_ends_the_retreat(self) -> None:
        one = Round("mended", mock.Mock(side_effect=[OSError, OSError, True]))
        with self.assertLogs("otklik.lib.worker", logging.ERROR):
            one.once(), one.once()
        one.once()
        self.assertEqual(one.failures, 0)


class RunTests(SimpleTestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)

    def run_until(self, **duties) -> dict[str, float]:
        stop = threading.Event()
        chosen = {name: lambda duty=duty: duty(stop) for name, duty in duties.items()}
        worker.run(chosen, stop, unsynced=[], pulse=self.home / "worker.pulse")
        return json.loads((self.home / "worker.pulse").read_text())

    def test_it_ends_when_told_and_leaves_its_pulse(self) -> None:
        self.assertEqual(list(self.run_until(last=lambda stop: stop.set())), ["last"])

    def test_one_broken_duty_does_not_keep_another_from_its_work(self) -> None:
        done = []

        def works(stop: threading.Event) -> bool:
            done.append(1)
            if len(done) == 5:
                stop.set()
            return True

        with self.assertLogs("otklik.lib.worker", logging.ERROR):
            self.run_until(works=works, broken=lambda stop: 1 / 0)
        self.assertEqual(len(done), 5)

    def test_who_makes_way_has_its_turn_though_the_other_never_keeps_up(self) -> None:
        turns: list[str] = []

        def rules(stop: threading.Event) -> bool:
            turns.append("rules")
            if turns.count("rules") >= 3 and "answers" in turns:
                stop.set()
            return True

        def mail(stop: threading.Event) -> bool:
            return not stop.wait(0.01)

        def answers(stop: threading.Event) -> bool:
            turns.append("answers")
            return not stop.wait(0.01)

        stop = threading.Event()
        duties = {one.__name__: partial(one, stop) for one in (mail, rules, answers)}
        worker.run(duties, stop, unsynced=[], pulse=self.home / "worker.pulse", makes_way={"rules": "mail"})
        self.assertGreaterEqual(turns.count("rules"), 3)

    @skipUnless(connection.vendor == "postgresql", "of PostgreSQL")
    def test_only_an_unsynced_duty_lets_postgresql_commit_without_waiting(self) -> None:
        for synced, wanted in ((True, "on"), (False, "off")):
            wrapper = connection.copy()
            wrapper.settings_dict["OPTIONS"] = {}  # tests have the whole store commit so
            with mock.patch.object(worker, "connection", wrapper):
                worker.keep_connection(synced=synced)
            params = wrapper.get_connection_params()
            with psycopg.connect(**{name: params[name] for name in CONNECTING if name in params}) as raw:
                self.assertEqual(raw.execute("SHOW synchronous_commit").fetchone(), (wanted,))

    def level(self, *, synced: bool) -> int:
        """The flush level of a connection in a file store: 1 is NORMAL, 2 is FULL."""
        entry = connections["default"].settings_dict | environment.database("", self.home)
        wrapper = DatabaseWrapper(entry)
        with mock.patch.object(worker, "connection", wrapper):
            worker.keep_connection(synced=synced)
        with wrapper.get_new_connection(wrapper.get_connection_params()) as raw:
            self.addCleanup(raw.close)
            return raw.execute("PRAGMA synchronous").fetchone()[0]

    def test_only_an_unsynced_duty_commits_without_a_flush(self) -> None:
        self.assertEqual((self.level(synced=True), self.level(synced=False)), (2, 1))
