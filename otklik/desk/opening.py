"""A ticket that a member opens on behalf of a client, after a call for example."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import EMAIL, PHONE, Person, identify
from otklik.staff.models import Member, Team
from otklik.tickets.models import Ticket
from otklik.tickets.opening import Wish, open_ticket
from otklik.tickets.replying import note, reply


class OpenForm(forms.Form):
    """Who asks, what they want, and the first words: told to the client, or kept as a note."""

    name = forms.CharField(label=_("Client’s name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    subject = forms.CharField(label=_("Subject"), max_length=250)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 6}))
    is_sent = forms.ChoiceField(
        label=_("What to do with the text"),
        choices=[("", _("Keep it as an internal note")), ("yes", _("Send it to the client"))],
        required=False,
    )
    team = forms.ModelChoiceField(Team.objects.all(), label=_("Team"), empty_label=None)
    type = forms.ChoiceField(label=_("Type"), choices=Ticket.Type.choices)
    priority = forms.TypedChoiceField(
        label=_("Priority"), coerce=int, choices=Ticket.Priority.choices, initial=Ticket.Priority.NORMAL
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("email") and not said.get("phone"):
            raise ValidationError(_("Enter an e-mail address or a phone number: the client is known by it."))
        if said.get("is_sent") and not said.get("email"):
            self.add_error("email", _("To send the text, an e-mail address is needed."))
        return said


def starting_with(person: Person | None, member: Member) -> dict[str, Any]:
    """What the form can be filled with beforehand."""
    started: dict[str, Any] = {"team": member.team_ids[0] if member.team_ids else None}
    if person:
        addresses = {address.kind: address.value for address in person.addresses.all()}
        started |= {"name": person.name, "email": addresses.get(EMAIL, ""), "phone": addresses.get(PHONE, "")}
    return started


def open_for_client(said: dict[str, Any], *, by: Member) -> Ticket:
    """The ticket with its first words. Raises NobodyToAnswer, and opens nothing, if they cannot be sent."""
    with transaction.atomic():
        kind, value = (EMAIL, said["email"]) if said["email"] else (PHONE, said["phone"])
        client = identify(kind, value, name=said["name"])
        wish = Wish(
            client=client,
            team=said["team"],
            subject=said["subject"],
            type=said["type"],
            priority=said["priority"],
            address=client.address(kind),
        )
        ticket = open_ticket(wish, by=by)
        if said["is_sent"]:
            reply(ticket, by=by, text=said["text"])
        else:
            note(ticket, by=by, text=said["text"])
    return ticket
