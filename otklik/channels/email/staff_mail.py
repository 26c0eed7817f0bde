"""Mail to our own staff, as Django and allauth send it: by a mailbox of ours, else into a folder to be read there."""

import smtplib
from collections.abc import Sequence
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.filebased import EmailBackend as Folder

from otklik.notices.mailing import ANSWER_HEADER
from otklik.staff.models import Company
from otklik.tickets.models import Channel

from .addresses import staff_address
from .smtp import Letter, account_of, connect, hand_over

TIMEOUT_SECONDS = 15  # somebody waits before a page


class StaffMail(BaseEmailBackend):
    """Sends as the oldest mailbox in use. Without an outgoing server, mails are kept in OTKLIK_HOME/mail."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were sent. Raises OSError and smtplib.SMTPException unless `fail_silently`."""
        mailbox = Channel.objects.active().filter(kind="email").order_by("pk").first()
        account = account_of(mailbox) if mailbox else None
        if mailbox is None or account is None:
            return Folder(file_path=str(settings.HOME / "mail")).send_messages(email_messages) or 0
        letters = [letter for message in email_messages for letter in letters_of(message, mailbox)]
        try:
            line = connect(account, timeout=TIMEOUT_SECONDS)
            try:
                for letter in letters:
                    hand_over(line, letter)
            finally:
                line.close()
        except (OSError, smtplib.SMTPException):
            if not self.fail_silently:
                raise
            return 0
        return len(letters)


def letters_of(message: EmailMessage, mailbox: Channel) -> list[Letter]:
    """The mail as the mailbox sends it, one for each recipient."""
    message.from_email = formataddr((Company.current().name, mailbox.address))
    message.extra_headers.setdefault("Auto-Submitted", "auto-generated")
    if answer := message.extra_headers.pop(ANSWER_HEADER, ""):
        ticket, _dot, member = answer.partition(".")
        message.reply_to = [staff_address(mailbox.address, int(ticket), int(member))]
    content = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django’s mail has it
    return [Letter(mailbox.address, recipient, content) for recipient in message.recipients()]
