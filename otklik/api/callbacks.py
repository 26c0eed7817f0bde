"""Calling clients back, over the API."""

from django.shortcuts import get_object_or_404
from ninja import Router, Status

from otklik.sla.models import Callback
from otklik.sla.models.callback import promise_callback

from .access import ApiRequest, Bearer, visible_ticket
from .schemas import CallbackIn, CallbackOut, CallIn
from .showing import show_callback

WRITE = Bearer("tickets:write")

router = Router(tags=["callbacks"])


@router.post("{number}/callback", auth=WRITE, response={201: CallbackOut})
def promise(request: ApiRequest, number: int, wanted: CallbackIn) -> Status[CallbackOut]:
    """Promise the client a call; one may wait at a time."""
    ticket = visible_ticket(request.auth.member, number)
    made = promise_callback(ticket, by=request.auth.member, phone=wanted.phone, wanted_at=wanted.wanted_at)
    return Status(201, show_callback(made))


@router.post("{number}/callback/calls", auth=WRITE, response={201: CallbackOut})
def call(request: ApiRequest, number: int, wanted: CallIn) -> Status[CallbackOut]:
    """Write down a call. The callback ends when the client was reached, or after three calls in vain."""
    callback = _waiting(request, number)
    callback.call(is_reached=wanted.reached, by=request.auth.member, note=wanted.note)
    return Status(201, show_callback(callback))


@router.delete("{number}/callback", auth=WRITE, response={204: None})
def withdraw(request: ApiRequest, number: int) -> Status[None]:
    """The client need not be called any more."""
    _waiting(request, number).withdraw(by=request.auth.member)
    return Status(204, None)


def _waiting(request: ApiRequest, number: int) -> Callback:
    waiting = Callback.objects.waiting().select_related("ticket")
    return get_object_or_404(waiting, ticket=visible_ticket(request.auth.member, number))
