"""What a list of tickets can be narrowed by."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime

from otklik.staff.models import Member
from otklik.tickets import search
from otklik.tickets.models import Ticket
from otklik.tickets.models.ticket import TicketQuerySet

from .schemas import Number, PriorityName, StateName, TypeName

SIZE_MAX = 100
Limit = Annotated[int, Field(ge=1, le=SIZE_MAX)]


def in_our_age(moment: datetime) -> datetime:
    """Refuse times near the ends of the calendar: in another zone they would lie outside it."""
    if not 1900 <= moment.year <= 2200:
        raise ValueError("The year is not one of ours.")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(in_our_age)]


class TicketFilter(Schema):
    """Several values of `state` mean any of them; everything else narrows further."""

    state: list[StateName] = []
    is_open: bool | None = None
    asleep: bool | None = None
    team: Number | None = None
    assignee: Number | Literal["none"] | None = None
    client: Number | None = None
    tag: str | None = None
    type: TypeName | None = None
    priority: PriorityName | None = None
    q: str | None = None
    opened_after: Moment | None = None
    opened_before: Moment | None = None
    active_after: Moment | None = None
    active_before: Moment | None = None
    sort: Literal["activity", "created", "priority"] = "activity"
    cursor: str = ""
    limit: Limit = 50


COLUMNS = {
    "is_open": "is_open",
    "team": "team",
    "client": "client",
    "tag": "tags__name",
    "type": "type",
    "opened_after": "opened_at__gt",
    "opened_before": "opened_at__lt",
    "active_after": "active_at__gt",
    "active_before": "active_at__lt",
}


def visible(member: Member, wanted: TicketFilter) -> TicketQuerySet:
    """What the member sees of it. Raises search.BadQuery."""
    tickets = _narrowed(Ticket.objects.visible_to(member), wanted)
    return search.narrow(tickets, wanted.q, member=member) if wanted.q else tickets


def _narrowed(tickets: TicketQuerySet, wanted: TicketFilter) -> TicketQuerySet:
    given = wanted.model_dump(exclude_none=True)
    columns: dict[str, Any] = {column: given[name] for name, column in COLUMNS.items() if name in given}
    if wanted.state:
        columns["state__in"] = wanted.state
    if wanted.priority:
        columns["priority"] = Ticket.Priority[wanted.priority.upper()]
    if wanted.assignee is not None:
        columns["assignee"] = None if wanted.assignee == "none" else wanted.assignee
    if wanted.asleep is not None:
        columns["sleep__isnull"] = not wanted.asleep
    return tickets.filter(**columns)
