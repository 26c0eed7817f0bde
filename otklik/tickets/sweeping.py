"""Sweeps the file store: bytes that no row names any more go, some days after they were first found unused.

Bytes are stored before the row that names them, and the same bytes are stored once for all who name them. So nothing is
deleted at once, and whoever stores the same again in between keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models
from django.utils.timezone import now

from .models.unused import UnusedFile

GRACE = timedelta(days=2)  # longer than an upload waits for the request that names it
FOLDER_EVERY = timedelta(minutes=15)  # one of the 256 folders; worker or workers, all of them in less than three days
AT_ONCE = 100
STORED = re.compile(r"[0-9a-f]{64}(-[0-9a-f]{8})?")


def sweep(at: datetime | None = None) -> bool:
    """Delete some of what has had its time, and look into the folder whose turn it is; False if nothing was deleted."""
    at = at or now()
    look(f"{int(at.timestamp() // FOLDER_EVERY.total_seconds()) % 256:02x}", at=at)
    due = list(UnusedFile.objects.filter(since__lt=at - GRACE).order_by("since")[:AT_ONCE])
    named = named_among([row.path for row in due])
    UnusedFile.objects.filter(pk__in=named).delete()
    return any([_delete(row) for row in due if row.path not in named])


def look(folder: str, *, at: datetime) -> None:
    """Note what nobody names in a folder of the store, and forget that note where somebody does."""
    try:
        paths = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1] if STORED.fullmatch(name)]
    except FileNotFoundError:
        return
    for begin in range(0, len(paths), AT_ONCE):
        some = paths[begin : begin + AT_ONCE]
        named = named_among(some)
        fresh = [UnusedFile(path=path, since=at) for path in some if path not in named]
        UnusedFile.objects.bulk_create(fresh, ignore_conflicts=True)


def named_among(paths: list[str]) -> set[str]:
    """Those of some paths that a row names, of whichever model."""
    found: set[str] = set()
    for model, column in _columns():
        rows = model._base_manager.filter(**{f"{column}__in": paths})
        found.update(rows.values_list(column, flat=True))
    return found


def _columns() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.FileField):
                yield model, field.name


def _delete(row: UnusedFile) -> bool:
    if not row.condemn():
        return False
    default_storage.delete(row.path)
    UnusedFile.objects.filter(pk=row.pk).delete()
    return True
