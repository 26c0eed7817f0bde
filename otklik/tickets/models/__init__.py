"""The core's tables. Each module may use those above it in this list, and none below."""

from .channel import Channel, channel_kinds
from .tag import Tag
from .ticket import Ticket, TicketField, TicketLink, TicketTag
from .conversation import Attachment, Draft, Message, Participant
from .raw import RawMessage
from .delivery import Delivery

__all__ = [
    "Attachment",
    "Channel",
    "Delivery",
    "Draft",
    "Message",
    "Participant",
    "RawMessage",
    "Tag",
    "Ticket",
    "TicketField",
    "TicketLink",
    "TicketTag",
    "channel_kinds",
]
