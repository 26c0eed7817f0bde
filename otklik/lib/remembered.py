"""What a process remembers of the store's rows: by their versions, so that a change is another question."""

from collections.abc import Callable
from functools import lru_cache
from time import monotonic
from typing import Generic, ParamSpec, TypeVar, cast

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

_forgetting: list[Callable[[], None]] = []


def remembered(most: int) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Remember the `most` last answers of a function. Its arguments must hold the versions of all that it reads."""

    def decorate(ask: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        answers = lru_cache(maxsize=most)(ask)
        _forgetting.append(answers.cache_clear)

        return cast(Callable[Asked, Answer], answers)

    return decorate


class Briefly(Generic[Answer]):
    """A question without arguments whose answer is remembered for some seconds, in each process by itself.

    For what is asked so often that even a version would be too much to look up. Whoever changes what it reads calls
    `forget`; the other processes follow when their seconds are over.
    """

    def __init__(self, seconds: float, ask: Callable[[], Answer]) -> None:
        self.seconds, self.ask = seconds, ask
        self.kept: tuple[float, Answer] | None = None
        _forgetting.append(self.forget)

    def __call__(self) -> Answer:
        kept = self.kept
        if kept is None or monotonic() - kept[0] > self.seconds:
            kept = self.kept = monotonic(), self.ask()
        return kept[1]

    def forget(self) -> None:
        self.kept = None


def forgotten_with_all(forget: Callable[[], None]) -> None:
    """Let what somebody remembers in their own way be forgotten together with all else."""
    _forgetting.append(forget)


def forget_all() -> None:
    """For a store that was replaced or taken back as a whole, where a version may come a second time."""
    for forget in _forgetting:
        forget()
