"""Macros: several deeds under one name, and what one would do to a ticket before it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django import forms
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from otklik.journal.kinds import Line, narrate
from otklik.journal.models import Event
from otklik.lib.errors import OtklikError
from otklik.lib.ruling import Subject
from otklik.staff.models import Member
from otklik.tickets.deeds import checked, do
from otklik.tickets.guarding import messages_in
from otklik.tickets.models import Macro, Message, Ticket

from .sharing import SharedForm


@dataclass
class Tried:
    """What a macro would do: lines of the journal and messages; or why it may do nothing at all."""

    lines: list[Line] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)
    refusal: str = ""


def tried(macro: Macro, ticket: Ticket, *, by: Member, at: datetime) -> Tried:
    """Do what a macro does, look at it, and take everything back."""
    outcome = Tried()
    with transaction.atomic():
        newest = Event.objects.about(ticket).latest("id").pk
        try:
            do(macro.steps, Subject(ticket, None, at), by=by, known=checked(macro.steps))
            events = list(Event.objects.about(ticket).filter(id__gt=newest).order_by("id"))
            outcome.lines = narrate(event for event in events if event.kind not in SAID)
            outcome.said = list(Message.objects.filter(pk__in=messages_in(events)).prefetch_related("deliveries"))
        except ObjectDoesNotExist:
            outcome.refusal = _("Something that was chosen does not exist any more.")
        except (OtklikError, ValidationError) as refusal:
            texts = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            outcome.refusal = " ".join(texts)
        transaction.set_rollback(True)
    return outcome


# Their messages are shown themselves.
SAID = ("message.sent", "message.noted", "message.mentioned")


class MacroForm(SharedForm[Macro]):
    class Meta:
        model = Macro
        fields = ["title", "whose"]
        widgets = {"title": forms.TextInput({"autofocus": True})}
