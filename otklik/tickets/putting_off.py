"""Until when a ticket can be put off, by the company’s clock."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

MORNING, EVENING, HOUR = time(9), time(18), timedelta(hours=1)
CLIENT = "client"
SLEEPS = {
    "hour": _("for an hour"),
    "evening": _("until this evening, 18:00"),
    "morning": _("until the next morning, 9:00"),
    "monday": _("until Monday, 9:00"),
    CLIENT: _("until the client writes"),
}


def sleeps_until(choice: str, *, zone: ZoneInfo, at: datetime) -> datetime | None:
    """The moment that a choice of SLEEPS means now; None until the client writes. Raises KeyError for none of them."""
    local = at.astimezone(zone)
    if choice not in SLEEPS:
        raise KeyError(choice)
    if choice == "hour":
        return at + HOUR
    if choice == "evening":
        return max(at + HOUR, datetime.combine(local.date(), EVENING, zone))
    return None if choice == CLIENT else next_morning(local, weekday=0 if choice == "monday" else None)


def next_morning(local: datetime, *, weekday: int | None) -> datetime:
    """The next time that it is morning, on that day of the week if one is named."""
    mornings = (datetime.combine(local.date() + timedelta(days), MORNING, local.tzinfo) for days in range(9))
    return next(each for each in mornings if each > local and weekday in (None, each.weekday()))
