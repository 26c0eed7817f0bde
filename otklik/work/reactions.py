"""What happens to tasks and time when something happens to a ticket, in the same transaction."""

from django.db.models import F

from otklik.journal.models import Event
from otklik.journal.record import record
from otklik.tickets.models import Ticket

from .models import Spell, Task
from .models.task import next_position


def merged(event: Event) -> None:
    """They go where the messages went, behind those that are there."""
    source, into = Ticket.objects.get(pk=event.about_id), Ticket.objects.get(pk=event.facts["into"])
    tasks = list(Task.objects.filter(ticket=source).values_list("pk", flat=True))
    spells = list(Spell.objects.filter(ticket=source).values_list("pk", flat=True))
    if tasks or spells:
        Task.objects.filter(pk__in=tasks).update(ticket=into, position=F("position") + next_position(into))
        Spell.objects.filter(pk__in=spells).update(ticket=into)
        record("work.merged", source, at=event.at, tasks=tasks, spells=spells)


def separated(event: Event) -> None:
    """The merging was taken back: what it brought goes back too."""
    told = Event.objects.filter(about=event.about, about_id=event.about_id, kind__in=("ticket.merged", "work.merged"))
    last = told.order_by("-id").first()
    if last and last.kind == "work.merged":
        there = event.facts["into"]
        Task.objects.filter(pk__in=last.facts["tasks"], ticket=there).update(ticket=event.about_id)
        Spell.objects.filter(pk__in=last.facts["spells"], ticket=there).update(ticket=event.about_id)
