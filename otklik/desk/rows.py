"""One ticket in a list: what a page has fifty of, and what makes most of its time."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from otklik.lib.addresses import address_of
from otklik.tickets.models import Message, Ticket
from otklik.tickets.search import Hit

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


def found(hit: Hit, promise: Deadline | None, *, can_choose: bool) -> SafeString:
    """A ticket that the search found, with where the words stand in it."""
    ticket = hit.ticket
    fresh = " row--fresh" if ticket.state == Ticket.State.NEW else ""
    priority = pieces.priority(ticket) if ticket.priority >= pieces.HIGH else ""
    due = f'<span class="row__due">{pieces.deadline(promise)}</span>' if promise else ""
    place = f"#message-{hit.message.pk}" if hit.message else ""
    address = escape(address_of("desk:ticket", ticket.pk) + place)
    return pieces.written(
        f'<article class="row row--hit{fresh}" id="row-{ticket.pk}">{_box(ticket) if can_choose else ""}'
        f'<span class="row__face">{pieces.avatar(ticket.client.name)}</span>'
        f'<div class="row__main"><div class="row__line">'
        f'<a class="row__link cut" href="{address}">{pieces.marked(hit.subject)}</a>'
        f'<span class="row__number">#{ticket.pk}</span></div>'
        f'<p class="row__about cut"><b>{pieces.marked(hit.client)}</b>'
        f"{''.join(f' · {pieces.marked(value)}' for value in hit.known_by)}</p>"
        f'<p class="hit__text">{_said_by(hit.message) if hit.message else ""}{pieces.marked(hit.snippet)}</p>'
        f"{_files(hit)}</div>"
        f'<div class="row__state">{pieces.state(ticket)}{priority}</div>'
        f'<div class="row__owner">{_owner(ticket)}</div>'
        f'<div class="row__when">{due}{pieces.moment(ticket.active_at)}</div></article>'
    )


def _said_by(message: Message) -> str:
    """Whose words a snippet is, and whether the client sees them."""
    author = message.author
    said = f"{escape(author.name)}, {pieces.moment(message.at)}:" if author else ""
    return _inside(message) + (f'<span class="hit__author">{said}</span> ' if author else "")


def _inside(message: Message) -> str:
    if message.aside_id:
        return f'{pieces.icon("handshake")}<span class="unseen">{escape(_("Side conversation"))}</span>'
    return f'{pieces.icon("lock")}<span class="unseen">{escape(_("Note"))}</span>' if message.is_note else ""


def _files(hit: Hit) -> str:
    names = "".join(f"<span>{pieces.icon('paperclip')}{pieces.marked(name)}</span>" for name in hit.files)
    return f'<p class="hit__files">{names}</p>' if names else ""


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
