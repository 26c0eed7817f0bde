"""What each member has looked at: which tickets hold something that somebody else has written since."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from otklik.staff.models import Member

from .conversation import Message
from .ticket import Ticket

KEPT = timedelta(days=30)  # what is older counts as read, so that no mark stays for ever
BATCH = 500


class Seen(models.Model):
    """A member has looked at a ticket when `message` was its newest one; `is_marked` for reading it again."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="seen")
    member = models.ForeignKey(Member, models.CASCADE, db_index=False, related_name="+")
    message = models.BigIntegerField(default=0)  # no key: an answer can be taken back
    at = models.DateTimeField(default=now)
    is_marked = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "member"], name="seen_once")]
        indexes = [models.Index(fields=["at"], name="seen_age")]

    def __str__(self) -> str:
        return f"{self.member}: {self.ticket_id}"


def unread(member: Member, at: datetime) -> Q:
    """Tickets that hold a message or a note of somebody else since the member looked; those that they marked, too.

    What Otklik wrote by itself is nothing to read, nor is what lies ahead or too far back.
    """
    mine = Seen.objects.filter(ticket=OuterRef("ticket"), member=member)
    looked = Coalesce(Subquery(mine.values("message")[:1]), Value(0))
    since = max(member.read_until, at - KEPT)
    others = Message.objects.filter(ticket=OuterRef("pk"), at__gt=since, at__lte=at, pk__gt=looked)
    written = others.exclude(member=member).exclude(person=None, member=None, party=None)
    marked = Seen.objects.filter(ticket=OuterRef("pk"), member=member, is_marked=True)
    return Q(Exists(written)) | Q(Exists(marked))


def look(member: Member, ticket: Ticket, message: int, *, at: datetime | None = None) -> bool:
    """The member looks at a ticket whose newest message this is; False if they have, and nothing was to be read."""
    mine = Seen.objects.filter(ticket=ticket, member=member)
    if mine.filter(message__gte=message, is_marked=False).exists():
        return False
    _keep(member, ticket, message=message, is_marked=False, at=at or now())
    return True


def look_again(message: Message) -> None:
    """Whoever has read a message that its client changed has something to read."""
    Seen.objects.filter(ticket=message.ticket_id, message__gte=message.pk).update(message=message.pk - 1)


def mark_unread(member: Member, ticket: Ticket, *, at: datetime | None = None) -> bool:
    """The member wants to come back to the ticket; False if they had said so."""
    if Seen.objects.filter(ticket=ticket, member=member, is_marked=True).exists():
        return False
    _keep(member, ticket, is_marked=True, at=at or now())
    return True


def _keep(member: Member, ticket: Ticket, **values: object) -> None:
    """Write down what has changed. Two pages of one member may do so at once: the constraint makes it one row."""
    row = Seen(ticket=ticket, member=member, **values)
    Seen.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["ticket", "member"], update_fields=list(values)
    )


def read_all(member: Member, *, at: datetime | None = None) -> None:
    """All that there is now counts as read."""
    at = at or now()
    Member.objects.filter(pk=member.pk, read_until__lt=at).update(read_until=at)
    Seen.objects.filter(member=member, is_marked=True).update(is_marked=False)
    member.read_until = at


def forget(at: datetime | None = None) -> bool:
    """A duty: forget some looks of so long ago that nothing depends on them; False if there are none."""
    old = Seen.objects.filter(at__lt=(at or now()) - KEPT, is_marked=False).order_by("at")[:BATCH]
    gone, _rows = Seen.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return bool(gone)
