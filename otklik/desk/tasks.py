"""Tasks of a ticket and the time spent on it, as the desk shows them, and the forms by which they are changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from otklik.lib.errors import OtklikError
from otklik.lib.prepared import Question
from otklik.staff.models import Member
from otklik.tickets.models import Bulk, BulkRow, Ticket
from otklik.work.durations import in_words, read_minutes
from otklik.work.models import Spell, Task
from otklik.work.models.spell import NOTE_MAX
from otklik.work.models.task import TITLE_MAX

from .conversation import Conversation
from .names import Names

TOLD_BY = ("task.added", "ticket.absorbed")  # without one of these a ticket has no tasks
LEFT_SHOWN = 20  # tickets that are named


@dataclass(frozen=True)
class Line:
    """One task; `is_late` at the moment of looking; `people` are whom it can be given to."""

    task: Task
    is_late: bool
    people: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Checklist:
    lines: list[Line]

    @property
    def done(self) -> int:
        return sum(line.task.done_at is not None for line in self.lines)

    @property
    def left(self) -> int:
        return len(self.lines) - self.done


@dataclass(frozen=True)
class Shown:
    """A spell that is over, and how long it was; `typed` is its length as one would type it."""

    spell: Spell
    length: str
    typed: str


@dataclass(frozen=True)
class Spent:
    """Spells that are over, the newest first; sums by member, the largest first; whose timers run."""

    spells: list[Shown]
    sums: list[tuple[Member | None, str]]
    total: str
    running: list[Spell]
    mine: Spell | None
    today: date


class TaskForm(forms.Form):
    title = forms.CharField(label=_("What is to be done"), max_length=TITLE_MAX)
    assignee = forms.ModelChoiceField(Member.objects.none(), required=False)
    due_at = forms.DateTimeField(required=False)

    def __init__(self, said: Any, *, task: Task) -> None:
        super().__init__(said)
        self.task = task
        others = Member.objects.answering(task.ticket.team).values("pk")
        known = Member.objects.filter(Q(pk__in=others) | Q(pk=task.assignee_id))
        self.fields["assignee"].queryset = known  # type: ignore[attr-defined]

    def keep(self, *, by: Member) -> bool:
        """Raises OtklikError. A time that was not touched is kept to the second, which the field does not show."""
        said, kept = self.cleaned_data, self.task.due_at
        due_at: datetime | None = said["due_at"]
        if kept and due_at == kept.replace(second=0, microsecond=0):
            due_at = kept
        return self.task.change(title=said["title"], assignee=said["assignee"], due_at=due_at, by=by)


class SpellForm(forms.Form):
    length = forms.CharField(label=_("How long"), max_length=40)
    day = forms.DateField(label=_("Day"))
    note = forms.CharField(required=False, max_length=NOTE_MAX)

    def clean_length(self) -> int:
        try:
            return read_minutes(self.cleaned_data["length"])
        except OtklikError as refusal:
            raise forms.ValidationError(str(refusal)) from None


def checklist(ticket: Ticket, known: Names, talk: Conversation) -> Checklist:
    """Not asked for while the journal shows that there is none."""
    if not any(talk.may_have(kind) for kind in TOLD_BY):
        return Checklist([])
    at, people = now(), [listed.choice for listed in known.members]
    tasks = Task.objects.filter(ticket=ticket).select_related("assignee", "done_by")
    return Checklist([Line(task, task.is_late(at), _with_assignee(people, task)) for task in tasks])


def _with_assignee(people: list[tuple[str, str]], task: Task) -> list[tuple[str, str]]:
    """Whoever has it stays in the list, also when they could not get it any more."""
    if task.assignee is None or any(number == str(task.assignee_id) for number, _name in people):
        return people
    return [*people, (str(task.assignee_id), task.assignee.name)]


_SPELLS = Question(
    lambda ticket: Spell.objects.filter(ticket=ticket).select_related("member").order_by("-day", "-pk"), int
)


def spent(ticket: Ticket, member: Member) -> Spent:
    """All of it in one query."""
    spells = _SPELLS(ticket.pk)
    over = [spell for spell in spells if spell.minutes is not None]
    running = [spell for spell in spells if spell.minutes is None]
    sums: Counter[Member | None] = Counter()
    for spell in over:
        sums[spell.member] += spell.minutes or 0
    return Spent(
        [_shown(spell, spell.minutes or 0) for spell in over],
        [(whose, in_words(minutes)) for whose, minutes in sums.most_common()],
        in_words(sums.total()) if over else "",
        running,
        next((spell for spell in running if spell.member_id == member.pk), None),
        localdate(),
    )


def work_on(ticket: Ticket, known: Names, talk: Conversation, member: Member) -> dict[str, object]:
    """What the ticket's page shows of both."""
    return {"checklist": checklist(ticket, known, talk), "spent": spent(ticket, member)}


def _shown(spell: Spell, minutes: int) -> Shown:
    return Shown(spell, in_words(minutes), f"{minutes // 60}:{minutes % 60:02}")


def change_task(task: Task, said: dict[str, str], *, by: Member) -> None:
    """Do the one thing that a form of the list says. Raises OtklikError, ValidationError."""
    match said:
        case {"done": "yes"}:
            task.finish(by=by)
        case {"done": _other}:
            task.reopen(by=by)
        case {"move": where}:
            task.move(-1 if where == "up" else 1)
        case {"remove": _any}:
            task.remove(by=by)
        case _edited:
            form = TaskForm(said, task=task)
            if not form.is_valid():
                raise forms.ValidationError([error for errors in form.errors.values() for error in errors])
            form.keep(by=by)


def warn_of_open_tasks(request: HttpRequest, ticket: Ticket) -> None:
    """Say plainly that a ticket which is over has something left to do; nothing is held back."""
    if text := open_tasks_told(ticket):
        messages.warning(request, text)


def open_tasks_told(ticket: Ticket) -> str:
    """What there is to say then; empty if nothing."""
    if not Ticket.objects.filter(pk=ticket.pk, state__in=Ticket.ENDED).exists():
        return ""
    left = list(Task.objects.open().filter(ticket=ticket).values_list("title", flat=True))
    text = ngettext(
        "The ticket is over, but %(count)d task is not done: %(titles)s",
        "The ticket is over, but %(count)d tasks are not done: %(titles)s",
        len(left),
    )
    return text % {"count": len(left), "titles": "; ".join(left[:5])} if left else ""


def left_open_told(bulk: Bulk) -> str:
    """The same of the tickets that were changed together."""
    if not any(step["do"] == "state" for step in bulk.steps):
        return ""
    changed = bulk.rows.filter(outcome=BulkRow.Outcome.CHANGED, ticket__state__in=Ticket.ENDED)
    left = changed.filter(Exists(Task.objects.open().filter(ticket=OuterRef("ticket"))))
    numbers = [f"#{pk}" for pk in left.order_by("ticket").values_list("ticket", flat=True)]
    text = ngettext(
        "%(count)d ticket is over, but has tasks that are not done: %(tickets)s",
        "%(count)d tickets are over, but have tasks that are not done: %(tickets)s",
        len(numbers),
    )
    return text % {"count": len(numbers), "tickets": ", ".join(numbers[:LEFT_SHOWN])} if numbers else ""
