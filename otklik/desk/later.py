"""When an answer leaves: after a moment for second thoughts, or at a time of its writer's choice."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError
from otklik.tickets.putting_off import next_morning
from otklik.tickets.replying import UNDO

# The choices of the menu, in its order; "at" takes the time that is typed beside it.
WHEN = {
    "": _("at once"),
    "morning": _("in the morning, at 9:00"),
    "monday": _("on Monday, at 9:00"),
    "at": _("at a time of your choice"),
}


class TimeIsOver(OtklikError):
    code = "time_is_over"
    message = _("The answer was not sent: the time to send it is missing or over. Choose a later one.")


def leaves_at(when: str, chosen: datetime | None, *, zone: ZoneInfo, at: datetime, undo: timedelta = UNDO) -> datetime:
    """The moment that a choice means now, by the company's clock; `undo` is the time for second thoughts.

    Raises TimeIsOver.
    """
    if not when:
        return at + undo
    if when == "at":
        if chosen is None or chosen <= at:
            raise TimeIsOver
        return chosen
    return next_morning(at.astimezone(zone), weekday=0 if when == "monday" else None)
