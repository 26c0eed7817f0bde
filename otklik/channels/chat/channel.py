"""The chat channel: what a visitor's page sent becomes a message, and an answer becomes something that page shows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.lib.inbound import Dropped, Inbound, Reason, Sender
from otklik.lib.said import file_in, text_in
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
    visitor, email, page = text_in(said["visitor"]), text_in(said["email"]), said["page"]
    name, text = text_in(said["name"]), text_in(said["text"])
    # Who leaves a message while nobody is there is whoever has that e-mail: the answer goes there, and only there.
    sender = Sender("email", email, name) if email else Sender(KIND, visitor, name)
    card = {"kind": "page", "url": text_in(page["url"]), "title": text_in(page["title"])} if page else None
    return Inbound(
        external_id=f"{visitor}.{text_in(said['id'])}",
        sender=sender,
        text=text,
        subject=text_in(said["subject"]),
        language=text_in(said["language"]),
        cards=(card,) if card else (),
        files=tuple(file_in(each) for each in said["files"]),
    )
