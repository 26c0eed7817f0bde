"""The worker's watch over promises: clocks that ran out."""

from datetime import datetime

from django.utils.timezone import now

from .models import Clock

BATCH = 100


def notice_due(at: datetime | None = None) -> bool:
    """Note a batch of promises that are broken by now; False if there was none.

    The query reads only the end of an index over running clocks, so its cost does not grow with their number.
    """
    at = at or now()
    late = list(Clock.objects.late(at).select_related("ticket")[:BATCH])
    return any([clock.break_(at=at) for clock in late])
