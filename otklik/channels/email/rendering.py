"""An answer as a mail: the same bytes for the same delivery, however often it is tried."""

# cyrillic: “Re:” is known in both alphabets
import re
from email.message import Message as MIMEMessage
from email.utils import format_datetime, quote

from django.utils.translation import override

from otklik.lib.rich import pictures
from otklik.lib.tokens import sign
from otklik.tickets.models import Aside, Delivery, Message, Ticket

from .addresses import ASIDE_PURPOSE, TICKET_PURPOSE
from .bodies import bodies, quotes
from .links import divided
from .mail import Mail
from .models import mailbox_of
from .reading import OWN_HEADER, OWN_PURPOSE

NOBODY_NAMED = "undisclosed-recipients:;"  # RFC 5322: a group without members
THREAD_MAX = 20  # ids in References: the first and the latest
_BYTES = "application/octet-stream"
_TYPE = re.compile(r"[a-z0-9][\w.+-]*/[a-z0-9][\w.+-]*", re.IGNORECASE)


def render(delivery: Delivery) -> Mail:
    """The mail of one delivery: headers for all who get the answer, an envelope and a status link for one."""
    message, mailbox = delivery.message, mailbox_of(delivery.channel)
    language = (delivery.person and delivery.person.language) or delivery.channel.language
    earlier = earlier_messages(message)
    files, linked = divided(message, delivery.person, mailbox.attachment_limit_bytes)
    with override(language):
        quoted = [] if message.is_automatic or message.corrects_id else quotes(earlier, mailbox.quoting)
        text, html = bodies(delivery, quoted, linked, language=language)
    mail = Mail(
        subject=subject_of(message, is_answer=bool(earlier)),
        body=text,
        from_email=delivery.channel.address,
        to=[delivery.address],
        headers=headers_of(delivery, earlier),
    )
    mail.attach_alternative(html, "text/html")
    inside = pictures(message.html)
    for attachment in files:
        with attachment.file.open("rb") as content:
            kind = _attachable(attachment.type)
            if attachment.content_id in inside and kind.startswith("image/"):
                mail.show(attachment.content_id, attachment.name, content.read(), kind)
            else:
                mail.attach(attachment.name, content.read(), kind)
    return mail


def raw(delivery: Delivery) -> bytes:
    """The rendered mail as it would go over the line."""
    message: MIMEMessage = render(delivery).message()
    return message.as_bytes()


def earlier_messages(message: Message) -> list[Message]:
    """What was said before, as the reader knows it, oldest first: on the ticket to the client, or to a third party.

    Neither ever reads a word of the other's.
    """
    if message.aside_id:
        said = Message.objects.filter(aside=message.aside_id, is_automatic=False)
    else:
        said = message.ticket.messages.public()
    before = said.filter(at__lte=message.at).exclude(pk=message.pk)
    return list(before.select_related("person", "member", "party"))


def subject_of(message: Message, *, is_answer: bool) -> str:
    if message.aside:
        tagged = f"{_one_line(message.aside.subject)} [#{message.ticket_id}-{message.aside_id}]"
        return f"Re: {tagged}" if is_answer else tagged
    subject = _one_line(message.subject or message.ticket.subject)
    has_own = message.is_automatic and bool(message.subject)
    is_marked = has_own or not is_answer or re.match(r"(?:re|ответ)\s*:", subject, re.IGNORECASE)
    return subject if is_marked else f"Re: {subject}"


def headers_of(delivery: Delivery, earlier: list[Message]) -> dict[str, str]:
    message, mailbox = delivery.message, delivery.channel
    recipients = list(message.deliveries.select_related("person").order_by("pk"))
    open_ones = [each for each in recipients if not each.is_hidden]
    shown = [_named(each.person.name if each.person else "", each.address) for each in open_ones] or [NOBODY_NAMED]
    sender = f"{message.member.name} ({mailbox.name})" if message.member else mailbox.name
    headers = {
        "From": _named(sender, mailbox.address),
        "To": shown[0],
        "Cc": ", ".join(shown[1:]),
        "Reply-To": _named(mailbox.name, answer_address(mailbox.address, message)),
        "Date": format_datetime(message.at),
        "Message-ID": message.external_id or "",
        OWN_HEADER: sign(OWN_PURPOSE, str(message.pk)),
    }
    headers |= thread_headers(earlier)
    if message.is_automatic:
        headers |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "OOF, AutoReply"}
    return {name: value for name, value in headers.items() if value}


def thread_headers(earlier: list[Message]) -> dict[str, str]:
    """In-Reply-To names the client's latest mail, References the thread. What did not come by mail has no id there."""
    mails = [message for message in earlier if (message.external_id or "").startswith("<")]
    if not mails:
        return {}
    answered = next((message for message in reversed(mails) if not message.is_ours), mails[-1])
    ids = [str(message.external_id) for message in mails]
    thread = [*ids[:1], *ids[1:][-(THREAD_MAX - 1) :]]
    return {"In-Reply-To": str(answered.external_id), "References": " ".join(thread)}


def answer_address(mailbox: str, message: Message) -> str:
    """Where a message is answered: at its ticket, or at its side conversation."""
    return aside_address(mailbox, message.aside) if message.aside else ticket_address(mailbox, message.ticket)


def aside_address(mailbox: str, aside: Aside) -> str:
    """The mailbox's address with the side conversation's number, signed."""
    return _plus(mailbox, sign(ASIDE_PURPOSE, str(aside.pk)))


def ticket_address(mailbox: str, ticket: Ticket) -> str:
    """The mailbox's address with the ticket's number, signed: an answer to it finds the ticket without any header."""
    return _plus(mailbox, sign(TICKET_PURPOSE, str(ticket.number)))


def _plus(mailbox: str, part: str) -> str:
    local, _at, domain = mailbox.rpartition("@")
    return f"{local}+{part}@{domain}"


def _named(name: str, address: str) -> str:
    # Django encodes what is not ASCII when it builds the header; encoded here, a long name would be refused as folded.
    return f'"{quote(_one_line(name))}" <{address}>' if name else address


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _attachable(kind: str) -> str:
    """The type under which a file travels: a letter inside a letter would be taken apart on the way."""
    return kind if _TYPE.fullmatch(kind) and not kind.startswith(("message/", "multipart/", "text/")) else _BYTES
