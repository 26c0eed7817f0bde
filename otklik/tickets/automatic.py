"""What Otklik writes on a ticket by itself, on the word of a rule: answers to the client, and notes.

Such an answer keeps no promise, changes no state and makes the ticket nobody's: a person still has to answer.
"""

import re
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from otklik.journal.record import record
from otklik.lib.ruling import WrongValue
from otklik.staff.models import Company

from .addressing import outgoing_channel, recipients_of
from .errors import EmptyMessage, NobodyToAnswer
from .models import Delivery, Message, Ticket
from .replying import new_name

PER_HOUR = 5  # automatic answers to one client, on whichever ticket: two programs must not go on answering each other
PLACEHOLDERS = ("client", "number", "subject", "assignee", "team", "company")
_BRACED = re.compile(r"\{(\w+)\}")


def answer_automatically(ticket: Ticket, *, by: models.Model | None, text: str, at: datetime) -> Message | None:
    """Answer the client, and nobody else; None if a program wrote last, or they had enough of such answers.

    Raises EmptyMessage, NobodyToAnswer.
    """
    text = filled(text, ticket).strip()
    if not text:
        raise EmptyMessage
    if _wrote_last(ticket) or _had_enough(ticket, at):
        return None
    channel = outgoing_channel(ticket)
    address = next((each.address for each in recipients_of(ticket) if each.person == ticket.client), None)
    if channel is None or address is None:
        raise NobodyToAnswer(ticket=ticket)
    with transaction.atomic():
        message = Message.objects.create(
            ticket=ticket, text=text, is_automatic=True, via=channel.kind, external_id=new_name(ticket), at=at
        )
        Delivery.objects.create(message=message, channel=channel, person=ticket.client, address=address, due_at=at)
        record("message.sent_by_rule", ticket, by=by, at=at, message=message.pk)
    return message


def note_automatically(ticket: Ticket, *, by: models.Model | None, text: str, at: datetime) -> Message:
    """Write what only staff read, with the words in braces filled in. Raises EmptyMessage."""
    text = filled(text, ticket).strip()
    if not text:
        raise EmptyMessage
    return note_as_it_is(ticket, by=by, text=text, at=at)


def note_as_it_is(ticket: Ticket, *, by: models.Model | None, text: str, at: datetime) -> Message:
    """Write what only staff read."""
    with transaction.atomic():
        message = Message.objects.create(ticket=ticket, text=text, is_automatic=True, is_note=True, at=at)
        record("message.noted", ticket, by=by, at=at, message=message.pk)
    return message


class UnknownWord(WrongValue):
    code = "unknown_placeholder"
    message = _("There is no placeholder {%(word)s} here. You can use: %(known)s.")


def check_words(text: str) -> None:
    """Raise UnknownWord for words in braces that stand for nothing."""
    if unknown := unknown_words(text):
        raise UnknownWord(word=unknown[0], known=", ".join(f"{{{word}}}" for word in PLACEHOLDERS))


def unknown_words(text: str) -> list[str]:
    """The words in braces that stand for nothing."""
    return [word for word in _BRACED.findall(text) if word not in PLACEHOLDERS]


def filled(text: str, ticket: Ticket) -> str:
    """A text with the words in braces replaced, once: what a value says in braces is not looked at again."""
    values = {
        "client": ticket.client.name,
        "number": str(ticket.number),
        "subject": ticket.subject,
        "assignee": ticket.assignee.name if ticket.assignee else "",
        "team": ticket.team.name,
        "company": Company.current().name,
    }
    return _BRACED.sub(lambda braced: values.get(braced[1], braced[0]), text)


def _wrote_last(ticket: Ticket) -> bool:
    """Whether the client's last message is a program's."""
    last = ticket.messages.filter(is_note=False).exclude(person=None).order_by("-at", "-pk").first()
    return last is not None and last.is_automatic


def _had_enough(ticket: Ticket, at: datetime) -> bool:
    ours = Message.objects.filter(is_automatic=True, is_note=False, person=None, at__gt=at - timedelta(hours=1))
    return ours.filter(ticket__client=ticket.client_id).count() >= PER_HOUR
