"""Keeps a few programs running: starts them, restarts whichever ends, and stops them together.

Standard library only and no threads: it must be the last thing on the machine to break.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import FrameType

GRACE = 10.0  # seconds that a program gets between being asked to stop and being killed
STEADY = 10.0  # seconds alive after which an end is a fresh accident, not the same one again
LONGEST_WAIT = 30.0  # seconds between two starts of a program that ends at once every time
PARENT = "OTKLIK_SUPERVISOR"
PR_SET_PDEATHSIG = 1


def leave_with_supervisor() -> None:
    """Called first by a supervised program: the kernel kills it when its supervisor is gone.

    Without it a supervisor killed with SIGKILL would leave programs behind that hold the ports, and the next
    start would fail. Killing is safe: everything that was acknowledged is committed. Linux only; elsewhere
    nothing happens.
    """
    parent = os.environ.pop(PARENT, "")
    if not parent or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != int(parent):  # it died before the line above
        sys.exit(1)


def say_to_stderr(line: str) -> None:
    print(f"otklik: {line}", file=sys.stderr, flush=True)


@dataclass
class Program:
    """One program that is to be running, and what became of it so far."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    quick_ends: int = 0

    def start(self, at: float) -> None:
        # A group of its own: Ctrl-C in a terminal reaches the supervisor alone, which stops all in order.
        environment = os.environ | {PARENT: str(os.getpid()), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(self.command, env=environment, stdin=subprocess.DEVNULL, process_group=0)
        self.started = at

    def ended(self, at: float) -> str:
        """A sentence about the end if the program has just ended, else ""; decides when it is due again."""
        if self.process is None or self.process.poll() is None:
            return ""
        code, self.process = self.process.returncode, None
        self.quick_ends = self.quick_ends + 1 if at - self.started < STEADY else 0
        wait = min(2.0 ** (self.quick_ends - 2), LONGEST_WAIT) if self.quick_ends > 1 else 0.0
        self.due = at + wait
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        return f"{self.name} {how}; starting it again" + (f" in {wait:.0f} s." if wait else ".")


class Supervisor:
    """Runs programs until a SIGTERM or SIGINT; a second one kills what has not stopped yet."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        say: Callable[[str], None] = say_to_stderr,
        grace: float = GRACE,
        idle: Callable[[], float | None] = lambda: None,
    ) -> None:
        """`idle` is called on every turn; it may answer in how many seconds it wants to be called again."""
        self.programs = programs
        self.say = say
        self.grace = grace
        self.idle = idle
        self.stopping = False
        # put() of a SimpleQueue is reentrant, so a signal handler may call it at any moment.
        self.signals: SimpleQueue[int] = SimpleQueue()

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, self._note)
        try:
            while not self.stopping:
                self._turn()
        finally:
            self._stop()
        return 0

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.signals.put(number)

    def _turn(self) -> None:
        now = time.monotonic()
        for program in self.programs:
            if sentence := program.ended(now):
                self.say(sentence)
            if program.process is None and program.due <= now:
                program.start(now)
        waits = [program.due - now for program in self.programs if program.process is None]
        if (soon := self.idle()) is not None:
            waits.append(soon)
        self._wait(min(waits) if waits else None)

    def _wait(self, seconds: float | None) -> None:
        try:
            number = self.signals.get(timeout=None if seconds is None else max(seconds, 0.0))
        except Empty:
            return
        self.stopping = self.stopping or number in (signal.SIGTERM, signal.SIGINT)

    def _stop(self) -> None:
        """Ask every program to stop; kill what is left after the grace or at another SIGTERM or SIGINT."""
        running = {program.name: program.process for program in self.programs if program.process}
        for process in running.values():
            process.terminate()
        until = time.monotonic() + self.grace
        self.stopping = False
        while left := [name for name, process in running.items() if process.poll() is None]:
            if time.monotonic() >= until or self.stopping:
                self.say(f"{', '.join(left)} did not stop in time and was killed.")
                for name in left:
                    running[name].kill()
                    running[name].wait()
                return
            self._wait(until - time.monotonic())
