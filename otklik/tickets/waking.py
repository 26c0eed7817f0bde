"""What wakes tickets that were put off: their time, the client, and whoever gets them."""

from datetime import datetime

from django.utils.timezone import now

from otklik.journal.models import Event

from .models import Message, Ticket
from .models.sleep import Sleep, wake, wake_at

BATCH = 100


def wake_due(at: datetime | None = None) -> bool:
    """Wake a batch of those whose time has come; False if there was none. Any number of workers may do it."""
    at = at or now()
    due = Sleep.objects.filter(until__lte=at).select_related("ticket").order_by("until", "pk")[:BATCH]
    return any([wake_at(each, at=at) for each in due])


def client_wrote(event: Event) -> None:
    """A person wrote; what a program answers wakes nobody."""
    if event.facts["opened"] or not Sleep.objects.filter(ticket=event.about_id).exists():
        return
    if not Message.objects.filter(pk=event.facts["message"], is_automatic=True).exists():
        moved(event)


def moved(event: Event) -> None:
    """It went to somebody else, or is over: its sleep was another’s, or has no more sense."""
    if Sleep.objects.filter(ticket=event.about_id).exists():
        wake(Ticket.objects.get(pk=event.about_id), by=None, at=event.at)


def state_changed(event: Event) -> None:
    if event.facts["after"] in Ticket.ENDED:
        moved(event)
