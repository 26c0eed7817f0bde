"""What tests of the chat share: a chat of Support, and a visitor who writes."""

from __future__ import annotations

import uuid
from typing import Any

from otklik.channels.chat.models import KIND, Visitor
from otklik.channels.chat.talking import Said, begin, say
from otklik.testing import CastTestCase
from otklik.tickets.models import Channel, Message, Ticket

NETWORK = "198.51.100.7"


def make_chat(team: Any, **rest: Any) -> Channel:
    return Channel.objects.create(
        **({"kind": KIND, "name": "Shop chat", "address": "shop", "team": team, "language": "en"} | rest)
    )


class ChatTestCase(CastTestCase):
    def setUp(self) -> None:
        self.chat = make_chat(self.support, answers_by=self.mailbox)

    def enter(self, **said: str) -> Visitor:
        return begin(self.chat, said, language="en", network=NETWORK)

    def says(self, visitor: Visitor, text: str, **rest: Any) -> Message:
        visitor.refresh_from_db()
        raw = say(visitor, Said(**({"id": str(uuid.uuid4()), "text": text} | rest)), network=NETWORK)
        visitor.refresh_from_db()
        return raw.message

    def talk(self, visitor: Visitor) -> Ticket:
        return Ticket.objects.get(visitors=visitor)
