"""When a mailbox's people are there, and in words when they are there again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from otklik.calendars.models import Calendar

DAYS = (
    pgettext_lazy("in a sentence", "Monday"),
    pgettext_lazy("in a sentence", "Tuesday"),
    pgettext_lazy("in a sentence", "Wednesday"),
    pgettext_lazy("in a sentence", "Thursday"),
    pgettext_lazy("in a sentence", "Friday"),
    pgettext_lazy("in a sentence", "Saturday"),
    pgettext_lazy("in a sentence", "Sunday"),
)


def is_closed(calendar: Calendar | None, at: datetime) -> bool:
    """Is nobody there? Without a calendar somebody always is."""
    return calendar is not None and not calendar.working_time(at).is_open(at)


def next_opening(calendar: Calendar, at: datetime) -> datetime | None:
    """When it opens next, the hours of now aside; None if it does not in the years laid out."""
    hours = calendar.working_time(at)
    return hours.opens(hours.closes(at) or at)


def in_words(opens: datetime | None, zone: ZoneInfo) -> str:
    """“Monday, 12 May, 9 a.m. (UTC+3)”, in the active language."""
    if opens is None:
        return _("as soon as possible")
    local = opens.astimezone(zone)
    told = {
        "weekday": DAYS[local.weekday()],
        "date": date_format(local, "j E"),
        "time": date_format(local, "TIME_FORMAT"),
        "zone": zone_name(local.utcoffset() or timedelta()),
    }
    return _("%(weekday)s, %(date)s, %(time)s (%(zone)s)") % told


def zone_name(ahead: timedelta) -> str:
    """“UTC+5:30”: readers sit in other zones than we do, and names of zones mean little to them."""
    hours, minutes = divmod(abs(ahead) // timedelta(minutes=1), 60)
    return f"UTC{'-' if ahead < timedelta() else '+'}{hours}{f':{minutes:02}' if minutes else ''}" if ahead else "UTC"
