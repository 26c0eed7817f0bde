"""What views may ask of a ticket's tasks."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.lib.asking import Asker, Choice, Criterion, Label, Values

from .models import Task


def _tasks() -> list[tuple[str, Label]]:
    return [("open", _("not done yet")), ("mine", _("mine, not done yet")), ("late", pgettext_lazy("tasks", "overdue"))]


def _having(values: Values, asker: Asker) -> Q:
    open_ = Task.objects.open().filter(ticket=OuterRef("pk"))
    known = {"open": open_, "mine": open_.filter(assignee=asker.member), "late": open_.filter(due_at__lte=asker.at)}
    found = Q(pk__in=[])
    for each in values:
        found |= Q(Exists(known[each])) if each in known else Q(pk__in=[])
    return found


CRITERIA: tuple[Criterion, ...] = (Choice(key="tasks", label=_("Tasks"), find=_having, choices=_tasks),)
