"""Handing a ticket over: to which team, why, and what that team wants to be filled in before."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import EMAIL, PHONE, normalise
from otklik.lib.errors import OtklikError
from otklik.staff.models import Member, Team
from otklik.tickets.lines import earlier, next_line, stays
from otklik.tickets.models import Ticket, TicketField
from otklik.tickets.models.terms import FIELD, Wanted

from .clients import add_address, field_input
from .properties import FIELD_PREFIX
from .visitors import visitor_of

ANYWHERE, UP, BACK = "", "next", "back"  # which way a ticket is handed over
TITLES = {ANYWHERE: _("Hand over"), UP: _("Escalate"), BACK: _("Hand back")}
ADDRESSES = {PHONE: Wanted.PHONE, EMAIL: Wanted.EMAIL}


def destinations(ticket: Ticket, way: str) -> list[Team]:
    """The teams that a ticket can be handed to this way."""
    if way == UP:
        return next_line(ticket.team)
    if way == BACK:
        last = earlier(stays(ticket), ticket.team)
        return [last] if last else []
    return list(Team.objects.exclude(pk=ticket.team_id))


class HandOverForm(forms.Form):
    """The reason, and an input for everything else that the chosen team wants and the ticket has not."""

    why = forms.CharField(
        label=_("Why"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )

    def __init__(self, *args: Any, ticket: Ticket, team: Team, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.ticket, self.team = ticket, team
        missing = ticket.missing_for(team)
        self.fields["why"].required = Wanted.REASON in missing
        visitor = visitor_of(ticket)  # said in the chat, to be checked with them
        said = {PHONE: visitor.phone, EMAIL: visitor.email} if visitor else {}
        for kind, code in ADDRESSES.items():
            if code in missing:
                self.fields[kind] = forms.CharField(label=capfirst(code.label), max_length=320, initial=said.get(kind))
        keys = [code.removeprefix(FIELD) for code in missing if code.startswith(FIELD)]
        self.own = list(TicketField.objects.filter(key__in=keys))
        for field in self.own:
            self.fields[FIELD_PREFIX + field.key] = field_input(field, None)
            self.fields[FIELD_PREFIX + field.key].required = True
        if Wanted.CONFIRMED in missing:
            self.fields["confirmed"] = forms.BooleanField(label=team.terms.confirm)

    def clean_phone(self) -> str:
        value = normalise(PHONE, str(self.cleaned_data["phone"]))
        if not value.startswith("+"):
            raise ValidationError(_("This is no phone number. Type it with its code, for example +7 495 000-00-00."))
        return value

    def clean_email(self) -> str:
        value = str(self.cleaned_data["email"]).strip()
        validate_email(value)
        return value

    def keep(self, *, by: Member) -> bool:
        """Fill in and hand over, both or neither. False, with what is wrong in the form, if it was refused."""
        said = self.cleaned_data
        try:
            with transaction.atomic():
                for kind in ADDRESSES.keys() & said.keys():
                    add_address(self.ticket.client, {"kind": kind, "value": said[kind]})
                for field in self.own:
                    self.ticket.set_field(field, said[FIELD_PREFIX + field.key], by=by)
                self.ticket.hand_to(self.team, by=by, why=said["why"], confirmed=bool(said.get("confirmed")))
        except ValidationError as refusal:
            self.add_error(None, refusal)
        except OtklikError as refusal:
            self.add_error(None, str(refusal))
        return self.is_valid()
