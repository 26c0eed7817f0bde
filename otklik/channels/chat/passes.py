"""What proves to us who a visitor is: a pass that their browser keeps, and a short one that stands in addresses."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.timezone import now

from otklik.lib.tokens import sign, unsign
from otklik.tickets.models import Channel

from .models import Visitor

LONG, SHORT = timedelta(days=30), timedelta(hours=1)
KEPT, IN_ADDRESS = "chat.visitor", "chat.look"  # what a pass is signed for


def keep_pass(visitor: Visitor, *, at: datetime | None = None) -> str:
    """For the browser's own storage; it is renewed whenever the chat is opened, and good for a month."""
    return _signed(KEPT, visitor, (at or now()) + LONG)


def look_pass(visitor: Visitor, *, at: datetime | None = None) -> str:
    """For the addresses of the stream and of files, which may stay in logs: it lets look, not write, for an hour."""
    return _signed(IN_ADDRESS, visitor, (at or now()) + SHORT)


def by_pass(channel: Channel, given: str) -> Visitor | None:
    """The visitor who may write; None for a pass that is not ours, of another chat, or over."""
    return _visitor(KEPT, channel, given)


def by_look_pass(channel: Channel, given: str) -> Visitor | None:
    return _visitor(IN_ADDRESS, channel, given)


def _signed(purpose: str, visitor: Visitor, until: datetime) -> str:
    return sign(purpose, f"{visitor.key}.{int(until.timestamp())}")


def _visitor(purpose: str, channel: Channel, given: str) -> Visitor | None:
    key, _dot, until = (unsign(purpose, given[:200]) or "").partition(".")
    if not until.isdecimal() or int(until) < now().timestamp():
        return None
    return Visitor.objects.select_related("ticket__address").filter(channel=channel, key=key).first()
