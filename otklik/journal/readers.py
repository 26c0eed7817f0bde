"""Reading the journal on: each *after* reader in order, at least once, with a cursor that survives everything."""

import logging
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.timezone import now

from .models import Event, Parked, Position, Reader

LEASE = timedelta(minutes=2)
TRIES = 3
BATCH = 500

log = logging.getLogger(__name__)


class After(Protocol):
    """What an *after* reader offers. `react` gets events of its `kinds` in order, some or one at a time, runs in a
    transaction of its own and must bear a second call with the same events.
    """

    kinds: frozenset[str]

    def react(self, events: list[Event]) -> None: ...


def read_on() -> bool:
    """Let every reader go through a batch of what is new to it; False if there was nothing for any."""
    rows = Reader.objects.in_bulk()
    ahead: dict[Position, list[Event]] = {}  # by where they go on from: most stand at the same place
    return any([_read_batch(name, rows.get(name) or _begun(name), ahead) for name in settings.REACTIONS["after"]])


def retry(parked: Parked) -> bool:
    """Give a parked event to its reader again; True and the row is gone if it went well."""
    reader = import_string(settings.REACTIONS["after"][parked.reader_id])()
    try:
        with transaction.atomic():
            reader.react([parked.event])
            parked.delete()
    except Exception as failure:  # noqa: BLE001 whatever it is, the administrator reads it on the row
        Parked.objects.filter(pk=parked.pk).update(error=repr(failure)[:500], at=now())
        return False
    return True


def _begun(name: str) -> Reader:
    return Reader.objects.get_or_create(name=name)[0]


def _read_batch(name: str, row: Reader, ahead: dict[Position, list[Event]]) -> bool:
    if row.position not in ahead:
        ahead[row.position] = list(Event.objects.settled().after(row.position)[:BATCH])
    news = ahead[row.position]
    if not news or not _claim(row):
        return False
    reader: After = import_string(settings.REACTIONS["after"][name])()
    wanted, end = [event for event in news if event.kind in reader.kinds], news[-1].position
    if not _digest_all(row, reader, wanted, end) and all(_digest(row, reader, event) for event in wanted):
        _move(row, end, until=now())
    return True


def _claim(row: Reader) -> bool:
    """Take the reader for the length of LEASE; False if another worker has it or it has read on meanwhile."""
    free = Reader.objects.filter(pk=row.pk, due_at__lte=now(), tx=row.tx, event_id=row.event_id)
    return bool(free.update(due_at=now() + LEASE))


def _digest_all(row: Reader, reader: After, events: list[Event], end: Position) -> bool:
    """All events at once, as they mostly go; False if one of them is bad, which the caller finds out one by one."""
    try:
        with transaction.atomic():
            if events:
                reader.react(events)
            _move(row, end, until=now())
    except Exception as failure:  # noqa: BLE001 the bad one fails again by itself, and is logged then
        log.info("The reader %s goes through a batch one by one: %r", row.name, failure)
        return False
    return True


def _digest(row: Reader, reader: After, event: Event) -> bool:
    """One event, and the cursor past it, in one transaction; False if it has to be tried again later."""
    try:
        with transaction.atomic():
            reader.react([event])
            _move(row, event.position)
    except Exception as failure:
        log.exception("The reader %s failed on event %s.", row.name, event.pk)
        return _set_aside(row, event, failure)
    return True


def _set_aside(row: Reader, event: Event, failure: Exception) -> bool:
    row.tries += 1
    error = repr(failure)[:500]
    if row.tries < TRIES:
        pause = timedelta(seconds=2**row.tries)
        Reader.objects.filter(pk=row.pk).update(tries=row.tries, error=error, due_at=now() + pause)
        return False
    with transaction.atomic():
        Parked.objects.update_or_create(reader=row, event=event, defaults={"error": error})
        _move(row, event.position)
    return True


def _move(row: Reader, position: Position, *, until: datetime | None = None) -> None:
    """Go on from there; `until` is how long the reader stays ours, else for another LEASE."""
    row.tx, row.event_id, row.tries, row.error = *position, 0, ""
    until = until or now() + LEASE
    Reader.objects.filter(pk=row.pk).update(tx=row.tx, event_id=row.event_id, tries=0, error="", due_at=until)
