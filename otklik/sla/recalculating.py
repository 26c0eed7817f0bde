"""What follows when a calendar or an agreement changes: clocks that were counted by the old one are counted anew."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import now

from otklik.calendars.models import Calendar
from otklik.journal.models import Event
from otklik.tickets.models import Ticket

from .models import Clock, Policy
from .models.clock import POLICY_CHANGED
from .reactions import conditions_changed

BATCH = 100


def recalculate(at: datetime | None = None) -> bool:
    """Look at a batch of clocks again; False if none was left behind by a change.

    Each calendar and policy is asked for by itself: there are few of them, and an index leads from each straight to
    its clocks of older versions.
    """
    at = at or now()
    return _recount(at) or _agree_anew(at)


def _recount(at: datetime) -> bool:
    found = False
    for calendar in Calendar.objects.all():
        clocks = Clock.objects.filter(calendar=calendar, due_at__isnull=False, calendar_version__lt=calendar.version)
        for clock in clocks.select_related("calendar", "ticket")[:BATCH]:
            clock.recount(at=at)
            found = True
    return found


def _agree_anew(at: datetime) -> bool:
    found = False
    for policy in Policy.objects.all():
        clocks = Clock.objects.going().filter(policy=policy, policy_version__lt=policy.version)
        for number in set(clocks.values_list("ticket", flat=True)[:BATCH]):
            _review(number, policy, at)
            found = True
    return found


def _review(number: int, policy: Policy, at: datetime) -> None:
    """Treat a ticket as if something about it had changed: that asks again which policy covers it."""
    with transaction.atomic():
        conditions_changed(Event(kind=POLICY_CHANGED, about=Ticket.journal_name, about_id=number, at=at))
        Clock.objects.going().filter(ticket=number, policy=policy).update(policy_version=policy.version)
