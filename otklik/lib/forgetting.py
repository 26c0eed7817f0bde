"""Deleting what has had its time, a little at once: nobody else waits for long."""

from typing import Any

from django.db.models import QuerySet

AT_ONCE = 500  # rows


def forget(rows: QuerySet[Any]) -> bool:
    """Delete some of these rows; False if there were none."""
    some = list(rows.values_list("pk", flat=True)[:AT_ONCE])
    return bool(some) and bool(rows.model._base_manager.filter(pk__in=some).delete()[0])
