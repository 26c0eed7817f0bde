"""What a server's refusal means for the one who wrote: try again or not, and what to do."""

import re
import smtplib
import ssl

from otklik.lib.errors import OtklikError
from otklik.tickets.models.delivery import Delivery
from otklik.tickets.sending import SendFailed

from .smtp import NotUnderstood, answer_of

Trouble = Delivery.Trouble
# The enhanced codes of RFC 3463 by class, subject and detail; the longest that fits decides, before the plain code.
MEANINGS = {
    "5.1": Trouble.BAD_ADDRESS,
    "5.1.8": Trouble.REFUSED,  # the sender's address
    "5.1.7": Trouble.REFUSED,
    "5.2.1": Trouble.BAD_ADDRESS,  # disabled
    "5.2.2": Trouble.FULL,
    "5.2.3": Trouble.TOO_LARGE,
    "5.3.4": Trouble.TOO_LARGE,
    "5.4.5": Trouble.LATER,  # the day's quota
    "5.5.1": Trouble.REFUSED,
    "5.7": Trouble.UNWANTED,
    "5.7.8": Trouble.REFUSED,
    "5.7.9": Trouble.REFUSED,
    "4.2.2": Trouble.FULL,
    "4": Trouble.LATER,
}
# What to think of a server that gives no enhanced code, by what was refused.
RECIPIENT_CODES = {550: Trouble.BAD_ADDRESS, 551: Trouble.BAD_ADDRESS, 552: Trouble.FULL, 553: Trouble.BAD_ADDRESS}
DATA_CODES = {550: Trouble.UNWANTED, 552: Trouble.TOO_LARGE, 554: Trouble.UNWANTED}
# Somebody may make room, or put our settings right: these pass though the server says “never”.
PASSING = {Trouble.FULL, Trouble.REFUSED, Trouble.LATER, Trouble.UNREACHABLE, Trouble.INSECURE}
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


def failure_of(fault: Exception, address: str) -> SendFailed:
    """A fault of sending as the delivery keeps it: the server's words, and what they mean."""
    if isinstance(fault, OtklikError):  # a password or token that cannot be had
        return SendFailed(str(fault), retry=True, reason=Trouble.REFUSED)
    if isinstance(fault, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return SendFailed(f"{type(fault).__name__}: {fault}", retry=True, reason=Trouble.INSECURE)
    if not isinstance(fault, smtplib.SMTPException):
        return SendFailed(f"{type(fault).__name__}: {fault}", retry=True, reason=Trouble.UNREACHABLE)
    if isinstance(fault, NotUnderstood):
        return SendFailed(str(fault), retry=False, reason=Trouble.BAD_ADDRESS)
    code, said = answer_of(fault)
    reason = _reason(fault, code, said)
    about = f"{address}: {code} {said}" if code else f"{type(fault).__name__}: {said}"
    return SendFailed(about, retry=code < 500 or reason in PASSING, reason=reason)


def _reason(fault: smtplib.SMTPException, code: int, said: str) -> str:
    if isinstance(fault, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused) and code >= 500:
        return Trouble.REFUSED
    if code < 400:
        return Trouble.UNREACHABLE
    return meaning(said) or _plain(fault, code)


def meaning(said: str) -> str:
    """What an enhanced code means; "" without one that we know."""
    found = _ENHANCED.search(said)
    if not found:
        return ""
    parts = found.groups()
    keys = (".".join(parts[:length]) for length in (3, 2, 1))
    return next((MEANINGS[key] for key in keys if key in MEANINGS), "")


def _plain(fault: smtplib.SMTPException, code: int) -> str:
    if code < 500:
        return Trouble.LATER
    codes = RECIPIENT_CODES if isinstance(fault, smtplib.SMTPRecipientsRefused) else DATA_CODES
    return codes.get(code, "")
