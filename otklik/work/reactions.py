"""What happens to tasks and time when something happens to a ticket, in the same transaction."""

from django.db.models import F

from otklik.journal.models import Event
from otklik.tickets.models import Ticket

from .models import Spell, Task
from .models.task import next_position


def merged(event: Event) -> None:
    """They go where the messages went, behind those that are there."""
    into = Ticket.objects.get(pk=event.facts["into"])
    behind = next_position(into)
    Task.objects.filter(ticket=event.about_id).update(ticket=into, position=F("position") + behind)
    Spell.objects.filter(ticket=event.about_id).update(ticket=into)
