"""Agreements as administrators see and change them: whom they cover, what they promise, and both in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.calendars.models import Calendar
from otklik.calendars.writing import length_text, read_length
from otklik.sla.models import Metric, Policy, Target
from otklik.sla.models.policy import ANY_LINE
from otklik.staff.models import Member, Team
from otklik.tickets.models import Ticket

from .choosing import WithConditions
from .choosing import in_words as conditions_in_words
from .settings import tell

Place = tuple[str, int, int | None]  # of a target: metric, line, priority
ANY = "any"
PRIORITIES = [(ANY, _("Any priority")), *((str(value), label) for value, label in reversed(Ticket.Priority.choices))]
# The rows of the grid: a promise, in teams of a line or of any.
ROWS = [
    *((metric, ANY_LINE) for metric in Metric.values),
    *((Metric.IN_TEAM.value, line) for line in Team.Line.values),
]


class PolicyForm(WithConditions[Policy]):
    """The agreement with its conditions, and one input for each promise and priority."""

    class Meta:
        model = Policy
        fields = ["name", "position", "calendar", "is_active"]

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._add_targets()

    def _add_targets(self) -> None:
        policy, known = self.instance, dict[tuple[str, int, str], str]()
        if policy.pk:
            day = policy.calendar.usual_day
            for target in policy.targets.all():
                known[target.metric, target.line, str(target.priority or ANY)] = length_text(target.length, day=day)
        for metric, line in ROWS:
            for priority, word in PRIORITIES:
                initial = known.get((metric, line, priority), "")
                name = _("%(metric)s, %(priority)s") % {"metric": _row_label(metric, line), "priority": word}
                field = forms.CharField(label=name, required=False, max_length=40, initial=initial)
                self.fields[_cell(metric, line, priority)] = field

    @property
    def rows(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """The grid: a promise, and its inputs from any priority to the lowest."""
        lines = set(Team.objects.exclude(line=None).values_list("line", flat=True))
        for metric, line in ROWS:
            cells = [self[_cell(metric, line, priority)] for priority, _label in PRIORITIES]
            if line == ANY_LINE or line in lines or any(cell.value() for cell in cells):
                yield _row_label(metric, line), cells

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        said["lengths"] = dict(self._lengths(said)) if said.get("calendar") else {}
        return said

    def _lengths(self, said: dict[str, Any]) -> Iterator[tuple[Place, timedelta]]:
        day = said["calendar"].usual_day
        for metric, line in ROWS:
            for priority, _label in PRIORITIES:
                cell = _cell(metric, line, priority)
                text = str(said.get(cell) or "").strip()
                try:
                    if text:
                        place = (metric, line, None if priority == ANY else int(priority))
                        yield place, read_length(text, day=day)
                except ValidationError as wrong:
                    self.add_error(cell, wrong)

    def keep(self, *, by: Member) -> Policy:
        """Make the agreement or change it, with what it promises; running clocks follow, see sla/recalculating.py."""
        said = {name: self.cleaned_data[name] for name in (*self.Meta.fields, "conditions")}
        with transaction.atomic():
            if self.instance.pk is None:
                kept = Policy.objects.create(**said)
            else:
                Policy.objects.filter(pk=self.instance.pk).update(**said)
                kept = Policy.objects.get(pk=self.instance.pk)
            self._keep_targets(kept)
            Policy.touch()
            tell("policies", kept, by=by)
        return kept

    def _keep_targets(self, policy: Policy) -> None:
        wanted: dict[Place, timedelta] = dict(self.cleaned_data["lengths"])
        for target in policy.targets.all():
            length = wanted.pop((target.metric, target.line, target.priority), None)
            rows = Target.objects.filter(pk=target.pk)
            if length is None:
                rows.delete()
            else:
                rows.update(length=length)
        Target.objects.bulk_create(
            Target(policy=policy, metric=metric, line=line, priority=priority, length=length)
            for (metric, line, priority), length in wanted.items()
        )


def _cell(metric: str, line: int, priority: str) -> str:
    return f"{metric}-L{line}-{priority}" if line else f"{metric}-{priority}"


def _row_label(metric: str, line: int) -> Any:
    label = Metric(metric).label
    return _("%(metric)s on %(line)s") % {"metric": label, "line": Team.Line(line).label} if line else label


def in_words(policy: Policy) -> list[str]:
    """What an agreement covers and promises, a sentence each."""
    return [*covered(policy), *_promised(policy)] if policy.is_active else [gettext("It is not in force.")]


def covered(policy: Policy) -> list[str]:
    return conditions_in_words(policy.conditions) or [
        gettext("It covers every ticket that no agreement before it covers.")
    ]


def _promised(policy: Policy) -> Iterator[str]:
    for metric, line in ROWS:
        targets = [target for target in policy.targets.all() if (target.metric, target.line) == (metric, line)]
        for target in sorted(targets, key=lambda one: one.priority or 0):
            length = length_text(target.length, day=target.counted_in.usual_day)
            facts = {"metric": _row_label(metric, line), "length": length, "calendar": target.counted_in}
            if target.priority is None:
                yield gettext("%(metric)s within %(length)s by the calendar “%(calendar)s”.") % facts
            else:
                facts["priority"] = target.get_priority_display()
                yield gettext("%(metric)s within %(length)s for the priority “%(priority)s”.") % facts
    if not policy.targets.all():
        yield gettext("It promises nothing yet.")


def has_calendar() -> bool:
    """Whether an agreement can be made at all."""
    return Calendar.objects.exists()
