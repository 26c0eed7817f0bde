"""What a worker process does all day: every duty in a thread of its own, round after round.

A duty is a function that does a little of what is due and answers whether it found anything to do. It takes
its work by a claim with a lease, so any number of workers may run it, and one that dies loses only the lease.
A duty that goes on between its rounds has a method `close`, which is called at the end.
"""

from __future__ import annotations

import copy
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from django.db import close_old_connections, connection, connections

Duty = Callable[[], bool]

SHORTEST_REST = 0.3  # seconds without work before a duty looks again
LONGEST_REST = 1.0
SHORTEST_RETREAT = 1.0  # seconds after a round that failed; doubled for every further one
LONGEST_RETREAT = 30.0
PULSE_EVERY = 5.0  # seconds
WAY = 3.0  # times as long as its round took a duty waits that makes way for another
LONGEST_WAY = 2.0  # seconds

# How a store is told so, by its kind: an entry of OPTIONS, and what to add to it.
UNSYNCED = {
    "sqlite": ("init_command", "PRAGMA synchronous=NORMAL;"),
    "postgresql": ("options", "-c synchronous_commit=off"),
}

log = logging.getLogger(__name__)


class Round:
    """One duty's rounds: when it rests, when it retreats, when it last came through.

    While there is work, a round begins `apart` seconds after the one before at the earliest. While the duty `first`
    cannot keep up, this one makes way: threads of Python share one processor, and it does most of its work later.
    """

    first: Round | None = None

    def __init__(self, name: str, duty: Duty, *, longest: float = LONGEST_REST, apart: float = 0.0) -> None:
        self.name = name
        self.duty = duty
        self.longest = longest
        self.apart = apart
        self.rest = 0.0
        self.failures = 0
        self.is_behind = False
        self.passed_at = time.time()

    def once(self) -> float:
        """Do a little; answers how many seconds to wait before the next time. Never raises."""
        began = time.monotonic()
        try:
            close_old_connections()
            found = self.duty()
        except Exception:  # a duty that met a bug or a lost database must be there afterwards
            log.exception("%s failed; it goes on after a pause.", self.name)
            self.failures += 1
            self.is_behind = False
            return min(SHORTEST_RETREAT * 2.0 ** (self.failures - 1), LONGEST_RETREAT)
        self.failures, self.passed_at = 0, time.time()
        self.rest = 0.0 if found else min(2 * self.rest or SHORTEST_REST, self.longest)
        took = time.monotonic() - began
        # Set as a round ends, and kept during the next: that is when the others have to know.
        self.is_behind = found and took > self.apart
        if not found:
            return self.rest
        way = min(WAY * took, LONGEST_WAY) if self.first and self.first.is_behind else 0.0
        return max(0.0, self.apart - took, way)

    def go_on(self, stop: threading.Event, *, synced: bool) -> None:
        keep_connection(synced=synced)
        while not stop.wait(self.once()):
            pass
        connections.close_all()


def keep_connection(*, synced: bool) -> None:
    """Keep this thread's connection between rounds; unsynced, let the store commit without a disk flush.

    Must be called before the thread's first query. See docs/decisions/0005-worker-commits.md.
    """
    settings = copy.deepcopy(connection.settings_dict)
    settings["CONN_MAX_AGE"] = settings["CONN_MAX_AGE"] or None
    name, level = UNSYNCED[connection.vendor]
    if not synced:
        settings["OPTIONS"][name] = f"{settings['OPTIONS'].get(name, '')} {level}"
    connection.settings_dict = settings


def run(
    duties: Mapping[str, Duty],
    stop: threading.Event,
    *,
    unsynced: Sequence[str],
    pulse: Path,
    rests: Mapping[str, float] | None = None,
    apart: Mapping[str, float] | None = None,
    makes_way: Mapping[str, str] | None = None,
) -> None:
    """Do all duties until `stop` is set, each ending after its current piece, and keep the pulse file.

    `rests` are the longest ones, in seconds, of duties that may rest longer than LONGEST_REST; `apart` how far the
    rounds of a duty lie apart at least; `makes_way` names the duty for which one makes way.
    """
    longest, least = rests or {}, apart or {}
    rounds = [
        Round(name, duty, longest=longest.get(name, LONGEST_REST), apart=least.get(name, 0.0))
        for name, duty in duties.items()
    ]
    by_name = {one.name: one for one in rounds}
    for name, first in (makes_way or {}).items():
        by_name[name].first = by_name[first]
    threads = [
        threading.Thread(target=one.go_on, name=one.name, args=(stop,), kwargs={"synced": one.name not in unsynced})
        for one in rounds
    ]
    for thread in threads:
        thread.start()
    beat(rounds, pulse)
    while not stop.wait(PULSE_EVERY):
        beat(rounds, pulse)
    for thread in threads:
        thread.join()
    for duty in duties.values():
        if close := getattr(duty, "close", None):
            close()


def beat(rounds: Sequence[Round], pulse: Path) -> None:
    """Note when each duty last came through, for `otklik doctor`."""
    draft = pulse.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps({one.name: one.passed_at for one in rounds}))
    draft.replace(pulse)
