"""A saved view as a form, and what a member may make of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.desk.columns import columns_offered
from otklik.desk.listing import BOARD_GROUPS
from otklik.staff.models import Member, Team
from otklik.tickets.grouping import ways
from otklik.tickets.listing import sorts_of
from otklik.tickets.models import View


class ViewForm(forms.ModelForm[View]):
    """What stands around the conditions."""

    columns = forms.MultipleChoiceField(
        label=_("Columns of the compact list"), widget=forms.CheckboxSelectMultiple, required=False
    )

    group = forms.ChoiceField(
        label=_("Grouped by"), required=False, help_text=_("The columns of a board: by state unless you choose.")
    )

    class Meta:
        model = View
        fields = ["name", "audience", "team", "standing", "sort", "layout", "group", "columns"]
        labels = {"sort": _("Order")}  # of a list; the model's own word is also that for what somebody buys

    def __init__(self, *args: Any, member: Member, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["columns"].choices = columns_offered()  # type: ignore[attr-defined]
        self.fields["group"].choices = [("", _("by nothing")), *ways()]  # type: ignore[attr-defined]
        teams = Team.objects.all() if member.is_administrator else Team.objects.filter(pk__in=member.team_ids)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        if not member.leads:
            # Whoever shows something to everybody answers for everybody’s menu.
            allowed = [each for each in View.Audience.choices if each[0] != View.Audience.EVERYONE]
            self.fields["audience"].choices = allowed  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("audience") != View.Audience.TEAM:
            said["team"] = None
        elif not said.get("team"):
            self.add_error("team", _("Choose the team that sees it."))
        if said.get("sort") and said["sort"] not in sorts_of(View(standing=said.get("standing", View.Standing.OPEN))):
            self.add_error("sort", _("Open and closed tickets together have no such order. Choose another one."))
        if said.get("layout") == View.Layout.BOARD and said.get("group") not in ("", *BOARD_GROUPS):
            self.add_error("group", _("A board has columns by state, assignee, team or priority. Choose one of these."))
        return said

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
