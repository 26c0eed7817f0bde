"""The worker's watch over tasks that have a due time."""

from datetime import datetime

from django.utils.timezone import now

from .models import Task

BATCH = 100


def tell_due(at: datetime | None = None) -> bool:
    """Tell of a batch of tasks whose time has come; False if there was none. Any number of workers may do it."""
    at = at or now()
    due = list(Task.objects.to_tell(at).select_related("ticket", "assignee")[:BATCH])
    return any([task.tell(at=at) for task in due])
