"""Side conversations with third parties, over the API."""

from django.shortcuts import get_object_or_404
from ninja import Router, Status

from otklik.clients.models import EMAIL
from otklik.tickets.addressing import outgoing_channel
from otklik.tickets.asides import Letter, ask, write
from otklik.tickets.models import Aside, Channel, Message

from .access import ApiRequest, Bearer, visible_ticket
from .files import uploaded
from .finding import Limit
from .repeating import once
from .schemas import AsideChange, AsideIn, AsideList, AsideOut, LetterIn, MessageOut, MessagePage
from .showing import message_page, show_aside, show_message

READ, WRITE = Bearer("tickets:read"), Bearer("tickets:write")

router = Router(tags=["side conversations"])


@router.get("tickets/{number}/asides", auth=READ, response=AsideList)
def list_asides(request: ApiRequest, number: int) -> AsideList:
    """The side conversations of a ticket, the oldest first."""
    rows = visible_ticket(request.auth.member, number).asides.select_related("opened_by").prefetch_related("parties")
    return AsideList(items=[show_aside(row) for row in rows], next=None)


@router.post("tickets/{number}/asides", auth=WRITE, response={201: MessageOut})
def open_aside(request: ApiRequest, number: int, wanted: AsideIn) -> Status[MessageOut]:
    """Ask a third party; the client is told nothing."""
    ticket, me = visible_ticket(request.auth.member, number), request.auth.member
    letter = _letter(wanted)
    channel = _mailbox(wanted.channel) if wanted.channel else outgoing_channel(ticket)

    def begin() -> int:
        return ask(ticket, letter, by=me, subject=wanted.subject, channel=channel).pk

    return Status(201, _message(request, once(request, wanted, begin)))


@router.get("asides/{number}/messages", auth=READ, response=MessagePage)
def list_letters(request: ApiRequest, number: int, cursor: str = "", limit: Limit = 50) -> MessagePage:
    """The letters of a side conversation, the newest first."""
    aside = _aside(request, number)
    letters = Message.objects.visible_to(request.auth.member).filter(aside=aside)
    return message_page(letters, cursor=cursor, size=limit)


@router.post("asides/{number}/messages", auth=WRITE, response={201: MessageOut})
def write_letter(request: ApiRequest, number: int, wanted: LetterIn) -> Status[MessageOut]:
    """Write to the third party once more; without `to`, to whom the last letter went."""
    aside, me = _aside(request, number), request.auth.member
    letter = _letter(wanted, otherwise=aside.addresses)
    return Status(201, _message(request, once(request, wanted, lambda: write(aside, letter, by=me).pk)))


@router.patch("asides/{number}", auth=WRITE, response=AsideOut)
def change_aside(request: ApiRequest, number: int, wanted: AsideChange) -> AsideOut:
    """End a side conversation, or let it go on."""
    aside = _aside(request, number)
    change = aside.reopen if wanted.is_open else aside.end
    change(by=request.auth.member)
    return show_aside(_aside(request, number))


def _aside(request: ApiRequest, number: int) -> Aside:
    seen = Aside.objects.visible_to(request.auth.member).select_related("ticket", "channel", "opened_by")
    return get_object_or_404(seen.prefetch_related("parties"), pk=number)


def _mailbox(number: int) -> Channel:
    return get_object_or_404(Channel.objects.active(), kind=EMAIL, pk=number)


def _letter(wanted: LetterIn, *, otherwise: list[str] | None = None) -> Letter:
    return Letter(
        to=tuple(wanted.to or otherwise or ()),
        text=wanted.text,
        html=wanted.html,
        files=uploaded(wanted.files),
        waits=wanted.waits,
        wakes=wanted.wakes,
    )


def _message(request: ApiRequest, number: int) -> MessageOut:
    return show_message(get_object_or_404(Message.objects.visible_to(request.auth.member), pk=number))
