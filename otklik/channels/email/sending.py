"""The way out: a rendered mail to the outgoing server, or to the local outbox while there is none."""

import smtplib
from dataclasses import replace

from otklik.lib.errors import OtklikError
from otklik.tickets.models import Delivery
from otklik.tickets.sending import Held

from .limits import take_room
from .models import OutboxMail
from .refusals import failure_of
from .rendering import raw, render
from .smtp import POOL, Account, Letter, account_of


def send(delivery: Delivery) -> None:
    """Hand one delivery to the outgoing server. Raises SendFailed; Postponed; Held when no server is configured."""
    account = account_of(delivery.channel)
    if account is None:
        keep(delivery)
        raise Held
    take_room(delivery.channel)
    hand_over(delivery, account)
    OutboxMail.objects.filter(delivery=delivery).delete()


def keep(delivery: Delivery) -> None:
    """Keep the mail in the outbox; once, however often the delivery is tried."""
    mail = render(delivery)
    shown = {"recipient": delivery.address, "subject": mail.subject[:250], "raw": mail.message().as_bytes()}
    OutboxMail.objects.update_or_create(delivery=delivery, defaults=shown)


def letter(delivery: Delivery) -> bytes:
    """The mail as its recipient gets it: what lies in the outbox, else what is rendered now."""
    kept = OutboxMail.objects.filter(delivery=delivery).first()
    return bytes(kept.raw) if kept else raw(delivery)


def hand_over(delivery: Delivery, account: Account) -> None:
    """Give the mail to the server, which answers for one recipient. Raises SendFailed."""
    mail = render(delivery)
    content = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's message knows it
    whole = Letter(delivery.channel.address, delivery.address, content)
    try:
        if not (delivery.message.is_automatic and _took_without_sender(account, whole)):
            POOL.send(account, whole)
    except (smtplib.SMTPException, OSError, OtklikError) as fault:
        raise failure_of(fault, delivery.address) from fault


def _took_without_sender(account: Account, letter: Letter) -> bool:
    """Nobody, not even a program, is to answer what a program wrote: RFC 3834. False where the server lets only the
    mailbox's own address be the sender, as some providers do.
    """
    try:
        POOL.send(account, replace(letter, sender=""))
    except smtplib.SMTPSenderRefused as refusal:
        if refusal.smtp_code < 500:
            raise
        return False
    return True
