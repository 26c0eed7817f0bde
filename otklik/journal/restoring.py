"""Bringing a journal to another PostgreSQL server, whose transactions are numbered from the beginning again."""

from django.db import connection, transaction
from django.db.models import Min

from .models import Event, Reader


def rebase() -> bool:
    """Make old positions older than anything this server will write; False if they are.

    Events keep their order by id; readers keep their place or stand a little before it. Without it a reader would
    wait for the new server's transaction numbers to pass the old one's, and step over what is written meanwhile.
    """
    if connection.vendor != "postgresql":
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (current,) = cursor.fetchone()
        if not Event.objects.filter(tx__gte=current).exists():
            return False
        for reader in Reader.objects.all():
            unread = Event.objects.after(reader.position).aggregate(first=Min("id"))["first"]
            # Some read twice is what readers bear; one never read is what they must not do.
            place = reader.event_id if unread is None else min(reader.event_id, unread - 1)
            Reader.objects.filter(pk=reader.pk).update(tx=0, event_id=place)
        Event.objects.update(tx=0)
    return True
