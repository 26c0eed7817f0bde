"""What leaves a talk by mail: an answer whose visitor has gone, and the whole talk when they ask for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from otklik.clients.models import EMAIL
from otklik.journal.record import record
from otklik.lib.inbound import InboundFile
from otklik.tickets.files import attach, keep
from otklik.tickets.models import Channel, Delivery, Message
from otklik.tickets.replying import new_name

from .limits import TooFast, check_network
from .models import Shown, Visitor
from .showing import GONE
from .talking import Refused, checked_email

BATCH = 50
TRANSCRIPT_EVERY = timedelta(minutes=10)
LINES_MAX = 1000


def mail_unread(at: datetime | None = None) -> bool:
    """A duty: mail answers that were not read in time, if their visitor has left; False if none was due."""
    at = at or now()
    due = Shown.objects.filter(mail_at__lte=at).select_related("visitor__channel", "message__ticket")
    return any([_mail_on(row, at) for row in due.order_by("mail_at", "pk")[:BATCH]])


def _mail_on(row: Shown, at: datetime) -> bool:
    """Let one answer go by mail, or wait on while its visitor is there. Whichever worker moves `mail_at` does it."""
    visitor, mine = row.visitor, Shown.objects.filter(pk=row.pk, mail_at=row.mail_at, read_at=None)
    if visitor.seen_at > at - GONE:
        return bool(mine.update(mail_at=visitor.seen_at + GONE))
    mailbox = mailbox_of(visitor.channel)
    with transaction.atomic():
        if not mine.update(mail_at=None) or mailbox is None or not visitor.email:
            return False
        person = row.message.ticket.client
        where = {"message": row.message, "address": visitor.email.lower()}
        _row, new = Delivery.objects.get_or_create(
            **where, defaults={"channel": mailbox, "person": person, "due_at": at}
        )
        if new:
            record("message.mailed_on", row.message.ticket, at=at, message=row.message_id)
    return True


def mailbox_of(channel: Channel) -> Channel | None:
    """The mailbox that stands in for a chat: the one it names, else the first."""
    return channel.answers_by or Channel.objects.active().filter(kind=EMAIL).order_by("pk").first()


def mail_talk(visitor: Visitor, email: str, *, network: str, at: datetime | None = None) -> Message:
    """Mail what the visitor's page shows to an address. Raises Refused, TooFast."""
    at, email = at or now(), checked_email(email).lower()
    mailbox = mailbox_of(visitor.channel)
    ticket = visitor.ticket.survivor() if visitor.ticket else None
    if mailbox is None or ticket is None:
        raise Refused(field="email", why=_("The talk cannot be mailed just now: no mailbox is set up."))
    if visitor.transcript_at and visitor.transcript_at > at - TRANSCRIPT_EVERY:
        raise TooFast
    check_network("transcript", network, at=at)
    text = _written_out(visitor)
    file = keep(InboundFile(f"{_('talk')}-{ticket.pk}.txt", "text/plain", text.encode("utf-8-sig")))
    with transaction.atomic():
        visitor.touch(transcript_at=at, email=visitor.email or email)
        message = Message.objects.create(
            ticket=ticket,
            text=_("Here is your talk with us. It is attached as a text."),
            subject=_("Our talk, #%(number)s") % {"number": ticket.pk},
            is_automatic=True,
            via=mailbox.kind,
            external_id=new_name(ticket),
            at=at,
        )
        attach(message, (file,))
        Delivery.objects.create(message=message, channel=mailbox, person=ticket.client, address=email, due_at=at)
        record("message.sent_by_rule", ticket, at=at, message=message.pk)
    return message


def _written_out(visitor: Visitor) -> str:
    shown = Shown.objects.filter(visitor=visitor, message__corrects=None, message__is_note=False)
    rows = shown.select_related("message__member", "message__person").order_by("-pk")[:LINES_MAX]
    return "\r\n\r\n".join(_line(row.message) for row in reversed(rows))


def _line(message: Message) -> str:
    when = date_format(localtime(message.at), "SHORT_DATETIME_FORMAT")
    who = message.author.name if message.author else _("Automatic answer")
    files = "".join(f"\r\n[{file.name}]" for file in message.attachments.all())
    return f"{when}, {who}:\r\n{message.text}{files}"
