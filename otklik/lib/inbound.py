"""What a channel understood of one message from outside: plain values, nothing of the database or the network."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class InboundFile:
    """One attachment as it came. `content_id` is set for a part that the HTML shows by ``cid:``."""

    name: str
    type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True)
class Sender:
    """Who wrote, or is copied, by one address. `kind` is "email", "phone" or a messenger's own kind."""

    kind: str
    value: str
    name: str = ""


@dataclass(frozen=True)
class Inbound:
    """One message, understood.

    `external_id` is unique within `kind` of channel and repeats when the same message is delivered again.
    `replies_to` are external ids of earlier messages, nearest first. `ticket_number` came by a signed
    address whose signature was verified. `text` is what was newly written, `rest` the quoted
    tail that is folded away. `html` is as it came: intake cleans it. `fields`, `type`, `tags` and
    `consent` are what a form asks besides the text.
    """

    external_id: str
    sender: Sender
    text: str
    rest: str = ""
    subject: str = ""
    html: str = ""
    replies_to: tuple[str, ...] = ()
    ticket_number: int | None = None
    copied: tuple[Sender, ...] = ()
    files: tuple[InboundFile, ...] = ()
    automatic: bool = False
    language: str = ""
    type: str = ""
    tags: tuple[str, ...] = ()
    fields: Mapping[str, object] = field(default_factory=dict)
    consent: str = ""


@dataclass(frozen=True)
class Dropped:
    """A message that becomes nothing, with a reason from a closed list of short codes."""

    reason: str
