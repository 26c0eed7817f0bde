"""What the demo makes has happened long ago: nobody is to be told of it now."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from otklik.journal.models import Event, Position, Reader


@contextmanager
def already_read() -> Iterator[None]:
    """Readers of the journal that had read all before have read afterwards what was recorded inside, too."""
    end = _end()
    for name in settings.REACTIONS["after"]:
        Reader.objects.get_or_create(name=name)
    ready = [reader.name for reader in Reader.objects.all() if reader.position >= end]
    yield
    end = _end()
    Reader.objects.filter(name__in=ready).update(tx=end.tx, event_id=end.id)


def _end() -> Position:
    last = Event.objects.order_by("-tx", "-id").first()
    return last.position if last else Position(0, 0)
