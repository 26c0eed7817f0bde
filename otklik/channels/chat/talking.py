"""What a visitor does: begins, writes, reads. A message is first bytes, committed; then the understanding of them."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.clients.models import PHONE, normalise
from otklik.journal.record import record
from otklik.lib.errors import OtklikError
from otklik.tickets.models import Channel, RawMessage
from otklik.tickets.raw import take_in

from .attaching import check_files
from .limits import check_network, check_visitor
from .models import Agreement, Shown, Visitor
from .options import Asked, ChatOptions

TEXT_MAX = 4000
RACES = 3  # tries of a message whose visitor wrote another one at the very same moment
_ID = re.compile(r"[0-9a-f-]{16,40}")


class Refused(OtklikError):
    """Something about what was typed, told beside the field that it is about."""

    code = "refused"
    message = "%(why)s"


class Blocked(OtklikError):
    code = "blocked"
    message = gettext_lazy("This chat takes no more messages from you. Write to us another way if you need us.")


@dataclass(frozen=True)
class Page:
    """Where on the site a visitor is, as the site says: nothing to be trusted."""

    url: str = ""
    title: str = ""

    @classmethod
    def of(cls, url: str, title: str) -> Page:
        # The fragment and the query may hold secrets of the site; the path says enough.
        url, title = (text.replace("\0", "") for text in (url, title))  # which PostgreSQL does not take
        bare = re.split(r"[?#]", url.strip(), maxsplit=1)[0][:500]
        return cls(bare if re.match(r"https?://[^\s\"'<>]+$", bare) else "", " ".join(title.split())[:200])


@dataclass(frozen=True)
class Said:
    """One message from a visitor's page; `id` was made there, and is the same however often it is sent."""

    id: str
    text: str
    files: tuple[UploadedFile[Any], ...] = ()
    page: Page = Page()
    email: str = ""  # set when nobody was there: the answer goes to it


def begin(
    channel: Channel, said: dict[str, str], *, language: str, network: str, at: datetime | None = None
) -> Visitor:
    """Let somebody in who filled in what is asked. Raises Refused, TooFast."""
    at, options = at or now(), ChatOptions.of(channel)
    given = {field: _given(field, said.get(field, ""), asked) for field, asked in options.asked.items()}
    agreed = options.consent
    if agreed.text and said.get("consent") != str(agreed.version):
        raise Refused(field="consent", why=_("Without your consent we may not read what you write."))
    check_network("begin", network, at=at)
    with transaction.atomic():
        visitor = Visitor.objects.create(channel=channel, language=language, seen_at=at, created_at=at, **given)
        if agreed.text:
            Agreement.objects.create(visitor=visitor, channel=channel, text=agreed.text, version=agreed.version, at=at)
    return visitor


def _given(field: str, value: str, asked: Asked) -> str:
    value = " ".join(value.replace("\0", "").split())[:254]
    if not value:
        if asked == Asked.REQUIRED:
            raise Refused(field=field, why=_("Fill this in, so that we can answer you."))
        return ""
    if field == "email":
        return checked_email(value)
    if field == "phone":
        value = normalise(PHONE, value)[:40]
        if not value.startswith("+"):
            why = _("This is no phone number. Type it with its code, for example +7 495 000-00-00.")
            raise Refused(field=field, why=why)
    return value[:200]


def checked_email(value: str) -> str:
    """The address. Raises Refused for what is none."""
    if not value.strip():
        raise Refused(field="email", why=_("Fill this in, so that we can answer you."))
    try:
        validate_email(value.strip())
    except ValidationError:
        why = _("This is no e-mail address. Type it as name@example.com.")
        raise Refused(field="email", why=why) from None
    return value.strip()


def say(visitor: Visitor, said: Said, *, network: str, at: datetime | None = None) -> RawMessage:
    """Take one message. When this returns, it cannot be lost any more; sent again, it is the same one.

    Raises Refused, Blocked, TooFast; never for what was taken already.
    """
    raw = _store(visitor, said, network, at or now())
    for _try in range(RACES):
        if raw.claim():
            take_in([raw])
        raw.refresh_from_db(fields=["outcome", "message", "due_at", "tries"])
        if raw.outcome or not _is_crossed(raw):
            break
    return raw


def _is_crossed(raw: RawMessage) -> bool:
    """Whether the visitor's first two messages crossed: then this one is read once more at once."""
    crossed = RawMessage.objects.filter(pk=raw.pk, outcome="", reason__startswith=TalkBegun.__name__)
    return bool(crossed.update(due_at=now(), reason=""))


class TalkBegun(Exception):
    """Another message of the visitor has begun their ticket in the meantime; read again, this one goes there."""


def _store(visitor: Visitor, said: Said, network: str, at: datetime) -> RawMessage:
    if not _ID.fullmatch(said.id):
        raise Refused(field="text", why=_("The page is out of date. Reload it; nothing you sent is lost."))
    digest = sha256(f"{visitor.channel_id}.{visitor.key}.{said.id}".encode()).hexdigest()
    same = RawMessage.objects.select_related("channel__team").filter(channel=visitor.channel, digest=digest)
    if known := same.first():
        return known
    _check(visitor, said)
    check_network("say", network, at=at)
    check_visitor(visitor, at=at)
    body = json.dumps(_body(visitor, said), ensure_ascii=False).encode()
    try:
        with transaction.atomic():
            return RawMessage.objects.create(
                channel=visitor.channel, digest=digest, body=body, received_at=at, due_at=at
            )
    except IntegrityError:  # the other tab, or the second click, was quicker
        return same.get()


def _check(visitor: Visitor, said: Said) -> None:
    if visitor.blocked_at:
        raise Blocked
    if not said.text.strip() and not said.files:
        raise Refused(field="text", why=_("There is nothing to send. Write a text or choose a file."))
    if len(said.text) > TEXT_MAX:
        why = _("This is too long for one message. Send it in parts of at most %(most)s characters.")
        raise Refused(field="text", why=why % {"most": TEXT_MAX})
    check_files(said.files)


def _body(visitor: Visitor, said: Said) -> dict[str, Any]:
    page = said.page if said.page.url != visitor.page_url or visitor.ticket_id is None else Page()
    return {
        "visitor": visitor.key,
        "id": said.id,
        "name": str(visitor),
        "email": said.email,
        "text": said.text.replace("\r\n", "\n").strip(),
        "subject": subject_of(said),
        "language": visitor.language,
        "page": {"url": page.url, "title": page.title} if page.url else None,
        "files": [_file(each) for each in said.files],
    }


def subject_of(said: Said) -> str:
    """The first line, cut at a word; for files alone, their names."""
    lines = said.text.strip().splitlines() or [", ".join(str(each.name) for each in said.files)]
    return lines[0] if len(lines[0]) <= 80 else (lines[0][:80].rpartition(" ")[0] or lines[0][:80]) + "…"


def _file(uploaded: UploadedFile[Any]) -> dict[str, str]:
    uploaded.seek(0)
    content = base64.b64encode(uploaded.read()).decode()
    kind = uploaded.content_type or "application/octet-stream"
    return {"name": uploaded.name or "", "type": kind, "content": content}


def mark_read(visitor: Visitor, upto: int, *, at: datetime | None = None) -> bool:
    """The visitor's page has shown the answers up to this row; False if that is known."""
    at = at or now()
    unread = Shown.objects.filter(visitor=visitor, pk__lte=upto, read_at=None)
    rows = list(unread.select_related("message__ticket")[:200])
    with transaction.atomic():
        fresh = [row for row in rows if Shown.objects.filter(pk=row.pk, read_at=None).update(read_at=at, mail_at=None)]
        for row in fresh:
            record("message.read", row.message.ticket, at=at, message=row.message_id)
        if fresh:
            visitor.touch()
    return bool(fresh)
