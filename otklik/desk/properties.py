"""What can be set on a ticket from its side panel, each by its verb."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.approvals.asking import refuse_if_pending
from otklik.staff.models import Company, Member, Team
from otklik.tickets.errors import TicketMerged
from otklik.tickets.models import Ticket, TicketField
from otklik.tickets.models.sleep import put_off, wake
from otklik.tickets.putting_off import SLEEPS, sleeps_until

Setter = Callable[[Ticket, str, Member], bool]

FIELD_PREFIX = "field-"


def set_property(ticket: Ticket, name: str, value: str, *, by: Member) -> bool:
    """Set one thing; whether it changed. Raises ValidationError or OtklikError with a text for the person."""
    if ticket.merged_into_id:
        raise TicketMerged(ticket=ticket, into=ticket.survivor())
    value = value.replace("\0", "")  # PostgreSQL keeps none
    if name.startswith(FIELD_PREFIX):
        field = TicketField.objects.filter(key=name.removeprefix(FIELD_PREFIX)).first()
        if field is None:
            raise ValidationError(_("This field does not exist any more."))
        return ticket.set_field(field, value, by=by)
    if name not in SETTERS:
        raise ValidationError(_("Tickets have no “%(name)s”."), params={"name": name})
    return SETTERS[name](ticket, value, by)


def _one_of(choices: Any, value: str) -> Any:
    try:
        return choices(type(choices.values[0])(value))
    except ValueError:
        raise ValidationError(_("“%(value)s” is not one of the choices."), params={"value": value}) from None


def _row(rows: Any, value: str) -> Any:
    row = rows.filter(pk=int(value)).first() if value.isdecimal() and len(value) < 19 else None
    if row is None:
        raise ValidationError(_("What you chose does not exist any more. Choose again."))
    return row


def _assign(ticket: Ticket, value: str, by: Member) -> bool:
    return ticket.assign_to(_row(Member.objects.active(), value) if value else None, by=by)


def _rename(ticket: Ticket, value: str, by: Member) -> bool:
    if not value.strip():
        raise ValidationError(_("A ticket needs a subject."))
    return ticket.set_subject(value, by=by)


def _set_state(ticket: Ticket, value: str, by: Member) -> bool:
    """Raises ApprovalPending when the change waits for somebody."""
    state = _one_of(Ticket.State, value)
    changed = ticket.set_state(state, by=by)
    if not changed:
        refuse_if_pending(ticket, state)
    return changed


def _put_off(ticket: Ticket, value: str, by: Member) -> bool:
    """A choice of SLEEPS, “wake”, or a date and time by the company’s clock."""
    if value == "wake":
        return wake(ticket, by=by)
    zone, at = Company.current().zone, now()
    try:
        until = sleeps_until(value, zone=zone, at=at) if value in SLEEPS else datetime.fromisoformat(value)
    except ValueError:
        raise ValidationError(_("“%(value)s” is not one of the choices."), params={"value": value}) from None
    return put_off(ticket, until=until if until is None or until.tzinfo else until.replace(tzinfo=zone), by=by, at=at)


SETTERS: dict[str, Setter] = {
    "state": _set_state,
    "priority": lambda ticket, value, by: ticket.set_priority(_one_of(Ticket.Priority, value), by=by),
    "type": lambda ticket, value, by: ticket.set_type(_one_of(Ticket.Type, value), by=by),
    "team": lambda ticket, value, by: ticket.hand_to(_row(Team.objects.all(), value), by=by),
    "assignee": _assign,
    "subject": _rename,
    "tag": lambda ticket, value, by: ticket.tag(value, by=by),
    "asleep": _put_off,
    "untag": lambda ticket, value, by: ticket.untag(value, by=by),
}
