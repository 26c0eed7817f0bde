"""How PostgreSQL is asked for the newest documents: era after era, as far back as it takes and as time allows.

It would first gather every match there is, however few are wanted, so each document has a mark of its era. The newest
era tells how often there is something, and so how many of the older ones should have the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

ERA_BITS = 12  # 4096 messages
FARTHER = 4  # times as many eras at once as were seen before: how often there is something may change with the times
ERAS_MAX = 64  # at once; what needs more looks at all the rest


@dataclass
class LookBack:
    """The way back through the eras.

    `era`: the newest not yet seen; below zero when all were. `reach`: how many are asked for next; None for all the
    rest. `soon`: the seconds it may all take once something was found; None if all that there is is waited for.
    """

    most: int
    era: int
    reach: int | None
    soon: float | None
    found: int = 0
    seen: int = 0
    seconds: float = 0.0
    is_hurried: bool = False

    @property
    def is_over(self) -> bool:
        return self.is_hurried or self.era < 0 or self.found >= self.most

    @property
    def eras(self) -> range | None:
        """Those that are asked for next; None for all the rest."""
        return None if self.reach is None else range(self.era, max(self.era - self.reach, -1), -1)

    def saw(self, found: int, seconds: float) -> None:
        """What the question for `eras` found, and how long it took."""
        seen = self.era + 1 if self.eras is None else len(self.eras)
        self.era, self.seen = self.era - seen, self.seen + seen
        self.found, self.seconds = self.found + found, self.seconds + seconds
        self.reach = self._should_do()
        if self.soon is not None and self.found and not self.is_over:
            self._hurry(int((self.soon - self.seconds) * seen / seconds))

    def _should_do(self) -> int | None:
        """How many eras should have the rest."""
        reach = self.seen * FARTHER
        if self.found:
            reach = min(reach, -(-(self.most - self.found) * self.seen // self.found))
        return reach if reach <= ERAS_MAX else None

    def _hurry(self, affordable: int) -> None:
        """No farther than in the time that is left."""
        if affordable < (self.era + 1 if self.eras is None else len(self.eras)):
            self.reach = min(affordable, ERAS_MAX)
            self.is_hurried = affordable < 1


def era_of(key: int) -> int:
    return max(key, 0) >> ERA_BITS


def end_of(era: int) -> int:
    """The first key after it."""
    return (era + 1) << ERA_BITS


def mark_of(era: int) -> str:
    return f"_era{era}"
