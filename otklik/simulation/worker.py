"""The worker on a virtual clock: the same duties and readers, told what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from otklik.journal.models import Event
from otklik.journal.readers import After

LONGEST = 1000  # rounds at one moment: beyond them something goes round in circles

Duty = Callable[[datetime], bool]


class EndlessWork(RuntimeError):
    """The worker finds something to do at one moment for ever."""


class VirtualWorker:
    """Does all that is due at a moment, as often as asked. Readers go on from where they were, settled or not:
    there is nobody else in this store.
    """

    def __init__(self) -> None:
        self.duties: list[Duty] = [import_string(name) for name in settings.SIMULATED_DUTIES]
        self.readers: list[After] = [
            import_string(settings.REACTIONS["after"][name])() for name in settings.SIMULATED_READERS
        ]
        self.kinds = frozenset().union(*(reader.kinds for reader in self.readers))
        self.read_to = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0

    def work(self, at: datetime) -> None:
        """Everything that is due by then, and what follows from it. Raises EndlessWork."""
        asked = self.duties
        for _round in range(LONGEST):
            found = [duty for duty in asked if duty(at)]
            # What happened may be due for any of them; where nothing did, only whoever found something goes on.
            asked = self.duties if self._read() else found
            if not asked:
                return
        raise EndlessWork(at.isoformat())

    def _read(self) -> bool:
        news = list(Event.objects.filter(id__gt=self.read_to).order_by("id"))
        for reader in self.readers:
            if wanted := [event for event in news if event.kind in reader.kinds]:
                reader.react(wanted)
        self.read_to = news[-1].pk if news else self.read_to
        return bool(news)
