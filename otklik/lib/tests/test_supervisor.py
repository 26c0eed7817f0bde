import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

from django.test import SimpleTestCase

from otklik.lib.supervisor import LONGEST_WAIT, STEADY, Program

PATIENCE = 15.0
# A supervised program: it notes its process id, then waits to be stopped.
SLEEPER = """
import os, pathlib, sys, time
from otklik.lib.supervisor import leave_with_supervisor
leave_with_supervisor()
with pathlib.Path(sys.argv[1]).open("a") as notes:
    print(os.getpid(), file=notes, flush=True)
time.sleep(600)
"""
STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SLEEPER


def eventually(question) -> bool:
    until = time.monotonic() + PATIENCE
    while not question() and time.monotonic() < until:
        time.sleep(0.02)
    return bool(question())


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


class SupervisorTests(SimpleTestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.notes = Path(folder.name) / "pids"
        self.notes.touch()

    @contextmanager
    def supervised(self, *sources: str, grace: float = 5) -> Iterator[subprocess.Popen]:
        code = f"""
            import sys
            from otklik.lib.supervisor import Program, Supervisor
            commands = [[sys.executable, "-c", source, {str(self.notes)!r}] for source in {sources!r}]
            programs = [Program(f"program{{n}}", command) for n, command in enumerate(commands)]
            sys.exit(Supervisor(programs, grace={grace}).run())
        """
        command = [sys.executable, "-c", dedent(code)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.kill()

    def pids(self) -> list[int]:
        return [int(line) for line in self.notes.read_text().splitlines()]

    def test_a_killed_program_is_started_again_and_the_reason_is_said(self) -> None:
        with self.supervised(SLEEPER) as supervisor:
            self.assertTrue(eventually(lambda: len(self.pids()) == 1))
            os.kill(self.pids()[0], signal.SIGKILL)
            self.assertTrue(eventually(lambda: len(self.pids()) == 2))
            supervisor.terminate()
            _, said = supervisor.communicate(timeout=PATIENCE)
        self.assertIn("program0 was killed by SIGKILL; starting it again.", said)

    def test_sigterm_stops_every_program_and_ends_with_zero(self) -> None:
        with self.supervised(SLEEPER, SLEEPER) as supervisor:
            self.assertTrue(eventually(lambda: len(self.pids()) == 2))
            supervisor.terminate()
            self.assertEqual(supervisor.wait(PATIENCE), 0)
        self.assertEqual([pid for pid in self.pids() if alive(pid)], [])

    def test_a_program_that_ignores_sigterm_is_killed_after_the_grace(self) -> None:
        with self.supervised(STUBBORN, grace=0.3) as supervisor:
            self.assertTrue(eventually(lambda: len(self.pids()) == 1))
            supervisor.terminate()
            _, said = supervisor.communicate(timeout=PATIENCE)
        self.assertIn("program0 did not stop in time and was killed.", said)
        self.assertFalse(alive(self.pids()[0]))

    def test_a_second_signal_does_not_wait_for_the_grace(self) -> None:
        with self.supervised(STUBBORN, grace=600) as supervisor:
            self.assertTrue(eventually(lambda: len(self.pids()) == 1))
            supervisor.send_signal(signal.SIGINT)
            time.sleep(0.2)
            supervisor.send_signal(signal.SIGINT)
            self.assertEqual(supervisor.wait(PATIENCE), 0)

    def test_no_program_outlives_a_killed_supervisor(self) -> None:
        with self.supervised(STUBBORN, SLEEPER) as supervisor:
            self.assertTrue(eventually(lambda: len(self.pids()) == 2))
            supervisor.kill()
        self.assertTrue(eventually(lambda: not any(map(alive, self.pids()))))

    def test_a_program_that_cannot_live_is_started_less_and_less_often(self) -> None:
        program = Program("web", [])
        waits = [self.wait_after_end(program, lived=0.0) for _ in range(9)]
        self.assertEqual(waits, [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT])

    def test_a_program_that_had_lived_for_a_while_is_started_at_once(self) -> None:
        program = Program("web", [], quick_ends=7)
        self.assertEqual(self.wait_after_end(program, lived=STEADY), 0.0)

    def wait_after_end(self, program: Program, *, lived: float) -> float:
        program.process = subprocess.Popen(["true"])
        program.process.wait()
        program.ended(program.started + lived)
        return program.due - program.started - lived
