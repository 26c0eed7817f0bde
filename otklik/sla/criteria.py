"""What views may ask of a ticket's promises besides the nearest deadline, which the ticket itself knows."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.lib.asking import Asker, Choice, Criterion, Moment, Values
from otklik.tickets.criteria import yes_no

from .models import Callback, Clock


def _broken(begin: datetime | None, end: datetime | None) -> Q:
    """A clock that ran out in that time, noticed already or not."""
    clocks = Clock.objects.filter(ticket=OuterRef("pk"))
    at = now()
    ran_out = clocks.filter(_between("broken_at", begin, end) | _between("due_at", begin, min(end or at, at)))
    return Q(Exists(ran_out))


def _between(column: str, begin: datetime | None, end: datetime | None) -> Q:
    found = Q(**{f"{column}__isnull": False})
    found &= Q(**{f"{column}__gte": begin}) if begin else Q()
    return found & (Q(**{f"{column}__lt": end}) if end else Q())


def _called(values: Values, _asker: Asker) -> Q:
    # By number: of all tickets, those that wait for a call are few, and an index has them.
    waiting, said = Q(pk__in=Callback.objects.waiting().values("ticket")), set(values)
    return Q() if len(said) != 1 else waiting if said == {"yes"} else ~waiting


CRITERIA: tuple[Criterion, ...] = (
    Moment(key="broken", label=_("A promise was broken"), find=_broken),
    Choice(key="callback", label=_("Waits for a call"), find=_called, choices=yes_no),
)
