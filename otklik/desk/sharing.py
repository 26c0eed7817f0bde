"""Whose something is that members keep for their work, as a form asks and as a page sorts it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from otklik.staff.models import Member
from otklik.tickets.models.shared import Shared, teams_led_by

Kept = TypeVar("Kept", bound=Shared)


class SharedForm(forms.ModelForm[Kept]):
    """A form of something shared; asks `whose` it is."""

    whose = forms.ChoiceField(label=gettext_lazy("Who uses it"))

    def __init__(self, *args: Any, member: Member, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.member = member
        teams = [(f"team:{team.pk}", team.name) for team in teams_led_by(member)]
        choices = [("me", pgettext_lazy("who uses it", "only I")), *teams]
        if member.is_administrator:
            choices.append(("all", pgettext_lazy("who uses it", "everybody")))
        self.fields["whose"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("whose", whose(self.instance))

    def save(self, commit: bool = True) -> Kept:
        kind, _colon, team = self.cleaned_data["whose"].partition(":")
        self.instance.owner = self.member if kind == "me" else None
        self.instance.team_id = int(team) if kind == "team" else None
        return super().save(commit)


def whose(row: Shared) -> str:
    """The choice of the form that stands for a row; a new one is its writer's own."""
    if row.team_id:
        return f"team:{row.team_id}"
    return "all" if row.pk and not row.owner_id else "me"


def by_whose(rows: Iterable[Kept]) -> list[tuple[str, list[Kept]]]:
    """Rows under the headings that say whose they are."""
    listed = list(rows)
    return [
        (_("Mine"), [row for row in listed if row.owner_id]),
        (_("Of my teams"), [row for row in listed if row.team_id]),
        (_("Of everybody"), [row for row in listed if not row.owner_id and not row.team_id]),
    ]
