"""What a process remembers of the store's rows: by their versions, so that a change is another question."""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

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


def forget_all() -> None:
    """For a store that was replaced or taken back as a whole, where a version may come a second time."""
    for forget in _forgetting:
        forget()
