"""Dates in custom fields: that one has come is noted in the journal, where rules hear of it.

Each date of an open ticket that has not come is a row, kept by what changes fields; so looking for those of today costs
the same however many tickets there are. What a field meant before it was declared otherwise is laid anew in portions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from otklik.journal.models import Event
from otklik.journal.record import record
from otklik.lib.fields import CustomField
from otklik.staff.models import Company

from .models import AwaitedDate, Ticket, TicketField
from .opening import just_opened

CAME = "ticket.date_came"
BATCH = 100


def note_due(at: datetime | None = None) -> bool:
    """Note a batch of dates that have come on open tickets; False if there was none. Each date of a field once."""
    at = at or now()
    laid = _lay_some()
    due = AwaitedDate.objects.filter(date__lte=_today(at)).select_related("field").order_by("date", "pk")[:BATCH]
    return any([laid, *(_note(each, at) for each in due)])


def date_fields() -> list[TicketField]:
    return list(TicketField.objects.filter(kind=CustomField.Kind.DATE))


def next_due(after: datetime) -> datetime | None:
    """When a date can come next: as the next day begins; None where no field is a date."""
    local = after.astimezone(Company.current().zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time.min, local.tzinfo)
    return midnight if date_fields() else None


def came(ticket: Ticket, at: datetime) -> set[str]:
    """The keys of fields whose date is today, by the company's time, or before."""
    today = _today(at)
    return {field.key for field, day in _dates(ticket, date_fields()) if day <= today}


def lay_anew(field: TicketField) -> None:
    """A field was declared, perhaps otherwise than before: the worker looks through all tickets for its dates."""
    with transaction.atomic():
        TicketField.objects.filter(pk=field.pk).update(laid_to=0)
        AwaitedDate.objects.filter(field=field).delete()


# Reactions, in the transaction of the change.


def opened(event: Event) -> None:
    if just_opened(event).fields:
        _lay(event.about_id)


def field_changed(event: Event) -> None:
    if _day(event.facts["before"]) or _day(event.facts["after"]):
        _lay(event.about_id)


def state_changed(event: Event) -> None:
    """A ticket that is open again waits again; what one that is over waited for is forgotten as its day comes."""
    if event.facts["before"] in Ticket.ENDED and event.facts["after"] not in Ticket.ENDED:
        _lay(event.about_id)


def separated(event: Event) -> None:
    _lay(event.about_id)


def _lay(number: int) -> None:
    """Await just what stands in a ticket's fields now and was not noted."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=number)
        fields = date_fields() if ticket.fields else []
        if not fields:
            return
        told = Event.objects.about(ticket).filter(kind=CAME).values_list("facts__field", "facts__date")
        noted = set(told)
        dates = [(field, day) for field, day in _dates(ticket, fields) if (field.key, day.isoformat()) not in noted]
        AwaitedDate.objects.filter(ticket=ticket).delete()
        AwaitedDate.objects.bulk_create(AwaitedDate(ticket=ticket, field=field, date=day) for field, day in dates)


def _lay_some() -> bool:
    """Look through some tickets for dates of a field that was declared; False if there is none to be laid."""
    waiting = TicketField.objects.filter(laid_to__isnull=False).order_by("pk").values_list("pk", flat=True).first()
    if waiting is None:
        return False
    with transaction.atomic():
        # Another key than that which rows of dates point at: whoever writes those need not wait.
        field = TicketField.objects.select_for_update(no_key=True).filter(pk=waiting, laid_to__isnull=False).first()
        if field is None:
            return False
        numbers: list[int] = []
        if field.kind == CustomField.Kind.DATE:
            having = Ticket.objects.open().filter(pk__gt=field.laid_to, fields__has_key=field.key).order_by("pk")
            numbers = list(having.values_list("pk", flat=True)[:BATCH])
        for number in numbers:
            _lay(number)
        TicketField.objects.filter(pk=field.pk).update(laid_to=numbers[-1] if len(numbers) == BATCH else None)
    return True


def _note(awaited: AwaitedDate, at: datetime) -> bool:
    """Behind a lock on the ticket, since another worker may be about to note the same."""
    with transaction.atomic():
        held = Ticket.objects.select_for_update().get(pk=awaited.ticket_id)
        gone, _rows = AwaitedDate.objects.filter(pk=awaited.pk, date=awaited.date).delete()
        if gone and held.is_open and held.merged_into_id is None and _stands(awaited, held):
            record(CAME, held, at=at, field=awaited.field.key, date=awaited.date.isoformat())
    return bool(gone)


def _stands(awaited: AwaitedDate, ticket: Ticket) -> bool:
    """Whether the field is a date still, and says this one."""
    field = awaited.field
    return field.kind == CustomField.Kind.DATE and _day(ticket.fields.get(field.key)) == awaited.date


def _dates(ticket: Ticket, fields: list[TicketField]) -> Iterator[tuple[TicketField, date]]:
    for field in fields:
        if day := _day(ticket.fields.get(field.key)):
            yield field, day


def _day(value: Any) -> date | None:
    """The date that a field says; None for anything else, as a field has that was a text once."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day and day.isoformat() == value else None


def _today(at: datetime) -> date:
    return at.astimezone(Company.current().zone).date()
