"""All conditions, actions and ways to count time that there are, gathered from the floors that own them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, TypeVar

from django.conf import settings

from .ruling import Action, Condition, Label, Reckoning, UnknownPart

Part = TypeVar("Part", Condition, Action, Reckoning)


@dataclass(frozen=True)
class Book:
    """Parts by key. Some are made of rows (custom fields, calendars), so a book is good for one round or page."""

    conditions: dict[str, Condition]
    actions: dict[str, Action]
    reckonings: dict[str, Reckoning]

    def condition(self, key: str) -> Condition:
        return _of(self.conditions, key)

    def action(self, key: str) -> Action:
        return _of(self.actions, key)

    def due(self, begin: datetime, length: timedelta, *, counted_by: str) -> datetime | None:
        """When a length of time is over, by the hands of the clock unless a calendar is named."""
        return _of(self.reckonings, counted_by).due(begin, length) if counted_by else begin + length


def rulebook() -> Book:
    """What there is now."""
    modules = [import_module(name) for name in settings.RULE_PARTS]
    return Book(
        _by_key(_offered(modules, "conditions")),
        _by_key(_offered(modules, "actions")),
        _by_key(_offered(modules, "reckonings")),
    )


def events() -> dict[str, Label]:
    """The kinds of events that rules can wait for, each in words, in the order of the floors."""
    modules = [import_module(name) for name in settings.RULE_PARTS]
    return {kind: label for module in modules for kind, label in getattr(module, "EVENTS", {}).items()}


def _offered(modules: list[Any], name: str) -> Iterable[Any]:
    return [part for module in modules for part in getattr(module, name, list)()]


def _by_key(parts: Iterable[Part]) -> dict[str, Part]:
    return {part.key: part for part in parts}


def _of(parts: dict[str, Part], key: str) -> Part:
    if key not in parts:
        raise UnknownPart(key=key)
    return parts[key]
