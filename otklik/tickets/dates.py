"""Dates in custom fields: that one has come is noted in the journal, where rules hear of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.timezone import now

from otklik.journal.models import Event
from otklik.journal.record import record
from otklik.lib.fields import CustomField
from otklik.staff.models import Company

from .models import Ticket, TicketField
from .models.ticket import TicketQuerySet

CAME = "ticket.date_came"
BATCH = 100


def note_due(at: datetime | None = None) -> bool:
    """Note a batch of dates that have come on open tickets; False if there was none. Each date of a field once."""
    at = at or now()
    return any([_note(number, field, at) for field in date_fields() for number in _numbers(field, at)])


def date_fields() -> list[TicketField]:
    return list(TicketField.objects.filter(kind=CustomField.Kind.DATE))


def next_due(after: datetime) -> datetime | None:
    """When a date can come next: as the next day begins; None where no field is a date."""
    local = after.astimezone(Company.current().zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time.min, local.tzinfo)
    return midnight if date_fields() else None


def came(ticket: Ticket, at: datetime) -> set[str]:
    """The keys of fields whose date is today, by the company's time, or before."""
    dates = {field.key: ticket.fields.get(field.key) for field in date_fields()}
    return {key for key, date in dates.items() if date and date <= _today(at)}


def _numbers(field: TicketField, at: datetime) -> list[int]:
    rows = _unnoted(Ticket.objects.open().filter(merged_into=None), field, at)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _unnoted(tickets: TicketQuerySet, field: TicketField, at: datetime) -> TicketQuerySet:
    """Those of tickets on which a field's date has come that nobody noted."""
    noted = Event.objects.alias(date=_text("date", "facts")).filter(
        about=Ticket.journal_name, about_id=OuterRef("pk"), kind=CAME, facts__field=field.key, date=OuterRef("date")
    )
    dated = tickets.alias(date=_text(field.key, "fields"))
    return dated.filter(date__gt="", date__lte=_today(at)).exclude(Exists(noted))


def _note(number: int, field: TicketField, at: datetime) -> bool:
    """Behind a lock on the ticket, since another worker may be about to note the same."""
    with transaction.atomic():
        held = Ticket.objects.select_for_update().get(pk=number)
        if not _unnoted(Ticket.objects.filter(pk=number), field, at).exists():
            return False
        record(CAME, held, at=at, field=field.key, date=held.fields[field.key])
    return True


def _text(key: str, column: str) -> Cast:
    """A value of JSON, to be compared as the text that it is."""
    return Cast(KeyTextTransform(key, column), TextField())


def _today(at: datetime) -> str:
    return at.astimezone(Company.current().zone).date().isoformat()
