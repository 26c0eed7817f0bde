"""Who is given a ticket: pure, so that every case can stand in a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import gettext_lazy as _

from .models import Assignment


class Reason(models.TextChoices):
    """Why somebody was given a ticket."""

    LOOKS_AFTER = "looks_after", _("the client’s personal manager")
    STANDS_IN = "stands_in", _("stands in for the client’s personal manager")
    SAME_PERSON = "same_person", _("answered this client last time")
    IN_TURN = "in_turn", _("it was their turn")
    LEAST_LOADED = "least_loaded", _("had the least to do")
    SUBSTITUTE = "substitute", _("stands in for whoever had it")


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be given work now. `turn` is the number of their last turn, 0 if they had none."""

    number: int
    load: int = 0
    limit: int | None = None
    turn: int = 0
    skills: frozenset[int] = frozenset()

    def can_take(self, wish: Wish) -> bool:
        """Whether the ticket fits; one that weighs more than a whole limit fits somebody who has nothing to do."""
        if self.number == wish.besides or not wish.needs <= self.skills:
            return False
        return self.limit is None or self.load + wish.weight <= self.limit or (self.load == 0 < self.limit)

    @property
    def is_full(self) -> bool:
        return self.limit is not None and self.load >= self.limit

    def given(self, wish: Wish, turn: int) -> Candidate:
        """The candidate with one ticket more."""
        return replace(self, load=self.load + wish.weight, turn=turn)


@dataclass(frozen=True)
class Wish:
    """What a ticket asks for. `first` are members who come before the others, each with the reason why."""

    weight: int = 1
    needs: frozenset[int] = frozenset()
    first: tuple[tuple[int, Reason], ...] = ()
    besides: int | None = None


def choose(way: str, candidates: Iterable[Candidate], wish: Wish) -> tuple[Candidate, Reason] | None:
    """Who is given a ticket, and why; None if nobody can take it.

    In turn means: whose turn was the longest ago. Of those who have equally little to do the same decides.
    """
    fit = {each.number: each for each in candidates if each.can_take(wish)}
    for number, reason in wish.first:
        if number in fit:
            return fit[number], reason
    if not fit or way == Assignment.Way.BY_HAND:
        return None
    if way == Assignment.Way.IN_TURN:
        return min(fit.values(), key=lambda each: (each.turn, each.number)), Reason.IN_TURN
    return min(fit.values(), key=lambda each: (each.load, each.turn, each.number)), Reason.LEAST_LOADED
