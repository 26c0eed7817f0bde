"""What rules may ask about promises and working time, and how they count time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.calendars.models import Calendar
from otklik.lib.ruling import Action, Condition, Given, Label, Reckoning, Subject, ValueKind
from otklik.tickets.automatic import note_automatically
from otklik.tickets.rule_parts import yes_no

from .errors import CallbackPromised, NoPhone
from .models.callback import promise_callback

EVENTS: dict[str, Label] = {
    "clock.broken": _("A promise is broken"),
    "clock.met": _("A promise is kept"),
    "clock.escalated": _("A step of escalation is taken"),
    "callback.promised": _("A callback is promised"),
    "callback.called": _("A call is written down"),
    "callback.due": _("It is time to call back"),
}
NEARLY = 0.8  # of the promised time


def conditions() -> list[Condition]:
    return [
        Condition("promise", _("A promise"), ValueKind.CHOICE, _standing, promise_choices),
        Condition("callback", _("A callback waits"), ValueKind.CHOICE, _callback, yes_no),
        Condition(
            "working_time", _("Calendar by which we are open"), ValueKind.CHOICE, _open_calendars, calendar_choices
        ),
    ]


def actions() -> list[Action]:
    return [Action("callback", _("Promise a callback"), (), _promise_callback)]


def reckonings() -> list[Reckoning]:
    return [_reckoning(calendar) for calendar in Calendar.objects.all()]


def promise_choices() -> list[tuple[str, Any]]:
    return [("broken", _("broken")), ("nearly", _("nearly broken: a fifth of the time is left"))]


def calendar_choices() -> list[tuple[str, Any]]:
    return [(str(calendar.pk), calendar.name) for calendar in Calendar.objects.all()]


def _standing(subject: Subject) -> set[str]:
    found = set()
    for clock in subject.ticket.clocks.going().select_related("calendar"):
        nearly_at = clock.reaches(clock.length * NEARLY)
        if clock.broken_at or (clock.due_at and clock.due_at <= subject.at):
            found.add("broken")
        elif nearly_at and nearly_at <= subject.at:
            found.add("nearly")
    return found


def _callback(subject: Subject) -> set[str]:
    return {"yes" if subject.ticket.callbacks.waiting().exists() else "no"}


def _promise_callback(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    """A client without a phone number cannot be called: a note says so, the rule did its part."""
    try:
        return bool(promise_callback(subject.ticket, by=by, at=at))
    except CallbackPromised:
        return False
    except NoPhone as refusal:
        return bool(note_automatically(subject.ticket, by=by, text=str(refusal), at=at))


def _open_calendars(subject: Subject) -> set[str]:
    calendars = Calendar.objects.all()
    return {str(one.pk) for one in calendars if one.working_time(subject.at).is_open(subject.at)}


def _reckoning(calendar: Calendar) -> Reckoning:
    def due(start: datetime, length: timedelta) -> datetime | None:
        return calendar.working_time(start).due(start, length)

    return Reckoning(f"calendar:{calendar.pk}", calendar.name, due)
