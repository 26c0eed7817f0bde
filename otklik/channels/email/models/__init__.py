"""What the e-mail channel keeps besides the channel itself."""

from .health import MailboxTest, MailboxWatch
from .mailbox import Folder, KnownMail, Mailbox, Security, Trouble, mailbox_of
from .outbox import OutboxMail
from .sent import AutoAnswered, SendingHour
from .template import MailTemplate

__all__ = [
    "AutoAnswered",
    "Folder",
    "KnownMail",
    "MailTemplate",
    "Mailbox",
    "MailboxTest",
    "MailboxWatch",
    "OutboxMail",
    "Security",
    "SendingHour",
    "Trouble",
    "mailbox_of",
]
