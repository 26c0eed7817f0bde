"""Merging a ticket into another, taking that back, and splitting a message off into a ticket of its own."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils.timezone import now

from otklik.clients.models import Person
from otklik.journal.models import Event
from otklik.journal.record import record
from otklik.staff.models import Member

from .drafting import follow_merged
from .errors import CannotMerge, CannotSeparate, CannotSplit
from .models import Message, Ticket, TicketLink
from .models.conversation import add_participant, remove_participant
from .models.together import watch
from .opening import Wish, excerpt, open_ticket


@transaction.atomic
def merge(source: Ticket, into: Ticket, *, by: Member, at: datetime | None = None) -> None:
    """Make one ticket of two: `source` is closed and its number leads to `into` from now on.

    Messages move, in their order by time; the source's client and participants take part in `into`. Raises
    CannotMerge if they are one ticket, or one of them was merged already.
    """
    at = at or now()
    # Both are locked, always in the same order, so that no other merging and no new message comes in between.
    both = Ticket.objects.select_for_update().filter(pk__in=(source.pk, into.pk)).order_by("pk")
    if [ticket.merged_into_id for ticket in both] != [None, None]:
        raise CannotMerge(source=source, into=into)
    Ticket.objects.filter(pk=source.pk, merged_into=None).update(merged_into=into)
    source.merged_into = into
    state, moved = source.state, list(source.messages.order_by("pk").values_list("pk", flat=True))
    source.move_state(Ticket.State.CLOSED, by=by, at=at)
    source.messages.update(ticket=into)
    asides = list(source.asides.values_list("pk", flat=True))
    source.asides.update(ticket=into)
    follow_merged(source, into)
    people = (source.client, *(row.person for row in source.participants.select_related("person")))
    joined = [person.pk for person in people if add_participant(into, person, by=by, at=at)]
    for watching in source.watches.select_related("member"):
        watch(into, watching.member, by=by, at=at)
    newest = max(source.active_at, into.active_at)
    Ticket.objects.filter(pk=into.pk).update(active_at=newest)
    moved_along = {"state": state, "messages": moved, "joined": joined, "asides": asides}
    record("ticket.merged", source, by=by, at=at, into=into.pk, **moved_along)
    record("ticket.absorbed", into, by=by, at=at, source=source.pk)


@transaction.atomic
def separate(source: Ticket, *, by: Member, at: datetime | None = None) -> Ticket:
    """Take a merging back: `source` is a ticket again, in its former state, with the messages that it brought.

    Whoever takes part in the other one by the merging alone does so no more; what has been said or begun there
    since, a draft or a callback too, stays there. The other one. Raises CannotSeparate if `source` is merged into
    none, or that one was merged further: the last merging is taken back first.
    """
    at = at or now()
    locked = Ticket.objects.select_for_update().filter(pk__in=(source.pk, source.merged_into_id or 0)).order_by("pk")
    both = {ticket.pk: ticket for ticket in locked}
    source = both[source.pk]
    into = both.get(source.merged_into_id or 0)
    if into is None or into.merged_into_id:
        raise CannotSeparate(source=source)
    merging = Event.objects.about(source).filter(kind="ticket.merged").latest("id")
    Ticket.objects.filter(pk=source.pk).update(merged_into=None)
    source.merged_into = None
    record("ticket.separated", source, by=by, at=at, into=into.pk)
    source.move_state(merging.facts["state"], by=by, at=at)
    asides = merging.facts.get("asides", [])
    into.messages.filter(Q(pk__in=merging.facts["messages"]) | Q(aside__in=asides)).update(ticket=source)
    into.asides.filter(pk__in=asides).update(ticket=source)
    wrote = set(into.messages.values_list("person", flat=True))
    for person in Person.objects.filter(pk__in=merging.facts["joined"]).exclude(pk__in=wrote - {None}):
        remove_participant(into, person, by=by, at=at)
    for ticket in (source, into):
        _active_anew(ticket)
    record("ticket.released", into, by=by, at=at, source=source.pk)
    return into


def _active_anew(ticket: Ticket) -> None:
    """Messages have gone or come back: the newest that the client may know says when the ticket was active."""
    newest = ticket.messages.public().aggregate(at=Max("at"))["at"]
    Ticket.objects.filter(pk=ticket.pk).update(active_at=newest or ticket.opened_at)


@transaction.atomic
def split(message: Message, *, by: Member, subject: str = "", at: datetime | None = None) -> Ticket:
    """Move one message to a new ticket of whoever wrote it (a member's message: of the same client), and link both.

    Raises CannotSplit for a letter of a side conversation, which stays where it is.
    """
    if message.aside_id:
        raise CannotSplit
    at = at or now()
    old = message.ticket
    wish = Wish(
        client=message.person or old.client,
        team=old.team,
        subject=subject or message.subject or old.subject,
        type=old.type,
        priority=old.priority,
        channel=old.channel,
        address=old.address if message.person_id in (None, old.client_id) else None,
        excerpt=excerpt(message.text),
    )
    new = open_ticket(wish, by=by, at=at)
    Message.objects.filter(Q(pk=message.pk) | Q(corrects=message)).update(ticket=new)
    message.ticket = new
    Ticket.objects.filter(pk=new.pk).update(active_at=message.at)
    _active_anew(old)
    new.link(old, TicketLink.Kind.RELATED, by=by, at=at)
    record("ticket.split", old, by=by, at=at, new=new.pk)
    return new
