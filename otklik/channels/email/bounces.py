"""What mail servers report of a mail of ours: in the standard's form (RFC 3464, RFC 8098), or in words of their own."""

import re
from dataclasses import dataclass

from otklik.lib.inbound import Report

from . import headers
from .addresses import senders
from .charsets import storable
from .meanings import reported
from .parts import Part, content_of, parsed

FAILED, WAITING = "failed", "delayed"
_MOST = 50  # recipients in one report, ids in one text
_LOOKED_AT = 100_000
_MESSAGE_ID = re.compile(r"^[> \t]*(?:Original-)?Message-I[Dd]:\s*(<[^<>\s]{3,400}>)", re.MULTILINE)
_ADDRESS = re.compile(r"[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_CODE = re.compile(r"^.*\b(?:5\d\d[ -]|5\.\d{1,3}\.\d{1,3}\b).*$", re.MULTILINE)
_WHY_MAX = 300


@dataclass(frozen=True)
class Status:
    """One recipient's part of a delivery report."""

    recipient: str
    action: str
    why: str = ""
    reason: str = ""


def statuses_of(mail: Part) -> tuple[Status, ...]:
    """Every recipient's status in the mail's delivery reports."""
    blocks = [block for part in _of_kind(mail, "delivery-status") for block in _blocks(part)]
    return tuple(status for block in blocks[:_MOST] if (status := _status(block)))


def reports_of(mail: Part, text: str, statuses: tuple[Status, ...]) -> tuple[Report, ...]:
    """Who did not get which mail of ours, and why, for a mail known to be a bounce."""
    ids = message_ids(mail, text)
    if statuses:
        failed = [status for status in statuses if status.action == FAILED]
        return tuple(_report(status, text, ids) for status in failed)
    recipients = dict.fromkeys(found.lower() for found in _ADDRESS.findall(text[:_LOOKED_AT])[:_MOST])
    names = {each.strip("<>").lower() for each in ids}  # which look like addresses
    named = [recipient for recipient in recipients if recipient not in names] or [""]
    return tuple(_report(Status(recipient, FAILED), text, ids) for recipient in named)


def _report(status: Status, text: str, ids: tuple[str, ...]) -> Report:
    why = status.why or _why(text)
    return Report(status.recipient, why, ids, status.reason or reported("", why))


def message_ids(mail: Part, text: str) -> tuple[str, ...]:
    """The mails that a report is about: named by its fields, by what it returns of the mail, or in its text."""
    returned = [
        part
        for kind in ("rfc822", "global", "rfc822-headers", "disposition-notification", "delivery-status")
        for part in _of_kind(mail, kind)
    ]
    texts = [content_of(part)[:_LOOKED_AT].decode("latin-1") for part in returned]
    found = [each for told in [*texts, text[:_LOOKED_AT]] for each in _MESSAGE_ID.findall(told)]
    return tuple(dict.fromkeys(found))[:_MOST]


def _of_kind(mail: Part, kind: str) -> list[Part]:
    names = (f"attached-message/{kind}", f"attached-message/global-{kind}", f"text/{kind}")
    return [part for part in mail.walk() if isinstance(part, Part) and part.get_content_type() in names][:_MOST]


def _blocks(part: Part) -> list[Part]:
    text = content_of(part)[:_LOOKED_AT].replace(b"\r\n", b"\n")
    return [parsed(block + b"\n\n") for block in re.split(rb"\n[ \t]*\n", text.strip())[: _MOST + 1]]


def _status(block: Part) -> Status | None:
    action = headers.raw(block, "Action").lower()
    if not action:
        return None
    recipient = headers.raw(block, "Original-Recipient") or headers.raw(block, "Final-Recipient")
    people = senders(recipient.rpartition(";")[2])
    said = headers.raw(block, "Diagnostic-Code").partition(";")[2].strip()
    code = headers.raw(block, "Status")
    why = " ".join(each for each in (code, said) if each)
    return Status(people[0].value if people else "", action, storable(why)[:_WHY_MAX], reported(code, said))


def _why(text: str) -> str:
    """The server's own words: the line with a code of failure, else where its text begins."""
    found = _CODE.search(text[:_LOOKED_AT])
    line = found[0] if found else next((line for line in text.split("\n") if line.strip()), "")
    return " ".join(line.split())[:_WHY_MAX]
