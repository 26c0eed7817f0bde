"""How each team's tickets find their assignee, and how much they weigh, as administrators set it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.calendars.writing import length_text, read_length
from otklik.routing.models import Assignment, Weight
from otklik.routing.models.assignment import DECIDED
from otklik.routing.setup import setup
from otklik.staff.models import Member, Team
from otklik.tickets.models import Ticket
from otklik.tickets.models.channel import channel_kinds

from .settings import tell

DAY = timedelta(days=1)
WEIGHT_MAX = 20


class LengthField(forms.CharField):
    """A length of time, typed: 30 min, 2 h. A day is as long as the team's working day."""

    day = DAY

    def prepare_value(self, value: Any) -> Any:
        return length_text(value, day=self.day) if isinstance(value, timedelta) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return read_length(text, day=self.day) if text else None


class AssignmentForm(forms.ModelForm[Assignment]):
    taken_within = LengthField(
        label=_("Tell the head when nobody has a ticket for"),
        required=False,
        help_text=_("In the team’s working time: 30 min, 2 h. Empty: never."),
    )
    away_after = LengthField(
        label=_("Take a ticket back when the client waits and the assignee is away for"),
        required=False,
        help_text=_("For example 15 min. Empty: never. Only in a team that minds who is at the desk."),
    )

    class Meta:
        model = Assignment
        fields = DECIDED
        widgets = {"way": forms.RadioSelect, "on_leave": forms.RadioSelect}

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        calendar = self.instance.team.calendar
        for name in ("taken_within", "away_after"):
            self.fields[name].day = calendar.usual_day if calendar else DAY  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("away_after") and not said.get("minds_presence"):
            wrong = ValidationError(_("Whoever need not be at the desk is never away. Switch that on, or empty this."))
            self.add_error("away_after", wrong)
        return said

    def keep(self, *, by: Member) -> Assignment:
        """Let it be so; the tickets that nobody has are gone through in some seconds."""
        with transaction.atomic():
            self.instance.keep()
            tell("assignment", self.instance.team, by=by)
        setup.forget()
        return self.instance


class WeightsForm(forms.Form):
    """One input for each kind of channel and each priority."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        known = {(row.about, row.key): row.weight for row in Weight.objects.all()}
        for about, key, label in self.weighed():
            self.fields[f"{about}-{key}"] = forms.IntegerField(
                label=label, min_value=0, max_value=WEIGHT_MAX, initial=known.get((about, key), 1)
            )

    @staticmethod
    def weighed() -> Iterator[tuple[str, str, Any]]:
        for kind, label in channel_kinds():
            yield Weight.About.CHANNEL, kind, label
        for value, label in reversed(Ticket.Priority.choices):
            yield Weight.About.PRIORITY, str(value), label

    def of(self, about: str) -> Iterator[forms.BoundField]:
        return (self[f"{sort}-{key}"] for sort, key, _label in self.weighed() if sort == about)

    @property
    def channels(self) -> Iterator[forms.BoundField]:
        return self.of(Weight.About.CHANNEL)

    @property
    def priorities(self) -> Iterator[forms.BoundField]:
        return self.of(Weight.About.PRIORITY)

    def keep(self, *, by: Member) -> None:
        with transaction.atomic():
            for about, key, _label in self.weighed():
                weight = self.cleaned_data[f"{about}-{key}"]
                Weight.objects.update_or_create(about=about, key=key, defaults={"weight": weight})
            tell("assignment", by, by=by)


def in_words(assignment: Assignment) -> Iterator[str]:
    """What holds in a team, a phrase each."""
    yield str(assignment.get_way_display())
    if assignment.same_person_first:
        yield gettext("first whoever answered this client last time")
    if assignment.is_automatic:
        yield gettext("only who is at the desk") if assignment.minds_presence else gettext("at the desk or not")
    calendar = assignment.team.calendar
    day = calendar.usual_day if calendar else DAY
    if assignment.taken_within:
        yield gettext("taken within %(length)s") % {"length": length_text(assignment.taken_within, day=day)}
    if assignment.away_after:
        yield gettext("taken back after %(length)s away") % {"length": length_text(assignment.away_after, day=day)}


def ways() -> list[tuple[Team, list[str]]]:
    """Every team with its way in words."""
    known = {one.pk: one for one in Assignment.objects.select_related("team__calendar")}
    teams = Team.objects.select_related("calendar")
    return [(team, list(in_words(known.get(team.pk) or Assignment(team=team)))) for team in teams]
