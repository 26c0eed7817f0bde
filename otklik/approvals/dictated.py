"""Deciding by answering the notice mail: `#approve`, or `#reject` with the reason on the same line."""

from datetime import datetime

from otklik.lib.errors import OtklikError
from otklik.staff.models import Member
from otklik.tickets.models import Ticket
from otklik.tickets.replying import note

from .errors import ApprovalOver
from .models import Approval, Ask


def approve(ticket: Ticket, argument: str, by: Member, at: datetime) -> None:
    _decide(ticket, by, is_yes=True, why=argument, at=at)


def reject(ticket: Ticket, argument: str, by: Member, at: datetime) -> None:
    _decide(ticket, by, is_yes=False, why=argument, at=at)


def _decide(ticket: Ticket, by: Member, *, is_yes: bool, why: str, at: datetime) -> None:
    """The oldest that the member is asked for; what cannot be done is said in a note, for the mail is gone."""
    asked = Ask.objects.filter(member=by, is_yes=None).values("approval")
    approval = Approval.objects.waiting().filter(ticket=ticket, pk__in=asked).select_related("ticket").first()
    try:
        if approval is None:
            raise ApprovalOver
        approval.decide(by=by, is_yes=is_yes, why=why, at=at)
    except OtklikError as refusal:
        note(ticket, by=by, text=str(refusal), at=at)
