"""The worker's watch over approvals that nobody gave in time."""

from datetime import datetime

from django.utils.timezone import now

from .models import Approval

BATCH = 100


def expire_due(at: datetime | None = None) -> bool:
    """End a batch of approvals whose time is over; False if there was none."""
    at = at or now()
    due = list(Approval.objects.expired(at).select_related("ticket")[:BATCH])
    return any([approval.end(Approval.Outcome.EXPIRED, by=None, at=at) for approval in due])
