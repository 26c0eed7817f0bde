"""Asking: the worker takes what rules planned, sees whether the client may be asked, and writes the mail."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.utils.timezone import now

from otklik.clients.models import EMAIL, Address, Person
from otklik.journal.record import record
from otklik.lib.unread import nobody_reads
from otklik.staff.models import Member
from otklik.tickets.addressing import outgoing_channel
from otklik.tickets.models import Channel, Delivery, Message, Ticket
from otklik.tickets.replying import new_name

from .letters import words
from .models import DoNotAsk, Invitation, Survey
from .models.invitation import TRIES

BATCH = 20
Why = Invitation.Refusal

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asking:
    """An invitation, and where the client would get it: None if nowhere."""

    invitation: Invitation
    ticket: Ticket
    address: Address | None
    mailbox: Channel | None
    at: datetime

    @property
    def survey(self) -> Survey:
        return self.invitation.survey


def ask_due(at: datetime | None = None) -> bool:
    """Ask some clients whose time has come; False if there are none."""
    at = at or now()
    due = list(Invitation.objects.due(at)[:BATCH])
    for invitation in due:
        if invitation.claim(at):
            _try(invitation, at)
    return bool(due)


def _try(invitation: Invitation, at: datetime) -> None:
    """Ask, or say why not. What fails is tried again when the lease ends, and given up in the end."""
    try:
        ask(invitation, at=at)
    except OperationalError:
        raise  # the store's trouble
    except Exception:
        log.exception("The survey invitation %s failed.", invitation.pk)
        if invitation.tries >= TRIES:
            invitation.refuse(Why.TROUBLE, at=at)


def ask(invitation: Invitation, *, at: datetime) -> bool:
    """Write the mail that asks; False if anything speaks against it, which is noted."""
    asking = _asking(invitation, at)
    if why := next((reason for reason, says_no in REASONS.items() if says_no(asking)), None):
        invitation.refuse(why, at=at)
        return False
    person = asking.ticket.client
    language = person.language or asking.mailbox.language  # type: ignore[union-attr]  # NO_ADDRESS has been asked
    texts = words(asking.survey, language, asking.ticket)
    with transaction.atomic():
        # One at a time for each person and survey: two of them must not both be the only one of the month, and what
        # is asked must not change while it is being asked.
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        survey = Survey.objects.select_for_update(no_key=True).get(pk=asking.survey.pk)
        if survey.is_active and not is_tired(asking):
            return _write(asking, texts)
        invitation.refuse(Why.TIRED if survey.is_active else Why.OFF, at=at)
        return False


def _asking(invitation: Invitation, at: datetime) -> Asking:
    ticket = Ticket.objects.select_related("client", "address", "channel__answers_by", "team", "assignee").get(
        pk=invitation.ticket_id
    )
    own = ticket.address
    wrote_from = own if own and own.kind == EMAIL and own.person_id == ticket.client_id else None
    channel = outgoing_channel(ticket)
    if channel is None or channel.kind != EMAIL:
        # What carries only conversations gets no questionnaire; a mailbox does.
        channel = Channel.objects.active().filter(kind=EMAIL).order_by("pk").first()
    return Asking(invitation, ticket, wrote_from or ticket.client.address(EMAIL), channel, at)


def is_off(asking: Asking) -> bool:
    return not asking.survey.is_active


def is_merged(asking: Asking) -> bool:
    return asking.ticket.merged_into_id is not None


def is_reopened(asking: Asking) -> bool:
    return asking.invitation.was_over and not asking.ticket.is_over


def has_no_address(asking: Asking) -> bool:
    return asking.address is None or asking.mailbox is None


def comes_back(asking: Asking) -> bool:
    return asking.address is not None and asking.address.failing_since is not None


def is_read_by_nobody(asking: Asking) -> bool:
    return asking.address is not None and nobody_reads(asking.address.value)


def is_ours(asking: Asking) -> bool:
    """A member's own address or a mailbox of ours, also with something behind a plus."""
    address = asking.address.value if asking.address else ""
    local, _at, domain = address.rpartition("@")
    spelled = {address, f"{local.partition('+')[0]}@{domain}"}
    mailboxes = Channel.objects.filter(kind=EMAIL)
    is_mailbox = any(mailboxes.filter(address__iexact=each).exists() for each in spelled)
    return is_mailbox or Member.objects.filter(email__iexact=address).exists()


def a_program_wrote(asking: Asking) -> bool:
    """The client's last message is a program's; of one who wrote nothing nobody can tell."""
    theirs = asking.ticket.messages.filter(person=asking.ticket.client, is_note=False)
    last = theirs.order_by("-at", "-pk").first()
    return last is not None and bool(last.is_automatic or last.nature)


def wants_none(asking: Asking) -> bool:
    return DoNotAsk.objects.filter(person=asking.ticket.client).exists()


def is_tired(asking: Asking) -> bool:
    """Asked anything by any survey within this one's days of rest."""
    since = asking.at - timedelta(days=asking.survey.pause_days)
    return Invitation.objects.filter(person=asking.ticket.client, sent_at__gt=since).exists()


REASONS: dict[str, Callable[[Asking], bool]] = {
    Why.OFF: is_off,
    Why.MERGED: is_merged,
    Why.REOPENED: is_reopened,
    Why.NO_ADDRESS: has_no_address,
    Why.FAILING: comes_back,
    Why.NOT_READ: is_read_by_nobody,
    Why.STAFF: is_ours,
    Why.PROGRAM: a_program_wrote,
    Why.OPTED_OUT: wants_none,
    Why.TIRED: is_tired,
}


def _write(asking: Asking, texts: dict[str, str]) -> bool:
    """The message with its delivery; the links to the page are added when the mail is rendered."""
    ticket, at, invitation = asking.ticket, asking.at, asking.invitation
    waiting = Invitation.objects.filter(pk=invitation.pk, sent_at=None, due_at__isnull=False)
    sent = {
        "sent_at": at,
        "expires_at": at + timedelta(days=asking.survey.open_days),
        "person": ticket.client,
        "team": ticket.team,
        "agent": ticket.assignee,
        "channel": ticket.channel,
    }
    if not waiting.update(due_at=None, **sent):
        return False  # the lease was over, and another worker was faster
    message = Message.objects.create(
        ticket=ticket,
        subject=texts["subject"][:250],
        text=texts["letter"].strip(),
        is_automatic=True,
        via=EMAIL,
        external_id=new_name(ticket),
        at=at,
    )
    Invitation.objects.filter(pk=invitation.pk).update(message=message)
    Delivery.objects.create(
        message=message,
        channel=asking.mailbox,  # type: ignore[misc]  # as below
        person=ticket.client,
        address=asking.address.value,  # type: ignore[union-attr]  # NO_ADDRESS has been asked
        due_at=at,
    )
    record("survey.sent", ticket, at=at, survey=asking.survey.pk, message=message.pk, invitation=invitation.pk)
    return True
