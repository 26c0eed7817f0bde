"""What happened on a ticket that the writer of an answer has not seen: nothing is sent past it unasked."""

from collections.abc import Iterable

from otklik.journal.models import Event
from otklik.staff.models import Member

from .errors import SomethingNew
from .models import Ticket

SAID = ("message.received", "message.sent", "message.noted", "message.revised")
TOLD = (*SAID, "ticket.state_changed", "ticket.handed_over")


def news(ticket: Ticket, seen: int, *, but: Member) -> list[Event]:
    """What others have said and done since the event `seen`, oldest first; not what merely follows from a message."""
    newer = Event.objects.about(ticket).filter(pk__gt=seen, kind__in=TOLD)
    events = [event for event in newer if (event.by, event.by_id) != (but.journal_name, but.pk)]
    moments = {event.at for event in events if event.kind in SAID}
    return [event for event in events if event.kind in SAID or event.at not in moments]


def check_seen(ticket: Ticket, seen: int | None, *, by: Member) -> None:
    """Raises SomethingNew, with the events, if `seen` is not the newest that matters. Inside a lock on the ticket."""
    if seen is not None and (events := news(ticket, seen, but=by)):
        raise SomethingNew(ticket=ticket, events=events)


def messages_in(events: Iterable[Event]) -> set[int]:
    """The numbers of the messages that events are about."""
    return {event.facts["message"] for event in events if event.kind in SAID}
