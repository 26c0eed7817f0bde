"""What happened on a ticket, in order: messages with files and deliveries, and the journal's lines between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model, Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import QueryDict
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.desk.visitors import mark_read
from otklik.journal.kinds import Line, narrate
from otklik.journal.models import Event
from otklik.lib.prepared import Question
from otklik.staff.models import Member
from otklik.tickets.guarding import messages_in
from otklik.tickets.models import Delivery, Message, MessageVersion, Ticket
from otklik.tickets.revising import can_revise

Row = TypeVar("Row", Message, Event)

ONE_GO = timedelta(minutes=1)
SHOWN = 200  # messages and events each; what came before them is a click away
ONLY = {
    "": _("Everything"),
    "messages": _("Correspondence"),
    "notes": _("Notes"),
    "events": _("Events"),
}

# Told by the message itself, or by its deliveries' marks; or only worth telling in the history.
SAID = (
    "message.received",
    "message.sent",
    "message.auto_replied",
    "message.told_hours",
    "message.noted",
    "message.revised",
    "message.mentioned",
    "message.read",
    "ticket.watched",
    "ticket.unwatched",
    "delivery.sent",
    "delivery.held",
    "delivery.failed",
    "aside.delivered",
    "aside.held",
    "aside.failed",
    "webhook.called",
    "survey.not_sent",
)


@dataclass(frozen=True)
class Entry:
    """One message, or what one actor did in one go, as lines of the journal."""

    at: datetime
    message: Message | None = None
    lines: tuple[Line, ...] = ()
    is_crossed: bool = False  # it waits to be sent, and the client has written or changed something since


@dataclass(frozen=True)
class Window:
    """What is asked of a ticket: everything or `only` one kind of entries, a key of ONLY; the newest, or those `before`
    the message of this number, or the event where only events are asked for.
    """

    only: str = ""
    before: int = 0

    @classmethod
    def of(cls, query: QueryDict) -> Window:
        only, before = query.get("only", ""), query.get("before", "")
        return cls(only if only in ONLY else "", int(before) if before.isdecimal() and len(before) <= 18 else 0)


NEWEST = Window()


@dataclass(frozen=True)
class Conversation:
    entries: list[Entry]
    window: Window
    earlier: int  # the number to ask for what came `before` this; 0 if nothing did

    @property
    def newest(self) -> int:
        """The number of the newest message that is shown; 0 if there is none."""
        return max((entry.message.pk for entry in self.entries if entry.message), default=0)

    @property
    def changed_at(self) -> datetime | None:
        """When a client last changed what they wrote; None if nobody did."""
        theirs = (entry.message for entry in self.entries if entry.message and entry.message.person_id)
        return max((message.revised_at for message in theirs if message.revised_at), default=None)

    def may_have(self, kind: str) -> bool:
        """Whether an event of a kind may have happened, as far as what is here tells."""
        return self.all_of(kind) != []

    def all_of(self, kind: str) -> list[Event] | None:
        """All events of a kind, oldest first; None if older ones may exist than are here."""
        events = [line.event for entry in self.entries for line in entry.lines]
        is_part = self.window != NEWEST or self.earlier or len(events) >= SHOWN
        return None if is_part else [event for event in events if event.kind == kind]


def conversation(ticket: Ticket, window: Window = NEWEST, *, at_hand: Iterable[Model] = ()) -> Conversation:
    """A ticket's messages and events within the window, oldest first.

    Who and what is `at_hand` besides the ticket's own is named in events without asking for it.
    """
    if window.only == "events":
        messages: list[Message] = []
        events, earlier = _page(_events(ticket).filter(id__lt=window.before) if window.before else _events(ticket))
    else:
        edge = ticket.messages.filter(pk=window.before).first() if window.before else None
        is_newest = not window.only and edge is None
        messages, earlier = _cut(_newest(ticket)) if is_newest else _page(_messages(ticket, window.only, edge))
        events = [] if window.only else _events_between(ticket, messages[-1] if earlier else None, edge)
    near = [ticket.client, ticket.team, ticket.assignee, ticket.channel, *(message.author for message in messages)]
    messages.reverse()
    lines = narrate(reversed(events), at_hand=[*at_hand, *(row for row in near if row)])
    entries = [*(Entry(line.at, lines=(line,)) for line in lines), *_said(messages)]
    return Conversation(_together(sorted(entries, key=_order)), window, earlier)


def all_said(ticket: Ticket) -> list[Message]:
    """Every message, oldest first."""
    return list(reversed(_messages(ticket)))


def revisable(talk: Conversation, member: Member) -> set[int]:
    """The messages that a member may still change."""
    at = now()
    shown = (entry.message for entry in talk.entries if entry.message)
    return {message.pk for message in shown if can_revise(message, member, at=at)}


def _said(messages: list[Message]) -> Iterable[Entry]:
    prefetch_related_objects(
        [message for message in messages if message.revised_at],
        Prefetch("versions", queryset=MessageVersion.objects.select_related("member", "person").order_by("-pk")),
    )
    mark_read(messages)
    crossed = _crossed(messages)
    for message in messages:
        yield Entry(message.at, message=message, is_crossed=message.pk in crossed)


def _crossed(messages: list[Message]) -> set[int]:
    """Those that wait to be sent, and since whose writing the client wrote or changed something."""
    waiting = {message.pk for message in messages if message.can_be_undone}
    theirs = [message for message in messages if message.person_id]
    crossed = {pk for pk in waiting if any(pk < message.pk for message in theirs)}
    changed = [message.pk for message in theirs if message.revised_at]
    if waiting - crossed and changed:
        said = Event.objects.about(messages[0].ticket).filter(kind__in=("message.sent", "message.revised"))
        told = [(event.pk, event.facts["message"]) for event in said]
        last = max(number for number, message in told if message in changed)
        crossed |= {message for number, message in told if message in waiting and number < last}
    return crossed


def _order(entry: Entry) -> tuple[datetime, bool]:
    """By time; an opening comes before the message that opened, any other event after the message it follows."""
    is_opening = bool(entry.lines) and entry.lines[0].event.kind == "ticket.opened"
    return entry.at, not is_opening and entry.message is None


def _together(entries: Iterable[Entry]) -> list[Entry]:
    """Lines of one actor within a minute as one entry, unless a message stands between."""
    joined: list[Entry] = []
    for entry in entries:
        last = joined[-1] if joined else None
        if last and _is_one_go(last, entry):
            joined[-1] = replace(last, lines=last.lines + entry.lines)
        else:
            joined.append(entry)
    return joined


def _is_one_go(last: Entry, entry: Entry) -> bool:
    if not last.lines or not entry.lines:
        return False
    return last.lines[0].who == entry.lines[0].who and entry.at - last.at < ONE_GO


def news_told(events: Sequence[Event]) -> list[tuple[Line, Message | None]]:
    """What came while somebody wrote: each line of the journal, with the message it is about."""
    if not events:
        return []
    messages = Message.objects.in_bulk(messages_in(events))
    return [(line, messages.get(line.event.facts.get("message"))) for line in narrate(events)]


def history(ticket: Ticket) -> list[Line]:
    """Every line of the journal about a ticket, newest first."""
    return narrate(Event.objects.about(ticket).order_by("-id")[:1000])


def _page(rows: QuerySet[Row]) -> tuple[list[Row], int]:
    """The newest of the rows, newest first, and the number of the last if there are more."""
    return _cut(list(rows[: SHOWN + 1]))


def _cut(found: list[Row]) -> tuple[list[Row], int]:
    return found[:SHOWN], found[SHOWN - 1].pk if len(found) > SHOWN else 0


def _messages(ticket: Ticket, only: str = "", edge: Message | None = None) -> QuerySet[Message]:
    """Newest first; of one kind only, and before a message, if these are given. Side conversations stand apart."""
    found = ticket.messages.filter(aside=None).select_related("person", "member").prefetch_related(*_with_them())
    if only:
        found = found.filter(is_note=only == "notes")
    if edge:
        found = found.filter(Q(at__lt=edge.at) | Q(at=edge.at, pk__lt=edge.pk))
    return found.order_by("-at", "-pk")


def _with_them() -> list[str | Prefetch[Any]]:
    return ["attachments", Prefetch("deliveries", queryset=Delivery.objects.order_by("pk"))]


_NEWEST_MESSAGES: Question[Message] = Question(
    lambda ticket: _messages(Ticket(pk=ticket)).prefetch_related(None)[: SHOWN + 1], int
)
_NEWEST_EVENTS: Question[Event] = Question(lambda ticket: _events(Ticket(pk=ticket))[: SHOWN + 1], int)


def _newest(ticket: Ticket) -> list[Message]:
    """What nearly every page of a ticket begins with; one more than is shown."""
    messages = _NEWEST_MESSAGES(ticket.pk)
    for message in messages:
        message.ticket = ticket
    prefetch_related_objects(messages, *_with_them())
    return messages


def _events(ticket: Ticket) -> QuerySet[Event]:
    return Event.objects.about(ticket).exclude(kind__in=SAID).order_by("-id")


def _events_between(ticket: Ticket, oldest: Message | None, edge: Message | None) -> list[Event]:
    if oldest is None and edge is None:
        return _NEWEST_EVENTS(ticket.pk)
    events = _events(ticket)
    if oldest:
        events = events.filter(at__gte=oldest.at)
    if edge:
        events = events.filter(at__lt=edge.at)
    return list(events[: SHOWN + 1])
