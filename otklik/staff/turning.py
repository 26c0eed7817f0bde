"""The worker's watch over the staff: who went silent, whose leave begins or ends."""

from datetime import datetime

from django.utils.timezone import now

from .models import Leave, Presence

BATCH = 100


def turn_due(at: datetime | None = None) -> bool:
    """Tell the journal what time alone has changed about members; False if nothing."""
    at = at or now()
    silent = Presence.objects.due(at).select_related("member")[:BATCH]
    leaves = Leave.objects.due(at).select_related("member")[:BATCH]
    return any([presence.settle() for presence in silent]) | any([leave.turn(at=at) for leave in leaves])
