"""The core's tables."""

from .channel import Channel, channel_kinds
from .conversation import Attachment, Draft, Message, MessageVersion, Participant
from .delivery import Delivery
from .raw import RawMessage
from .tag import Tag
from .terms import Terms
from .ticket import Ticket, TicketField, TicketLink, TicketTag

__all__ = [
    "Attachment",
    "Channel",
    "Delivery",
    "Draft",
    "Message",
    "MessageVersion",
    "Participant",
    "RawMessage",
    "Tag",
    "Terms",
    "Ticket",
    "TicketField",
    "TicketLink",
    "TicketTag",
    "channel_kinds",
]
