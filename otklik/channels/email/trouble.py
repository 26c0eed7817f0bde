"""What a mail server's refusal means: one word from a closed list, and the server's own words."""

import imaplib
import poplib
import re
import ssl

from django.utils.translation import gettext_lazy as _
from imapclient.exceptions import CapabilityError, LoginError

from otklik.lib.encrypted import Undecipherable
from otklik.lib.errors import OtklikError

from .models import Trouble
from .oauth import ConsentNeeded, TokenUnavailable

# What may go wrong with a mail server, as opposed to in our own code.
EXPECTED = (OSError, imaplib.IMAP4.error, poplib.error_proto, OtklikError)

_LATER = re.compile(r"\* BYE|\[(?:UNAVAILABLE|INUSE|IN-USE|SERVERBUG|SYS/TEMP|LOGIN-DELAY)\b", re.IGNORECASE)
_LIMIT = re.compile(r"\[(?:LIMIT|OVERQUOTA)\b|too many|quota", re.IGNORECASE)
_MISSING = re.compile(r"\[(?:NONEXISTENT|TRYCREATE|CANNOT)\b|doesn't exist|does not exist|not found", re.IGNORECASE)
_CODE = re.compile(r"b'(.*)'|b\"(.*)\"", re.DOTALL)


class LoginRefused(OtklikError):
    code = "login_refused"
    message = _("The server does not accept the login and the password: %(why)s")


class FolderMissing(OtklikError):
    code = "folder_missing"
    message = _("The folder “%(folder)s” cannot be opened: %(why)s")


def words(fault: BaseException) -> str:
    """What the server or the system said, without the quoting of the library."""
    text = " ".join(str(fault).split()) or type(fault).__name__
    quoted = _CODE.fullmatch(text)
    return (quoted[1] or quoted[2] or text) if quoted else text


def code(fault: BaseException) -> str:
    """The word for what went wrong."""
    said = words(fault)
    match fault:
        case ConsentNeeded() | Undecipherable() | LoginRefused():
            return Trouble.LOGIN_REFUSED
        case TokenUnavailable():
            return Trouble.UNREACHABLE
        case FolderMissing():
            return Trouble.FOLDER_MISSING
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return Trouble.UNREACHABLE
        case ssl.SSLError() | CapabilityError():
            return Trouble.TLS
        case OSError():
            return Trouble.UNREACHABLE
    if _LIMIT.search(said):
        return Trouble.QUOTA
    if _LATER.search(said) or is_cut(fault):
        return Trouble.UNREACHABLE
    if isinstance(fault, LoginError):
        return Trouble.LOGIN_REFUSED
    return Trouble.FOLDER_MISSING if _MISSING.search(said) else Trouble.OTHER


def is_cut(fault: BaseException) -> bool:
    """Did the connection end, rather than the server say no?"""
    if isinstance(fault, LoginError) and fault.__context__ is not None:
        return is_cut(fault.__context__)  # IMAPClient says LoginError for whatever happens while logging in
    ended = isinstance(fault, poplib.error_proto) and "EOF" in str(fault)
    return ended or isinstance(fault, imaplib.IMAP4.abort | OSError)
