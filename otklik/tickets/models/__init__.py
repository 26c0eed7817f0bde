"""The core's tables."""

from .canned import CannedFile, CannedReply
from .channel import Channel, channel_kinds
from .conversation import Attachment, Message, MessageVersion, Participant
from .delivery import Delivery
from .draft import Draft, DraftFile
from .raw import RawMessage
from .seen import Seen
from .tag import Tag
from .terms import Terms
from .ticket import Ticket, TicketField, TicketLink, TicketTag
from .unindexed import Unindexed
from .view import View

__all__ = [
    "Attachment",
    "CannedFile",
    "CannedReply",
    "Channel",
    "Delivery",
    "Draft",
    "DraftFile",
    "Message",
    "MessageVersion",
    "Participant",
    "RawMessage",
    "Seen",
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
