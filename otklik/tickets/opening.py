"""Opening a ticket: the one place where tickets come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext

from otklik.clients.models import Address, Person
from otklik.journal.models import Event
from otklik.journal.record import record
from otklik.lib.prepared import insert
from otklik.staff.models import Team

from .models import Channel, Ticket
from .models.ticket import Actor

EXCERPT_LENGTH = 200


@dataclass(frozen=True)
class Wish:
    """What is known of a ticket before it exists."""

    client: Person
    team: Team
    subject: str = ""
    type: str = Ticket.Type.QUESTION
    priority: int = Ticket.Priority.NORMAL
    channel: Channel | None = None
    address: Address | None = None
    tags: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    excerpt: str = ""


def excerpt(text: str) -> str:
    """The beginning of a message, as lists show it."""
    return " ".join(text[: 4 * EXCERPT_LENGTH].split())[:EXCERPT_LENGTH]


def just_opened(event: Event) -> Ticket:
    """The ticket of an event in the transaction that opened it: as it stands, for nobody else can see it yet."""
    return cast(Ticket, event.thing)


@transaction.atomic(savepoint=False)
def open_ticket(wish: Wish, *, by: Actor, at: datetime | None = None) -> Ticket:
    """Make a ticket of a wish. `by` is the client, a member who opens it for them, or None."""
    at = at or now()
    ticket = insert(
        Ticket(
            subject=" ".join(wish.subject.split())[:250] or gettext("No subject"),
            type=wish.type or Ticket.Type.QUESTION,
            priority=wish.priority,
            team=wish.team,
            client=wish.client,
            address=wish.address,
            channel=wish.channel,
            fields=dict(wish.fields),
            excerpt=wish.excerpt,
            opened_at=at,
            active_at=at,
            state_at=at,
        )
    )
    channel = wish.channel.pk if wish.channel else None
    record("ticket.opened", ticket, by=by, at=at, channel=channel, subject=ticket.subject)
    for name in wish.tags:
        ticket.tag(name, by=by, at=at)
    return ticket
