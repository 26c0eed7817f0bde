import json
import logging
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from django.conf import settings
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import SimpleTestCase

from otklik.config import environment
from otklik.lib import worker
from otklik.lib.worker import LONGEST_REST, LONGEST_RETREAT, SHORTEST_RETREAT, Round


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
        with mock.patch("otklik.lib.worker.time.monotonic", side_effect=[10.0, 10.0625, 20.0, 20.5, 30.0]):
            self.assertEqual([one.once() for _ in range(3)], [0.1875, 0.0, worker.SHORTEST_REST])

    def test_who_may_rest_is_a_duty(self) -> None:
        self.assertLessEqual({*settings.LONGEST_RESTS, *settings.ROUNDS_APART}, set(settings.DUTIES))

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
