"""How a ticket stands, in the client's words, and what happens next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.staff.models import Company
from otklik.tickets.models import Ticket

State = Ticket.State
Text = str | Promise


@dataclass(frozen=True)
class Standing:
    """`tone` is the colour of the sign: what is done, what we owe, what the client owes."""

    tone: str
    now: Text
    next: Text


_OPEN = {
    State.NEW: Standing(
        "open", gettext_lazy("We have your message"), gettext_lazy("Somebody will read it and answer you.")
    ),
    State.OPEN: Standing(
        "open", gettext_lazy("We are working on it"), gettext_lazy("We will write to you as soon as we know more.")
    ),
    State.WAITING_CLIENT: Standing(
        "waiting", gettext_lazy("We are waiting for your answer"), gettext_lazy("Write below, or answer our e-mail.")
    ),
    State.WAITING_THIRD_PARTY: Standing(
        "open",
        gettext_lazy("We are waiting for somebody else"),
        gettext_lazy("We asked somebody outside our company and will write to you when they answer."),
    ),
    State.RESOLVED: Standing(
        "resolved", gettext_lazy("Solved"), gettext_lazy("If it is not, write below: the ticket will be opened again.")
    ),
}


def standing_of(ticket: Ticket, company: Company) -> Standing:
    state = State(ticket.state)
    return _closed(ticket, company) if state == State.CLOSED else _OPEN[state]


def _closed(ticket: Ticket, company: Company) -> Standing:
    until = ticket.state_at + timedelta(days=company.reopen_days)
    if until > now():
        after = _("If you write below by %(day)s, the ticket will be opened again.") % {"day": _day(until)}
    else:
        after = _("If you write below, a new ticket will be opened and linked to this one.")
    return Standing("closed", _("Closed on %(day)s") % {"day": _day(ticket.state_at)}, after)


def _day(at: datetime) -> str:
    return date_format(localtime(at), "DATE_FORMAT")
