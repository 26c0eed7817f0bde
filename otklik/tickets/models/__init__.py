"""The core's tables."""

from .aside import Aside, Party
from .awaited import AwaitedDate
from .bulk import Bulk, BulkRow
from .canned import CannedFile, CannedReply
from .channel import Channel, channel_kinds
from .conversation import Attachment, Message, MessageVersion, Participant
from .delivery import Delivery
from .draft import Draft, DraftFile
from .macro import Macro
from .raw import RawMessage
from .seen import Seen
from .sleep import Sleep
from .tag import Tag
from .terms import Terms
from .ticket import Ticket, TicketField, TicketLink, TicketTag
from .together import Looking, Watch
from .unindexed import Unindexed
from .unused import UnusedFile
from .view import View

__all__ = [
    "Aside",
    "Attachment",
    "AwaitedDate",
    "Bulk",
    "BulkRow",
    "CannedFile",
    "CannedReply",
    "Channel",
    "Delivery",
    "Draft",
    "DraftFile",
    "Looking",
    "Macro",
    "Message",
    "MessageVersion",
    "Participant",
    "Party",
    "RawMessage",
    "Seen",
    "Sleep",
    "Tag",
    "Terms",
    "Ticket",
    "TicketField",
    "TicketLink",
    "TicketTag",
    "Unindexed",
    "UnusedFile",
    "View",
    "Watch",
    "channel_kinds",
]
