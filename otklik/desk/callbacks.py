"""The callback of a ticket as the desk shows it, and the forms by which it is promised and done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.sla.models import Callback
from otklik.staff.models import Member
from otklik.tickets.models import Ticket


class PromiseForm(forms.Form):
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    wanted_at = forms.DateTimeField(
        label=_("When the client wants it"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )

    def clean_wanted_at(self) -> datetime | None:
        wanted: datetime | None = self.cleaned_data["wanted_at"]
        if wanted and wanted <= now():
            raise ValidationError(_("This time has passed. Choose a later one, or none for as soon as possible."))
        return wanted


def last_callback(ticket: Ticket) -> Callback | None:
    """The one that waits, else the last one, with its calls."""
    return Callback.objects.filter(ticket=ticket).prefetch_related("calls__member").order_by("-pk").first()


def write_down(ticket: Ticket, said: dict[str, Any], *, by: Member) -> bool:
    """A call, or that none is wanted any more; False if nothing waits. Raises CallbackOver."""
    callback = Callback.objects.waiting().filter(ticket=ticket).select_related("ticket").first()
    if callback is None:
        return False
    if said.get("done") == "withdraw":
        return callback.withdraw(by=by)
    return bool(callback.call(is_reached=said.get("done") == "reached", by=by, note=str(said.get("note", ""))[:1000]))
