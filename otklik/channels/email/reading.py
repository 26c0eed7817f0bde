"""One RFC 5322 message, understood. Pure: no database, no network; whatever the bytes are, there is an answer."""

import logging
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Protocol

from otklik.lib.inbound import Dropped, Inbound, InboundFile, Nature, Reason, Sender
from otklik.lib.tokens import unsign

from . import headers
from .addresses import aside_number, senders, spellings, staff_token, ticket_number
from .bounces import message_ids, reports_of, statuses_of
from .charsets import storable
from .forwarding import forwarded_of
from .natures import Seen, nature_of
from .parts import Body, Part, body_of, parsed, was_taken_apart
from .quotes import split, without_marks

OWN_PURPOSE = "email.own"
OWN_HEADER = "X-Otklik"
REPORTING = (Nature.BOUNCE, Nature.DELAYED, Nature.RECEIPT)
_LONGEST_ID = 480
_MOST_PARENTS = 50
_UNANSWERED = re.compile(r"^(?:no|not|do-?not|dont|ne)[-_.]?(?:reply|otvechat)", re.IGNORECASE)
_SUBJECT_ASIDE = re.compile(r"\[#\d{1,15}-(\d{1,15})\]")
_SUBJECT_NUMBER = re.compile(r"\[#(\d{1,15})\]")
_RECIPIENT_FIELDS = ("Delivered-To", "X-Original-To", "To", "Cc")

log = logging.getLogger(__name__)


class Raw(Protocol):
    """What `read` looks at of a raw message."""

    @property
    def body(self) -> bytes | memoryview: ...

    @property
    def envelope(self) -> Mapping[str, Any]: ...


def read(raw: Raw) -> Inbound | Dropped:
    """What a mail says, or why it becomes nothing. Never raises."""
    try:
        return _read(raw)
    except Exception:
        log.exception("A mail could not be read.")
        return Dropped(Reason.FAULT)


def _read(raw: Raw) -> Inbound | Dropped:
    content = bytes(raw.body)
    mail = parsed(content)
    if is_own(mail):
        return Dropped(Reason.OWN)
    sender = sender_of(mail, raw.envelope)
    if sender is None:
        return Dropped(Reason.NO_SENDER)
    subject = headers.text(mail, "Subject")[:250]
    body = body_of(mail) if was_taken_apart(mail) else _as_it_came(content, subject)
    if not (body.text or body.files or subject):
        return Dropped(Reason.EMPTY)
    text, rest = split(body.text)
    whole = without_marks(body.text)
    recipients = _recipients(mail, raw.envelope)
    statuses = statuses_of(mail)
    nature = nature_of(Seen(mail, raw.envelope, whole, statuses))
    about = message_ids(mail, whole) if nature in REPORTING else ()
    return Inbound(
        external_id=external_id(mail, content, name=raw.envelope.get("name", "")),
        sender=sender,
        text=text,
        rest=rest,
        subject=subject,
        html=body.html,
        replies_to=tuple(dict.fromkeys([*about, *parents(mail)])),
        ticket_number=ticket_number(recipients),
        subject_number=subject_number(subject),
        staff_token=staff_token(recipients),
        aside=aside_number(recipients),
        subject_aside=subject_aside(subject),
        copied=copied(mail, sender, own=raw.envelope.get("own", [])),
        files=body.files,
        cards=(*body.cards, *_cut_short(raw.envelope)),
        nature=nature,
        reports=reports_of(mail, whole, statuses) if nature == Nature.BOUNCE else (),
        forwarded=forwarded_of(subject, whole, body.files, envelope=raw.envelope),
    )


def _as_it_came(content: bytes, subject: str) -> Body:
    """A mail that is too large or too deep to be taken apart, as a file of itself."""
    return Body(
        files=(InboundFile(f"{subject[:100] or 'message'}.eml", "message/rfc822", content),),
        cards=({"kind": "unread"},),
    )


def _cut_short(envelope: Mapping[str, Any]) -> tuple[Mapping[str, str], ...]:
    """What the reader is told when only the beginning of a mail over our limit was fetched."""
    size_bytes = envelope.get("cut_from_bytes")
    return ({"kind": "too_large", "size_bytes": str(size_bytes)},) if isinstance(size_bytes, int) else ()


def is_own(mail: Part) -> bool:
    """Whether this installation sent it and some forwarding brought it back; only we can sign the header."""
    return unsign(OWN_PURPOSE, headers.raw(mail, OWN_HEADER)) is not None


def sender_of(mail: Part, envelope: Mapping[str, Any]) -> Sender | None:
    """Who wrote: From, failing that Sender or the return path.

    Reply-To is honoured only when From is an address that nobody reads (no-reply@…) or our own mailbox: a site's
    form that puts its visitor there. In every other mail it is ignored. Whoever forges Bea's From could else name
    an address of their own in Reply-To and be sent our answers to Bea; to forge From alone brings the answers to Bea.
    """
    author = next((found[0] for name in ("From", "Sender") if (found := _people(mail, name))), None)
    if author is None:
        return next(iter(senders(storable(str(envelope.get("mail_from", ""))))), None)
    ours = {address.lower() for address in envelope.get("own", ())}
    if not (_UNANSWERED.match(author.value) or author.value in ours):
        return author
    return next((person for person in _people(mail, "Reply-To") if person.value not in ours), author)


def copied(mail: Part, sender: Sender, *, own: list[str]) -> tuple[Sender, ...]:
    """Everybody else in To and Cc, without our own addresses and the sender."""
    ours = {address.lower() for address in own}
    people = [person for name in ("To", "Cc") for person in _people(mail, name) if person.value != sender.value]
    others: dict[str, Sender] = {}
    for person in people:
        if ours.isdisjoint(spellings(person.value)):
            others.setdefault(person.value, person)
    return tuple(others.values())


def parents(mail: Part) -> tuple[str, ...]:
    """The messages that this one answers, nearest first."""
    answered = headers.message_ids(headers.raw(mail, "In-Reply-To"))
    thread = headers.message_ids(headers.raw(mail, "References"))
    nearest_first = [_bounded(each) for each in [*answered, *reversed(thread)]]
    return tuple(dict.fromkeys(nearest_first))[:_MOST_PARENTS]


def external_id(mail: Part, content: bytes, *, name: str = "") -> str:
    """The Message-ID. Without one the name that intake gave the mail, or else a digest of what does not change when
    it is delivered once more.
    """
    given = headers.message_ids(headers.raw(mail, "Message-ID"))
    if given:
        return _bounded(given[0])
    if name:
        return name
    _head, _blank, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    stable = "\n".join(headers.raw(mail, name) for name in ("From", "To", "Date", "Subject"))
    return f"sha256:{sha256(stable.encode('utf-8', 'replace') + body).hexdigest()}"


def subject_number(subject: str) -> int | None:
    """The ticket that a subject names: [#1042]."""
    return _number(_SUBJECT_NUMBER.search(subject))


def subject_aside(subject: str) -> int | None:
    """The side conversation that a subject names behind its ticket: [#1042-7]."""
    return _number(_SUBJECT_ASIDE.search(subject))


def _number(found: re.Match[str] | None) -> int | None:
    return int(found[1]) if found and found[1].isascii() else None


def _bounded(message_id: str) -> str:
    """The id, or its digest when it is longer than the column for it."""
    if len(message_id) <= _LONGEST_ID:
        return message_id
    return f"sha256:{sha256(message_id.encode('utf-8', 'replace')).hexdigest()}"


def _people(mail: Part, name: str) -> list[Sender]:
    fields = headers.every(mail, name)
    # A few programs encode the address together with the name.
    return [person for field in fields for person in senders(field) or senders(headers.words(field))]


def _recipients(mail: Part, envelope: Mapping[str, Any]) -> list[str]:
    named = [person.value for name in _RECIPIENT_FIELDS for person in _people(mail, name)]
    return [*envelope.get("rcpt_to", []), *named]
