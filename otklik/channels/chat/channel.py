"""The chat channel: what a visitor's page sent becomes a message, and an answer becomes something that page shows."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.lib.inbound import Dropped, Inbound, InboundFile, Reason, Sender
from otklik.tickets.models import Delivery, RawMessage

from . import showing
from .models import KIND, Visitor


class Chat:
    kind = KIND
    label = _("Chat")
    icon = "message-square"
    is_live = True  # people talk here: many short messages, each at once

    def read(self, raw: RawMessage) -> Inbound | Dropped:
        """Understand what `talking.say` wrote. Pure; any other bytes are Dropped, never an error."""
        try:
            return _inbound(json.loads(bytes(raw.body)))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return Dropped(Reason.MALFORMED)

    def screen(self, _raw: RawMessage, inbound: Inbound) -> Inbound:
        """The same, as the next message of the talk that the visitor is in."""
        if inbound.sender.kind != KIND:
            return inbound
        going = Visitor.objects.filter(key=inbound.sender.value).values_list("ticket", flat=True)
        return replace(inbound, ticket_number=going.first())

    def send(self, delivery: Delivery) -> None:
        """Let the visitor's page show the answer. Raises SendFailed for a visitor who was forgotten."""
        showing.show(delivery)


def _inbound(said: dict[str, Any]) -> Inbound:
    visitor, email, page = _text(said["visitor"]), _text(said["email"]), said["page"]
    name, text = _text(said["name"]), _text(said["text"])
    # Who leaves a message while nobody is there is whoever has that e-mail: the answer goes there, and only there.
    sender = Sender("email", email, name) if email else Sender(KIND, visitor, name)
    card = {"kind": "page", "url": _text(page["url"]), "title": _text(page["title"])} if page else None
    return Inbound(
        external_id=f"{visitor}.{_text(said['id'])}",
        sender=sender,
        text=text,
        subject=_text(said["subject"]),
        language=_text(said["language"]),
        cards=(card,) if card else (),
        files=tuple(_file(each) for each in said["files"]),
    )


def _text(value: Any) -> str:
    """A string that every store can keep: PostgreSQL knows neither NUL nor half of a surrogate pair."""
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def _file(said: dict[str, Any]) -> InboundFile:
    try:
        content = base64.b64decode(said["content"], validate=True)
    except binascii.Error as fault:
        raise ValueError("content") from fault
    return InboundFile(_text(said["name"]), _text(said["type"]), content)
