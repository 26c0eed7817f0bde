"""What a channel understood of one message from outside: plain values, nothing of the database or the network."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Nature(TextChoices):
    """What a message is when no person wrote it to us just now. It wakes nobody, and no program answers it."""

    PERSONAL = "", _("Written by a person")
    BOUNCE = "bounce", _("Not delivered")
    DELAYED = "delayed", _("Delivery is delayed")
    RECEIPT = "receipt", _("Receipt")
    LOOP = "loop", _("Programs writing to each other")
    SPAM = "spam", _("Spam")
    AWAY = "away", _("Out of office")
    AUTO_REPLY = "auto_reply", _("Automatic reply")
    MAILING = "mailing", _("Mailing list")
    NOTICE = "notice", _("Notice of a program")


class Reason(TextChoices):
    """Why a message becomes nothing. The raw message stays."""

    OWN = "own", _("It is our own mail that came back.")
    EMPTY = "empty", _("There is no text, no subject and no file in it.")
    NO_SENDER = "no_sender", _("It does not say who sent it, so nobody could be answered.")
    DUPLICATE = "duplicate", _("The same message was received before.")
    MALFORMED = "malformed", _("It is not what our own form sends.")
    STRAY_NOTICE = "stray_notice", _("It is a mail server’s notice about a mail that is not ours.")
    STAFF_AUTOMATIC = "staff_automatic", _("A mail program of one of the staff answered by itself.")
    STAFF_REFUSED = "staff_refused", _("It came to the address of a member of staff who may not answer this ticket.")
    FAULT = "fault", _("Our program failed at it. Please report this; it can be read again after an update.")


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
class Report:
    """What a mail server says of one recipient of a mail of ours: in its own words, and as a word of a closed list."""

    recipient: str
    why: str = ""
    message_ids: tuple[str, ...] = ()
    reason: str = ""  # of `Delivery.Trouble`


@dataclass(frozen=True)
class Forwarded:
    """A mail that somebody passes on: who wrote it, and what. `cover` is what stands above it."""

    sender: Sender
    subject: str = ""
    text: str = ""
    html: str = ""
    cover: str = ""


@dataclass(frozen=True)
class Inbound:
    """One message, understood.

    `external_id` is unique within `kind` of channel and repeats when the same message is delivered again.
    `replies_to` are external ids of earlier messages, nearest first. `ticket_number` came by a signed
    address whose signature was verified. `text` is what was newly written, `rest` the quoted
    tail that is folded away. `html` is as it came: intake cleans it. `fields`, `type`, `tags` and
    `consent` are what a form asks besides the text.

    `subject_number` is the ticket that the subject names, which proves nothing; `staff_token` names a ticket and
    the member who was told of it, by a signed address. `aside` is the side conversation that a signed address names,
    `subject_aside` the one that the subject does. `cards` are what is shown beside the text: a meeting, that
    it is encrypted, that it was too large to be read. `digest` is intake’s.
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
    nature: Nature = Nature.PERSONAL
    reports: tuple[Report, ...] = ()
    forwarded: Forwarded | None = None
    subject_number: int | None = None
    staff_token: tuple[int, int] | None = None
    aside: int | None = None
    subject_aside: int | None = None
    cards: tuple[Mapping[str, str], ...] = ()
    digest: str = ""
    language: str = ""
    type: str = ""
    tags: tuple[str, ...] = ()
    fields: Mapping[str, object] = field(default_factory=dict)
    consent: str = ""

    @property
    def automatic(self) -> bool:
        """Whether no person wrote it to us."""
        return self.nature != Nature.PERSONAL


@dataclass(frozen=True)
class Dropped:
    """A message that becomes nothing, and why."""

    reason: Reason
