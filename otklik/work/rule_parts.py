"""What tasks offer to rules."""

from django.utils.translation import gettext_lazy as _

from otklik.lib.ruling import Condition, Label, Subject, ValueKind
from otklik.tickets.rule_parts import yes_no

from .models import Task

EVENTS: dict[str, Label] = {
    "task.added": _("A task is added"),
    "task.done": _("A task is done"),
    "task.reopened": _("A task is to be done again"),
    "task.removed": _("A task is removed"),
    "task.due": _("A task is due"),
}


def conditions() -> list[Condition]:
    return [Condition("tasks", _("A task is open"), ValueKind.CHOICE, _open, yes_no)]


def _open(subject: Subject) -> set[str]:
    return {"yes" if Task.objects.open().filter(ticket=subject.ticket).exists() else "no"}
