"""The automatic answer to whoever writes by mail: that it came, and its number; or when we are there again (RFC 3834).

A reader of the journal writes it, so that taking mail in waits for nothing. Two programs must never answer one
another: whoever may be one gets nothing, and nobody gets a second answer within an hour, on whichever ticket.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import override

from otklik.clients.models import EMAIL, Person
from otklik.journal.models import Event
from otklik.journal.record import record
from otklik.lib.forgetting import forget
from otklik.lib.tokens import sign
from otklik.lib.unread import nobody_reads as is_not_read
from otklik.staff.models import Member
from otklik.tickets.models import Channel, Delivery, Message, Ticket

from .addresses import spellings
from .models import AutoAnswered, Mailbox
from .opening import is_closed
from .wording import Kind, automatic_for, filled, opens_values, values_of

NAME_PURPOSE = "email.auto"
PAUSE = timedelta(hours=1)
FRESH = timedelta(days=1)  # to say “it came” later than this helps nobody; imported mail is older, too
TOLD = {Kind.AUTO_REPLY: "message.auto_replied", Kind.OUT_OF_HOURS: "message.told_hours"}


@dataclass(frozen=True)
class Written:
    """A message, and where its writer would be answered."""

    message: Message
    ticket: Ticket
    mailbox: Mailbox
    address: str
    at: datetime


class AutoReply:
    """The reader. A message that it answered bears a name made of the answered one, so a second look finds it."""

    kinds = frozenset({"message.received"})

    def react(self, events: list[Event]) -> None:
        says_something = Q(auto_reply=True) | Q(calendar__isnull=False)
        switched_on = Mailbox.objects.filter(says_something, channel__is_active=True, channel__kind="email")
        mailboxes = {mailbox.channel_id: mailbox for mailbox in switched_on.select_related("channel", "calendar")}
        for event in events:
            # What a member passed on, the client wrote to somebody else, if at all: anybody can write a member's From.
            is_their_own = event.by == Person.journal_name
            if is_their_own and event.facts["channel"] in mailboxes and event.at > now() - FRESH:
                greet(event.facts["message"], mailboxes[event.facts["channel"]], at=now())


def greet(number: int, mailbox: Mailbox, *, at: datetime) -> Message | None:
    """Answer a message if a person wrote it and there is something to say; None if anything speaks against it."""
    message = Message.objects.select_related("ticket__address", "ticket__team", "person").filter(pk=number).first()
    address = message.ticket.address if message else None
    if message is None or address is None or address.kind != EMAIL:
        return None
    written = Written(message, message.ticket, mailbox, address.value.lower(), at)
    kind = kind_for(written)
    if kind is None or any(question(written) for question in QUESTIONS):
        return None
    with transaction.atomic():
        return _write(written, kind) if take_turn(written.address, at=at) else None


def kind_for(written: Written) -> Kind | None:
    """What is said: out of hours that we are away, whatever was written; else, to a new ticket, that it came."""
    if is_closed(written.mailbox.calendar, written.at):
        return Kind.OUT_OF_HOURS
    return Kind.AUTO_REPLY if written.mailbox.auto_reply and not opened_nothing(written) else None


def is_answered(written: Written) -> bool:
    return Message.objects.filter(via="email", external_id=_name(written.message)).exists()


def opened_nothing(written: Written) -> bool:
    return written.ticket.messages.filter(pk__lt=written.message.pk).exists()


def came_otherwise(written: Written) -> bool:
    """By a form, or for a client by somebody else."""
    return written.message.via != "email" or written.message.person_id != written.ticket.client_id


def a_program_wrote(written: Written) -> bool:
    return written.message.is_automatic or bool(written.message.nature)


def nobody_reads(written: Written) -> bool:
    return is_not_read(written.address)


def is_one_of_us(written: Written) -> bool:
    own = Channel.objects.filter(kind="email", address__in=spellings(written.address))
    return own.exists() or Member.objects.filter(email__iexact=written.address).exists()


def its_team_writes_none(written: Written) -> bool:
    return not written.ticket.team.automatic_mail


def is_unwanted(written: Written) -> bool:
    """Named in the mailbox's list, by address or by domain; a domain stands for what is below it too."""
    named = {line.strip().lower().removeprefix("@") for line in written.mailbox.auto_reply_never.splitlines()}
    domain = written.address.rpartition("@")[2].split(".")
    return not named.isdisjoint({written.address, *(".".join(domain[at:]) for at in range(len(domain)))})


QUESTIONS: tuple[Callable[[Written], bool], ...] = (
    came_otherwise,
    a_program_wrote,
    nobody_reads,
    its_team_writes_none,
    is_unwanted,
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


def _write(written: Written, kind: Kind) -> Message:
    channel, ticket, person = written.mailbox.channel, written.ticket, written.ticket.client
    language = person.language or channel.language
    values = values_of(ticket, channel, person)
    if kind == Kind.OUT_OF_HOURS:
        with override(language):
            values |= opens_values(channel, written.at)
    subject, text = filled(automatic_for(kind, channel, language), values)
    message = Message.objects.create(
        ticket=ticket,
        text=text,
        subject=subject[:250],
        is_automatic=True,
        via="email",
        external_id=_name(written.message),
        at=written.at,
    )
    Delivery.objects.create(message=message, channel=channel, person=person, address=written.address, due_at=written.at)
    record(TOLD[kind], ticket, at=written.at, message=message.pk)
    return message


def _name(answered: Message) -> str:
    # Signed, for whoever knows the name of a mail of ours can report it as not delivered, and write on its ticket.
    return f"<auto.{sign(NAME_PURPOSE, str(answered.pk))}@{settings.SITE_HOST}>"
