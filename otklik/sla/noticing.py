"""The worker's watch over promises: clocks that ran out, and the ladder beside them."""

from datetime import datetime

from django.utils.timezone import now

from .models import Callback, Clock, Rung
from .models.ladder import lay

BATCH = 100


def notice_due(at: datetime | None = None) -> bool:
    """Note a batch of promises that are broken by now; False if there was none.

    The query reads only the end of an index over running clocks, so its cost does not grow with their number.
    """
    at = at or now()
    late = list(Clock.objects.late(at).select_related("ticket")[:BATCH])
    return any([clock.break_(at=at) for clock in late])


def remind(at: datetime | None = None) -> bool:
    """Tell of a batch of callbacks whose time has come; False if there was none."""
    at = at or now()
    due = list(Callback.objects.to_remind(at).select_related("ticket")[:BATCH])
    return any([callback.remind(at=at) for callback in due])


def climb(at: datetime | None = None) -> bool:
    """Lay the rungs of clocks that began or moved, and take those that are due; False if there was neither."""
    return any([lay_new(), take_due(at or now())])


def lay_new() -> bool:
    """Lay the rungs of a batch of clocks for the deadlines that they have now; False if all are laid."""
    clocks = list(Clock.objects.to_lay().select_related("calendar").prefetch_related("runs")[:BATCH])
    if clocks:
        lay(clocks)
    return bool(clocks)


def take_due(at: datetime) -> bool:
    """Take a batch of rungs; False if none is due. Nothing beside them is read yet: most are of clocks that ended."""
    taken = [rung.take(at=at) for rung in Rung.objects.due(at)[:BATCH]]
    return bool(taken)
