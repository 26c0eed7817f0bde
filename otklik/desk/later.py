"""When an answer leaves: after a moment for second thoughts, or at a time of its writer's choice."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError
from otklik.tickets.replying import UNDO

MORNING = time(9)
# The choices of the menu, in its order; "at" takes the time that is typed beside it.
WHEN = {
    "": _("at once"),
    "morning": _("in the morning, at 9:00"),
    "monday": _("on Monday, at 9:00"),
    "at": _("at a time of your choice"),
}


EVENING, HOUR = time(18), timedelta(hours=1)
# Until when a ticket can be put off; "" is until the client writes.
SLEEPS = {
    "hour": _("for an hour"),
    "evening": _("until this evening, 18:00"),
    "morning": _("until the next morning, 9:00"),
    "monday": _("until Monday, 9:00"),
    "": _("until the client writes"),
}


class TimeIsOver(OtklikError):
    code = "time_is_over"
    message = _("The answer was not sent: the time to send it is missing or over. Choose a later one.")


def leaves_at(when: str, chosen: datetime | None, *, zone: ZoneInfo, at: datetime) -> datetime:
    """The moment that a choice means now, by the company's clock. Raises TimeIsOver."""
    if not when:
        return at + UNDO
    if when == "at":
        if chosen is None or chosen <= at:
            raise TimeIsOver
        return chosen
    return _next_morning(at.astimezone(zone), weekday=0 if when == "monday" else None)


def sleeps_until(choice: str, *, zone: ZoneInfo, at: datetime) -> datetime | None:
    """The moment that a choice of SLEEPS means now; None until the client writes. Raises KeyError for none of them."""
    local = at.astimezone(zone)
    if choice not in SLEEPS:
        raise KeyError(choice)
    if choice == "hour":
        return at + HOUR
    if choice == "evening":
        return max(at + HOUR, datetime.combine(local.date(), EVENING, zone))
    return _next_morning(local, weekday=0 if choice == "monday" else None) if choice else None


def _next_morning(local: datetime, *, weekday: int | None) -> datetime:
    """The next time that it is morning, on that day of the week if one is named."""
    mornings = (datetime.combine(local.date() + timedelta(days), MORNING, local.tzinfo) for days in range(9))
    return next(each for each in mornings if each > local and weekday in (None, each.weekday()))
