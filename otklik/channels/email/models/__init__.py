"""What the e-mail channel keeps besides the channel itself."""

from .mailbox import Folder, KnownMail, Mailbox, Security, Trouble, mailbox_of
from .outbox import OutboxMail
from .template import MailTemplate

__all__ = ["Folder", "KnownMail", "MailTemplate", "Mailbox", "OutboxMail", "Security", "Trouble", "mailbox_of"]
