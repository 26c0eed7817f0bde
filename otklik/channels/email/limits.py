"""How many mails a mailbox may send in an hour."""

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.timezone import now

from otklik.tickets.models import Channel
from otklik.tickets.sending import Postponed

from .models import Mailbox, SendingHour

HOUR = timedelta(hours=1)


def take_room(channel: Channel, *, at: datetime | None = None) -> None:
    """Count one mail against the mailbox's limit. Raises Postponed when the hour is full.

    A counted mail that fails then stays counted: the server saw it, and counts it too.
    """
    limit = Mailbox.objects.filter(channel=channel).values_list("sends_per_hour", flat=True).first()
    if limit is None:
        return
    at = at or now()
    row, _new = SendingHour.objects.get_or_create(channel=channel, defaults={"began_at": at})
    mine = SendingHour.objects.filter(pk=row.pk)
    # An hour that is over begins anew for one of the workers only; the others count in it.
    # One that begins later than the next can was set by a clock that went wrong.
    mine.filter(Q(began_at__lte=at - HOUR) | Q(began_at__gt=at + HOUR)).update(began_at=at, mails=0)
    if not mine.filter(mails__lt=limit).update(mails=F("mails") + 1):
        raise Postponed(mine.values_list("began_at", flat=True).get() + HOUR)
