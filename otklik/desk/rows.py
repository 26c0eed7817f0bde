"""One ticket in a list: what a page has fifty of, and what makes most of its time."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from otklik.tickets.models import Ticket

from . import pieces
from .deadlines import Deadline


def row(ticket: Ticket, address: str, promise: Deadline | None, *, can_choose: bool) -> SafeString:
    """A ticket with its people, at the address that remembers the place in the list."""
    fresh = " row--fresh" if ticket.state == Ticket.State.NEW else ""
    unread = " row--unread" if _is_unread(ticket) else ""
    return pieces.written(
        f'<article class="row{fresh}{unread}" id="row-{ticket.pk}">'
        f"{_box(ticket) if can_choose else ''}"
        f'<span class="row__face">{pieces.avatar(ticket.client.name)}</span>'
        f'<div class="row__main"><div class="row__line">{_link(ticket, address)}'
        f'<span class="row__number">#{ticket.pk}</span></div>'
        f'<p class="row__about cut">{_about(ticket)}</p></div>'
        f'<div class="row__state">{_standing(ticket)}</div>'
        f'<div class="row__owner">{_owner(ticket)}</div>'
        f'<div class="row__when">{_when(ticket, promise)}</div></article>'
    )


def _is_unread(ticket: Ticket) -> bool:
    """As `Listing.shown` says it."""
    return bool(vars(ticket).get("is_unread"))


def _box(ticket: Ticket) -> str:
    choose = escape(_("Choose #%(number)s") % {"number": ticket.pk})
    box = f'<input type="checkbox" name="ticket" value="{ticket.pk}" form="bulk">'
    return f'<label class="row__pick">{box}<span class="unseen">{choose}</span></label>'


def _link(ticket: Ticket, address: str) -> str:
    unread = f'<span class="unseen"> · {escape(_("unread"))}</span>' if _is_unread(ticket) else ""
    return f'<a class="row__link cut" href="{escape(address)}">{escape(ticket.subject)}{unread}</a>'


def _about(ticket: Ticket) -> str:
    client = ticket.client
    organisation = f" · {escape(client.organisation.name)}" if client.organisation else ""
    excerpt = f" \N{EM DASH} {escape(ticket.excerpt)}" if ticket.excerpt else ""
    return f"<b>{escape(client.name)}</b>{organisation}{excerpt}"


def _standing(ticket: Ticket) -> str:
    priority = pieces.priority(ticket) if ticket.priority >= pieces.HIGH else ""
    sleep = pieces.sleep_of(ticket)
    return f"{pieces.state(ticket)}{priority}{pieces.asleep(sleep, short=True) if sleep else ''}"


def _owner(ticket: Ticket) -> str:
    if ticket.assignee is None:
        return f'<span class="cut faint">{escape(ticket.team.name)}</span>'
    name = ticket.assignee.name
    return f'{pieces.avatar(name, "small avatar--staff")}<span class="cut">{escape(name)}</span>'


def _when(ticket: Ticket, promise: Deadline | None) -> str:
    due = f'<span class="row__due">{pieces.deadline(promise)}</span>' if promise else ""
    return f"{due}{pieces.moment(ticket.active_at)}{pieces.channel(ticket.channel) if ticket.channel else ''}"
