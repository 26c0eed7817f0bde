"""What a visitor's page shows: their own messages and what was delivered to them, and how the talk stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from otklik.calendars.writing import length_text
from otklik.clients.models import EMAIL, Address
from otklik.lib.html import html_of
from otklik.lib.rich import linked, rich, with_pictures
from otklik.sla.models import Metric
from otklik.sla.models.clock import Clock
from otklik.tickets.models import Attachment, Channel, Delivery, Looking, Message
from otklik.tickets.sending import SendFailed

from .models import Shown, Visitor
from .options import is_open
from .passes import look_pass

PAGE = 30  # messages
GONE = timedelta(minutes=3)  # so long after it was written an unread answer goes by mail, if its visitor has left


def show(delivery: Delivery, *, at: datetime | None = None) -> None:
    """Put an answer onto its visitor's page. Raises SendFailed if there is no such visitor any more."""
    at, visitor = at or now(), Visitor.objects.filter(key=delivery.address).first()
    if visitor is None:
        raise SendFailed("The visitor was forgotten.", retry=False, reason=Delivery.Trouble.BAD_ADDRESS)
    mail_at = at + GONE if visitor.email and not delivery.message.corrects_id else None
    with transaction.atomic():
        row = {"visitor": visitor, "message": delivery.message}
        Shown.objects.get_or_create(**row, defaults={"at": at, "mail_at": mail_at})
        visitor.touch()


def talk_of(visitor: Visitor, *, before: int = 0, at: datetime | None = None) -> dict[str, Any]:
    """Everything that the visitor's page shows, as JSON can hold it: the newest messages, or those `before` a row."""
    at = at or now()
    rows = _rows(visitor, before)
    newest, ticket = rows[:PAGE], visitor.ticket
    unread = Shown.objects.filter(visitor=visitor, read_at=None, message__corrects=None).count()
    return {
        "messages": [_message(row) for row in reversed(newest)],
        "earlier": len(rows) > PAGE,
        "unread": unread,
        "key": look_pass(visitor, at=at),
        "typing": _who_types(visitor),
        "open": is_open(visitor.channel, at),
        "answered": is_answered(visitor, at),
        "by_mail": masked(ticket.address) if ticket and ticket.address and ticket.address.kind == EMAIL else "",
        "ended": visitor.ended_at is not None,
        "blocked": visitor.blocked_at is not None,
        "email": visitor.email,
    }


def is_answered(visitor: Visitor, at: datetime) -> bool:
    """Whether what they write now is a talk: somebody is there, or theirs still goes on; else it is left for mail."""
    going = visitor.ticket is not None and visitor.ticket.is_open
    return going or is_open(visitor.channel, at)


def _rows(visitor: Visitor, before: int) -> list[Shown]:
    """Newest first, one more than a page. A correction is no message of its own: what it corrects says it already."""
    shown = Shown.objects.filter(visitor=visitor, message__corrects=None, message__is_note=False)
    if before:
        shown = shown.filter(pk__lt=before)
    shown = shown.select_related("message__member", "message__person").prefetch_related("message__attachments")
    return list(shown.order_by("-pk")[: PAGE + 1])


def _message(row: Shown) -> dict[str, Any]:
    message = row.message
    return {
        "id": row.pk,
        "sent": _client_id(message),
        "mine": message.person_id is not None,
        "who": message.member.name if message.member else "",
        "automatic": message.is_automatic,
        "at": message.at.isoformat(),
        "html": _html(message),
        "changed": message.revised_at is not None,
        "read": row.read_at is not None,
        "files": [_file(each) for each in _files(message)],
    }


def _client_id(message: Message) -> str:
    """The name that the visitor's page gave to a message of theirs, by which it knows what it shows already."""
    return (message.external_id or "").partition(".")[2] if message.person_id else ""


def _html(message: Message) -> str:
    """What is said, with nothing in it that could do more than be read. Pictures stand below, among the files."""
    inside = linked(rich(message.html)) if message.is_ours else ""
    return with_pictures(inside, lambda _cid, _rest: "") or html_of(message.text)


def _files(message: Message) -> list[Attachment]:
    return list(message.attachments.all())


def _file(attached: Attachment) -> dict[str, Any]:
    is_picture = attached.type in ("image/png", "image/jpeg", "image/gif", "image/webp")
    return {"id": attached.pk, "name": attached.name, "size": attached.size_bytes, "picture": is_picture}


def _who_types(visitor: Visitor) -> str:
    """The agent who writes an answer just now."""
    if visitor.ticket_id is None:
        return ""
    writing = Looking.objects.present().filter(ticket=visitor.ticket_id, doing=Looking.Doing.REPLY)
    return writing.order_by("member__name").values_list("member__name", flat=True).first() or ""


def masked(address: Address) -> str:
    """An e-mail address as its owner knows it again and nobody else learns it."""
    name, _at, domain = address.value.partition("@")
    return f"{name[:1]}…@{domain}"


def promise_of(channel: Channel) -> str:
    """How soon a chat is answered, as the newest talk was promised; "" where nothing is."""
    talks = Visitor.objects.filter(channel=channel).exclude(ticket=None).order_by("-pk").values("ticket")[:1]
    promised = Clock.objects.filter(ticket__in=talks, metric=Metric.FIRST_ANSWER).first()
    return _("We usually answer within %(time)s.") % {"time": length_text(promised.length)} if promised else ""
