"""Tickets over the API."""

from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from otklik.lib.keyset import page
from otklik.tickets import replying
from otklik.tickets.listing import SORTS
from otklik.tickets.models import Message, Ticket

from .access import ApiRequest, Bearer, visible_ticket
from .changing import change, open_for
from .files import uploaded
from .finding import Limit, TicketFilter, visible
from .repeating import once
from .schemas import (
    MessageOut,
    MessagePage,
    NoteIn,
    ReplyIn,
    TicketChange,
    TicketIn,
    TicketOut,
    TicketPage,
    TicketRead,
)
from .showing import TAGS, message_page, read_ticket, show_message, show_ticket

READ, WRITE = Bearer("tickets:read"), Bearer("tickets:write")

router = Router(tags=["tickets"])


@router.get("", auth=READ, response=TicketPage)
def list_tickets(request: ApiRequest, wanted: Query[TicketFilter]) -> TicketPage:
    """Tickets that the token’s member sees, in descending order of `sort`."""
    rows = visible(request.auth.member, wanted).with_people().prefetch_related(TAGS)
    found = page(rows, order=SORTS[wanted.sort], cursor=wanted.cursor, size=wanted.limit)
    return TicketPage(items=[show_ticket(ticket) for ticket in found.rows], next=found.next or None)


@router.post("", auth=WRITE, response={201: TicketRead})
def create_ticket(request: ApiRequest, wanted: TicketIn) -> Status[TicketRead]:
    """Open a ticket with a client’s first message."""
    files, me = uploaded(wanted.files), request.auth.member
    number = once(request, wanted, lambda: open_for(wanted, by=me, files=files).pk)
    return Status(201, read_ticket(visible_ticket(me, number), me))


@router.get("{number}", auth=READ, response=TicketRead)
def get_ticket(request: ApiRequest, number: int) -> TicketRead:
    """One ticket with its newest messages."""
    me = request.auth.member
    return read_ticket(visible_ticket(me, number), me)


@router.patch("{number}", auth=WRITE, response=TicketOut)
def change_ticket(request: ApiRequest, number: int, wanted: TicketChange) -> TicketOut:
    """Change what is named; all of it or nothing."""
    change(visible_ticket(request.auth.member, number), wanted, by=request.auth.member)
    # It was visible when it was changed; it may now be another team's.
    return show_ticket(Ticket.objects.with_people().get(pk=number))


@router.get("{number}/messages", auth=READ, response=MessagePage)
def list_messages(request: ApiRequest, number: int, cursor: str = "", limit: Limit = 50) -> MessagePage:
    """The messages and notes of a ticket, the newest first."""
    return message_page(visible_ticket(request.auth.member, number).messages.all(), cursor=cursor, size=limit)


@router.post("{number}/replies", auth=WRITE, response={201: MessageOut})
def reply(request: ApiRequest, number: int, wanted: ReplyIn) -> Status[MessageOut]:
    """Answer the client and all participants."""
    ticket, files, me = visible_ticket(request.auth.member, number), uploaded(wanted.files), request.auth.member

    def answer() -> int:
        said = replying.reply(
            ticket, by=me, text=wanted.text, html=wanted.html, files=files, then=wanted.state, seen=wanted.seen
        )
        return said.pk

    return Status(201, _message(request, once(request, wanted, answer)))


@router.post("{number}/notes", auth=WRITE, response={201: MessageOut})
def note(request: ApiRequest, number: int, wanted: NoteIn) -> Status[MessageOut]:
    """Write what only staff read."""
    ticket, files, me = visible_ticket(request.auth.member, number), uploaded(wanted.files), request.auth.member

    def keep() -> int:
        return replying.note(ticket, by=me, text=wanted.text, html=wanted.html, files=files).pk

    made = once(request, wanted, keep)
    return Status(201, _message(request, made))


def _message(request: ApiRequest, number: int) -> MessageOut:
    return show_message(get_object_or_404(Message.objects.visible_to(request.auth.member), pk=number))
