"""The core's tables."""

from .canned import CannedFile, CannedReply
from .channel import Channel, channel_kinds
from .conversation import Attachment, Message, MessageVersion, Participant
from .delivery import Delivery
from .draft import Draft, DraftFile
from .raw import RawMessage
from .tag import Tag
from .terms import Terms
from .ticket import Ticket, TicketField, TicketLink, TicketTag
from .unindexed import Unindexed
from .view import Habit, View

__all__ = [
    "Attachment",
    "CannedFile",
    "CannedReply",
    "Channel",
    "Delivery",
    "Draft",
    "DraftFile",
    "Habit",
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
    "Unindexed",
    "View",
    "channel_kinds",
]
