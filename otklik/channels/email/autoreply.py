"""The automatic answer to whoever opens a ticket by mail: that it came, and its number (RFC 3834).

A reader of the journal writes it, so that taking mail in waits for nothing. Two programs must never answer one
another: whoever may be one gets nothing, and nobody gets a second answer within an hour, on whichever ticket.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from otklik.journal.models import Event
from otklik.journal.record import record
from otklik.lib.forgetting import forget
from otklik.lib.tokens import sign
from otklik.staff.models import Member
from otklik.tickets.models import Channel, Delivery, Message, Ticket

from .addresses import spellings
from .models import AutoAnswered, Mailbox
from .wording import auto_reply_for, filled, values_of

NAME_PURPOSE = "email.auto"
PAUSE = timedelta(hours=1)
FRESH = timedelta(days=1)  # to say “it came” later than this helps nobody; imported mail is older, too
_NOT_READ = re.compile(
    r"^(?:(?:no|not|do-?not|dont|ne)[-_.]?(?:reply|otvechat)|mailer-daemon|postmaster|bounces?|owner|listserv|majordomo)\b"
    r"|-(?:owner|request|bounces?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class First:
    """The message that opened a ticket, and where its writer would be answered."""

    message: Message
    ticket: Ticket
    mailbox: Mailbox
    address: str
    at: datetime

    @property
    def local(self) -> str:
        return self.address.rpartition("@")[0]


class AutoReply:
    """The reader. A message that it answered bears a name made of the answered one, so a second look finds it."""

    kinds = frozenset({"message.received"})

    def react(self, events: list[Event]) -> None:
        switched_on = Mailbox.objects.filter(auto_reply=True, channel__is_active=True, channel__kind="email")
        mailboxes = {mailbox.channel_id: mailbox for mailbox in switched_on.select_related("channel")}
        for event in events:
            if event.facts["channel"] in mailboxes and event.at > now() - FRESH:
                greet(event.facts["message"], mailboxes[event.facts["channel"]], at=now())


def greet(number: int, mailbox: Mailbox, *, at: datetime) -> Message | None:
    """Answer a message if it opened a ticket and a person wrote it; None if anything speaks against it."""
    message = Message.objects.select_related("ticket__address", "person").filter(pk=number).first()
    if message is None or message.ticket.address is None:
        return None
    first = First(message, message.ticket, mailbox, message.ticket.address.value.lower(), at)
    if any(question(first) for question in QUESTIONS):
        return None
    with transaction.atomic():
        return _write(first) if take_turn(first.address, at=at) else None


def is_answered(first: First) -> bool:
    return Message.objects.filter(via="email", external_id=_name(first.message)).exists()


def opened_nothing(first: First) -> bool:
    return first.ticket.messages.filter(pk__lt=first.message.pk).exists()


def came_otherwise(first: First) -> bool:
    """By a form, or for a client by somebody else."""
    return first.message.via != "email" or first.message.person_id != first.ticket.client_id


def a_program_wrote(first: First) -> bool:
    return first.message.is_automatic or bool(first.message.nature)


def nobody_reads(first: First) -> bool:
    return bool(_NOT_READ.search(first.local))


def is_one_of_us(first: First) -> bool:
    own = Channel.objects.filter(kind="email", address__in=spellings(first.address))
    return own.exists() or Member.objects.filter(email__iexact=first.address).exists()


def is_unwanted(first: First) -> bool:
    """Named in the mailbox's list, by address or by domain; a domain stands for what is below it too."""
    named = {line.strip().lower().removeprefix("@") for line in first.mailbox.auto_reply_never.splitlines()}
    domain = first.address.rpartition("@")[2].split(".")
    return not named.isdisjoint({first.address, *(".".join(domain[at:]) for at in range(len(domain)))})


QUESTIONS: tuple[Callable[[First], bool], ...] = (
    came_otherwise,
    a_program_wrote,
    nobody_reads,
    is_unwanted,
    opened_nothing,
    is_one_of_us,
    is_answered,
)


def take_turn(address: str, *, at: datetime) -> bool:
    """Whether this correspondent may get an automatic answer now; whoever asks first has it."""
    row, new = AutoAnswered.objects.get_or_create(address=address, defaults={"at": at})
    return new or bool(AutoAnswered.objects.filter(pk=row.pk, at__lte=at - PAUSE).update(at=at))


def forget_answered() -> bool:
    """Forget some of whom a program answered so long ago that it does not matter; False if there are none."""
    return forget(AutoAnswered.objects.filter(at__lt=now() - FRESH))


def _write(first: First) -> Message:
    channel, ticket, person = first.mailbox.channel, first.ticket, first.ticket.client
    words = auto_reply_for(channel, person.language or channel.language)
    subject, text = filled(words, values_of(ticket, channel, person))
    message = Message.objects.create(
        ticket=ticket,
        text=text,
        subject=subject[:250],
        is_automatic=True,
        via="email",
        external_id=_name(first.message),
        at=first.at,
    )
    Delivery.objects.create(message=message, channel=channel, person=person, address=first.address, due_at=first.at)
    record("message.auto_replied", ticket, at=first.at, message=message.pk)
    return message


def _name(answered: Message) -> str:
    # Signed, for whoever knows the name of a mail of ours can report it as not delivered, and write on its ticket.
    return f"<auto.{sign(NAME_PURPOSE, str(answered.pk))}@{settings.SITE_HOST}>"
