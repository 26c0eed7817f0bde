"""Changing many tickets at once, by the same verbs as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from otklik.approvals.asking import refuse_if_pending
from otklik.lib.errors import OtklikError
from otklik.staff.models import Member, Team
from otklik.tickets.errors import TicketMerged
from otklik.tickets.merging import merge
from otklik.tickets.models import Ticket

from .choices import NOBODY, assignee_choices


class BulkForm(forms.Form):
    """What is wished for all chosen tickets; whatever is left empty stays as it is."""

    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    team = forms.ModelChoiceField(Team.objects.all(), label=_("Team"), required=False, empty_label=_("Team…"))
    priority = forms.TypedChoiceField(label=_("Priority"), required=False, coerce=int, empty_value=None,
                                      choices=[("", _("Priority…")), *Ticket.Priority.choices])  # fmt: skip
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("State…")), *Ticket.State.choices])
    tag = forms.CharField(label=_("Tag"), required=False, max_length=60)
    into = forms.CharField(label=_("Merge into"), required=False, max_length=12)

    def __init__(self, *args: Any, member: Member, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.member = member
        choices = [("", _("Assignee…")), ("me", _("Me")), (NOBODY, _("Nobody")), *assignee_choices()]
        self.fields["assignee"].choices = choices  # type: ignore[attr-defined]
        for name, asked in {"tag": _("Tag…"), "into": _("Merge into #…")}.items():
            self.fields[name].widget.attrs["placeholder"] = asked
        for bound in self.fields.values():
            bound.widget.attrs["class"] = "input"

    def clean_into(self) -> Ticket | None:
        number = str(self.cleaned_data["into"]).strip().lstrip("#")
        if not number:
            return None
        ticket = Ticket.objects.visible_to(self.member).filter(pk=int(number)).first() if number.isdecimal() else None
        if ticket is None:
            raise ValidationError(_("There is no ticket #%(number)s that you may see."), params={"number": number})
        return ticket


def bulk_form(member: Member) -> BulkForm | None:
    """An empty one, for whoever may change anything."""
    return BulkForm(member=member) if member.can_answer else None


@dataclass
class Outcome:
    """How many tickets changed, and which refused, each with the reason."""

    changed: int = 0
    refused: list[tuple[Ticket, str]] = field(default_factory=list)


def apply(tickets: Iterable[Ticket], wish: dict[str, Any], *, by: Member) -> Outcome:
    """Do everything wished to each ticket; one that refuses a verb keeps what the earlier ones did to it."""
    outcome = Outcome()
    for ticket in tickets:
        try:
            outcome.changed += _apply_to(ticket, wish, by)
        except OtklikError as refusal:
            outcome.refused.append((ticket, str(refusal)))
    return outcome


def _apply_to(ticket: Ticket, wish: dict[str, Any], by: Member) -> bool:
    """Whether anything changed. The team comes first: who may be the assignee depends on it."""
    if ticket.merged_into_id:
        raise TicketMerged(ticket=ticket, into=ticket.survivor())
    changed = []
    if wish["team"]:
        changed.append(ticket.hand_to(wish["team"], by=by))
    if wish["assignee"]:
        changed.append(ticket.assign_to(_member(wish["assignee"], by), by=by))
    if wish["priority"]:
        changed.append(ticket.set_priority(wish["priority"], by=by))
    if wish["tag"]:
        changed.append(ticket.tag(wish["tag"], by=by))
    if wish["state"]:
        changed.append(ticket.set_state(wish["state"], by=by))
        if not changed[-1]:
            refuse_if_pending(ticket, wish["state"])
    if wish["into"] and wish["into"].pk != ticket.pk:
        merge(ticket, wish["into"], by=by)
        changed.append(True)
    return any(changed)


def _member(choice: str, by: Member) -> Member | None:
    if choice == "me":
        return by
    return None if choice == NOBODY else Member.objects.get(pk=int(choice))
