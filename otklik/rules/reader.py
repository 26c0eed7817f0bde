"""The rules’ eye on the journal: it notes what has to be looked at, and leaves the looking to the worker.

A reader’s batch is one transaction; what rules do must not be, or one burst of mail would hold the store for seconds.
"""

from collections.abc import Iterator
from datetime import datetime

from otklik.journal.models import Event
from otklik.lib.rulebook import Book, events, rulebook
from otklik.lib.ruling import UnknownPart

from .models import Occasion, Rule


class Rules:
    kinds = frozenset(events())

    def react(self, events: list[Event]) -> None:
        rules = list(Rule.objects.active())
        heard = [event for event in events if any(rule.hears(event) for rule in rules)]
        if heard:
            book = rulebook()
            found = [occasion for event in heard for occasion in _occasions(event, rules, book)]
            Occasion.objects.bulk_create(found, ignore_conflicts=True)


def _occasions(event: Event, rules: list[Rule], book: Book) -> Iterator[Occasion]:
    hearing = [rule for rule in rules if rule.hears(event)]
    if any(not rule.after for rule in hearing):
        yield Occasion(event=event, due_at=event.at)
    for rule in hearing:
        if rule.after and (due_at := _due(rule, event, book)):
            yield Occasion(event=event, rule=rule, due_at=due_at)


def _due(rule: Rule, event: Event, book: Book) -> datetime | None:
    try:
        return book.due(event.at, rule.after, counted_by=rule.counted_by)
    except UnknownPart:
        rule.switch_off(by=None, why=Rule.Why.NO_CALENDAR)
        return None
