"""Whether a program wrote a mail, so that no program of ours answers it: one question a function."""

# cyrillic: it reads what Russian programs write
import re
from collections.abc import Callable, Mapping
from email.message import Message
from typing import Any

from . import headers

_AWAY = re.compile(
    r"^(?:auto(?:matic)?[ -]?reply|out of (?:the )?office|автоответ|автоматический ответ|отсутствие на работе)\b",
    re.IGNORECASE,
)
_POSTMASTER = re.compile(r"\b(?:mailer-daemon|postmaster)@", re.IGNORECASE)
Envelope = Mapping[str, Any]


def is_automatic(mail: Message, envelope: Envelope) -> bool:
    return any(question(mail, envelope) for question in QUESTIONS)


def says_so(mail: Message, _envelope: Envelope) -> bool:
    """RFC 3834."""
    return headers.raw(mail, "Auto-Submitted").partition(";")[0].strip().lower() not in ("", "no")


def is_bulk(mail: Message, _envelope: Envelope) -> bool:
    precedence = headers.raw(mail, "Precedence").strip().lower()
    return precedence in ("bulk", "list", "junk", "auto_reply") or bool(headers.raw(mail, "List-Id"))


def is_autoresponder(mail: Message, _envelope: Envelope) -> bool:
    return any(headers.raw(mail, name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))


def wants_no_answer(mail: Message, _envelope: Envelope) -> bool:
    """Exchange: “All” or “AutoReply” asks programs not to answer."""
    wishes = re.split(r"[,\s]+", headers.raw(mail, "X-Auto-Response-Suppress").lower())
    return "all" in wishes or "autoreply" in wishes


def is_away_notice(mail: Message, _envelope: Envelope) -> bool:
    return bool(_AWAY.match(headers.text(mail, "Subject")))


def has_no_return(mail: Message, envelope: Envelope) -> bool:
    """An empty return path: bounces and other notices of mail servers."""
    return envelope.get("mail_from") == "" or headers.raw(mail, "Return-Path").strip() == "<>"


def is_report(mail: Message, _envelope: Envelope) -> bool:
    is_from_server = bool(_POSTMASTER.search(headers.raw(mail, "From")))
    return is_from_server or mail.get_content_type() == "multipart/report"


QUESTIONS: tuple[Callable[[Message, Envelope], bool], ...] = (
    says_so,
    is_bulk,
    is_autoresponder,
    wants_no_answer,
    is_away_notice,
    has_no_return,
    is_report,
)
