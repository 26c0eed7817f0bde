"""The worker on a virtual clock: the same duties and readers, told what time it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from otklik.approvals.expiring import expire_due
from otklik.approvals.models import Approval
from otklik.journal.models import Event
from otklik.journal.readers import After
from otklik.lib.prepared import Question
from otklik.routing.models import Assignment, Recall, Wait
from otklik.routing.placing import place_due
from otklik.routing.recalling import recall_due
from otklik.rules.models import Occasion
from otklik.rules.running import run_due
from otklik.sla.models import Callback, Clock
from otklik.sla.models.ladder import Rung
from otklik.sla.noticing import lay_new, notice_due, remind, take_due
from otklik.tickets.dates import date_fields, next_due, note_due

LONGEST = 1000  # rounds at one moment: beyond them something goes round in circles

Duty = Callable[[datetime], bool]


class Due:
    """A column that says when a duty finds something in a row."""

    def __init__(self, column: str, rows: Callable[[], QuerySet[Any]]) -> None:
        self.column = column
        held = {f"{column}__isnull": False}
        self.ask = Question(lambda: rows().filter(**held).order_by(column).only(column)[:1])

    def first(self) -> datetime | None:
        row = self.ask.first()
        return getattr(row, self.column) if row else None


EVENTS = Question(lambda after: Event.objects.filter(id__gt=after).order_by("id"), int)  # that came after one

# Each duty with what it waits for: whether it is to be asked, and when next, costs one short statement.
# Nobody changes a calendar or an agreement within a trial, so nothing is ever counted anew.
DUTIES: tuple[tuple[Duty, tuple[Due, ...]], ...] = (
    (
        place_due,
        (
            Due("due_at", lambda: Wait.objects.all()),
            Due("due_at", lambda: Assignment.objects.all()),
            Due("sweep_at", lambda: Assignment.objects.all()),
        ),
    ),
    (recall_due, (Due("due_at", lambda: Recall.objects.all()),)),
    (notice_due, (Due("due_at", lambda: Clock.objects.going().filter(broken_at=None)),)),
    (lambda at: lay_new(), (Due("started_at", lambda: Clock.objects.to_lay()),)),  # at once
    (take_due, (Due("due_at", lambda: Rung.objects.all()),)),
    (remind, (Due("remind_at", lambda: Callback.objects.waiting()),)),
    (expire_due, (Due("expires_at", lambda: Approval.objects.waiting()),)),
    (run_due, (Due("due_at", lambda: Occasion.objects.all()),)),
)


class EndlessWork(RuntimeError):
    """The worker finds something to do at one moment for ever."""


class VirtualWorker:
    """Does all that is due at a moment, as often as asked. Readers go on from where they were, settled or not:
    there is nobody else in this store.
    """

    def __init__(self) -> None:
        self.readers: list[After] = [
            import_string(settings.REACTIONS["after"][name])() for name in settings.SIMULATED_READERS
        ]
        self.has_dates = bool(date_fields())  # only then is it worth asking whether one has come
        self.read_to = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0

    def work(self, at: datetime) -> bool:
        """Everything that is due by then, and what follows from it; False if nothing happened. Raises EndlessWork."""
        has_read = False
        for _round in range(LONGEST):
            asked = [True] if self.has_dates and note_due(at) else []
            asked += [duty(at) for duty, dues in DUTIES if any(first <= at for first in _firsts(dues))]
            if self._read():
                has_read = True
            elif not asked:
                return has_read
        raise EndlessWork(at.isoformat())

    def next(self, after: datetime) -> datetime | None:
        """When something is due next, once all work of a moment was done."""
        dates = next_due(after) if self.has_dates else None
        firsts = [first for _duty, dues in DUTIES for first in _firsts(dues)]
        return min([*firsts, dates] if dates else firsts, default=None)

    def _read(self) -> bool:
        news = EVENTS(self.read_to)
        for reader in self.readers:
            if wanted := [event for event in news if event.kind in reader.kinds]:
                reader.react(wanted)
        self.read_to = news[-1].pk if news else self.read_to
        return bool(news)


def _firsts(dues: tuple[Due, ...]) -> Iterator[datetime]:
    return (first for due in dues if (first := due.first()))
