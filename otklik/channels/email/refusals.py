"""What a server's refusal means for the one who wrote: try again or not, and what to do."""

import smtplib
import ssl

from otklik.lib.errors import OtklikError
from otklik.tickets.sending import SendFailed

from .meanings import DATA_CODES, RECIPIENT_CODES, Trouble, meaning, unless_nobody
from .smtp import NotUnderstood, answer_of

# Somebody may make room, or put our settings right: these pass though the server says “never”.
PASSING = {Trouble.FULL, Trouble.REFUSED, Trouble.LATER, Trouble.UNREACHABLE, Trouble.INSECURE}


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
    return unless_nobody(meaning(said) or _plain(fault, code), said)


def _plain(fault: smtplib.SMTPException, code: int) -> str:
    if code < 500:
        return Trouble.LATER
    codes = RECIPIENT_CODES if isinstance(fault, smtplib.SMTPRecipientsRefused) else DATA_CODES
    return codes.get(code, "")
