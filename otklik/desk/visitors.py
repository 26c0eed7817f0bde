"""The visitor of a chat, as the page of their ticket shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.timezone import now

from otklik.channels.chat.models import HERE, KIND, Shown, Visitor
from otklik.clients.models import EMAIL, Address
from otklik.staff.models import Member
from otklik.tickets.models import Message, Ticket


def visitor_of(ticket: Ticket) -> Visitor | None:
    """Who talks on this ticket; None where nobody does. It costs a query only for tickets of a chat."""
    if ticket.channel is None or ticket.channel.kind != KIND:
        return None
    visitor = Visitor.objects.filter(ticket=ticket).order_by("-seen_at").first()
    if visitor:
        at = now()
        visitor.is_here_now, visitor.is_typing_now = visitor.is_here(at), visitor.is_typing(at)  # type: ignore[attr-defined]  # for the template
    return visitor


def about_visitor(ticket: Ticket, addresses: Sequence[Address]) -> dict[str, Any]:
    """What the panel of the ticket’s page needs."""
    emails = [each for each in addresses if each.kind == EMAIL and each.person_id == ticket.client_id]
    return {
        "visitor": visitor_of(ticket),
        "answers_by_mail": bool(ticket.address and ticket.address.kind == EMAIL),
        "client_email": emails[0] if emails else None,
    }


def mark_read(messages: Sequence[Message]) -> None:
    """Put `read_at` onto answers that were shown in a chat; other messages cost nothing."""
    ours = {message.pk: message for message in messages if message.via == KIND and message.is_ours}
    if ours:
        shown = Shown.objects.filter(message__in=ours).exclude(read_at=None)
        for number, read_at in shown.values_list("message", "read_at"):
            ours[number].read_at = read_at  # type: ignore[attr-defined]  # for the template


def act(ticket: Ticket, what: str, *, by: Member) -> bool:
    """Do what a button of the panel says; False if there is nothing to do."""
    visitor = visitor_of(ticket)
    if visitor is None:
        return False
    if what in ("block", "unblock"):
        return visitor.block(by=by) if what == "block" else visitor.unblock(by=by)
    kind = {"mail": EMAIL, "chat": KIND}.get(what)
    address = ticket.client.address(kind) if kind else None
    return bool(address and ticket.answer_at(address, by=by))


def present_signs() -> list[tuple[int, tuple[int, str]]]:
    """Which tickets have a visitor who is there, and whether they write: what open pages watch for."""
    at = now()
    here = Visitor.objects.filter(seen_at__gt=at - HERE).exclude(ticket=None).select_related(None)
    return [
        (visitor.ticket_id, (-visitor.pk, "typing" if visitor.is_typing(at) else "here"))
        for visitor in here
        if visitor.ticket_id
    ]
