"""What tasks offer to rules, to macros, and to what is done to many tickets at once."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.lib.ruling import Action, Condition, Given, Label, Parameter, Subject, ValueKind
from otklik.tickets.rule_parts import yes_no

from .models import Task
from .models.task import add_tasks, titles_in

EVENTS: dict[str, Label] = {
    "task.added": _("A task is added"),
    "task.done": _("A task is done"),
    "task.reopened": _("A task is to be done again"),
    "task.removed": _("A task is removed"),
    "task.due": _("A task is due"),
}


def conditions() -> list[Condition]:
    return [Condition("tasks", _("A task is open"), ValueKind.CHOICE, _open, yes_no)]


def actions() -> list[Action]:
    """A checklist that is put on tickets time and again is an action with its lines."""
    return [Action("tasks", _("Add tasks"), (Parameter("value", _("A task a line"), is_long=True),), _add)]


def _open(subject: Subject) -> set[str]:
    return {"yes" if Task.objects.open().filter(ticket=subject.ticket).exists() else "no"}


def _add(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    """Those that are not there yet. Raises TooManyTasks."""
    there = set(Task.objects.filter(ticket=subject.ticket).values_list("title", flat=True))
    wanted = [title for title in titles_in(given["value"]) if title not in there]
    return bool(wanted and add_tasks(subject.ticket, "\n".join(wanted), by=by, at=at))
