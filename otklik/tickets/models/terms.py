"""What a team wants to be filled in before a ticket is handed to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import EMAIL, PHONE
from otklik.staff.models import Team

if TYPE_CHECKING:
    from .ticket import Ticket

FIELD = "field:"  # begins the code of a custom field, before its key


class Wanted(models.TextChoices):
    """What can be wanted, besides custom fields."""

    REASON = "reason", _("the reason")
    PHONE = "phone", _("the client’s phone number")
    EMAIL = "email", _("the client’s e-mail address")
    CONFIRMED = "confirmed", _("the confirmation")


class Terms(models.Model):
    """A team's terms: one row for each team that has any."""

    team = models.OneToOneField(Team, models.CASCADE, related_name="terms")
    wants_reason = models.BooleanField(default=False)
    wants_phone = models.BooleanField(default=False)
    wants_email = models.BooleanField(default=False)
    fields = models.ManyToManyField("tickets.TicketField", blank=True, related_name="+")
    confirm = models.TextField(max_length=500, blank=True)  # what whoever hands over ticks

    def __str__(self) -> str:
        return self.team.name

    def missing(self, ticket: Ticket, *, why: str, confirmed: bool) -> list[str]:
        """Codes of what is not filled in: of `Wanted`, or a field's after `FIELD`."""
        kinds = set(ticket.client.addresses.values_list("kind", flat=True)) if self.wants_address else set()
        known = {
            Wanted.REASON: not self.wants_reason or why.strip(),
            Wanted.PHONE: not self.wants_phone or PHONE in kinds,
            Wanted.EMAIL: not self.wants_email or EMAIL in kinds,
            Wanted.CONFIRMED: not self.confirm or confirmed,
        }
        empty = [field for field in self.fields.all() if ticket.fields.get(field.key) in (None, "")]
        return [*(code.value for code, is_there in known.items() if not is_there), *(FIELD + one.key for one in empty)]

    def wanted(self) -> list[Any]:
        """What is wanted besides custom fields, as people read it; what is to be confirmed in its own words."""
        asked = {
            Wanted.REASON: self.wants_reason,
            Wanted.PHONE: self.wants_phone,
            Wanted.EMAIL: self.wants_email,
        }
        labels = [code.label for code, is_asked in asked.items() if is_asked]
        return [*labels, self.confirm] if self.confirm else labels

    @property
    def wants_address(self) -> bool:
        return self.wants_phone or self.wants_email


def in_words(codes: Iterable[str], fields: Mapping[str, str]) -> str:
    """What is missing as people read it; `fields` are the labels of custom fields by key."""
    words = []
    for code in codes:
        key = code.removeprefix(FIELD)
        words.append(fields.get(key, key) if code.startswith(FIELD) else str(Wanted(code).label))
    return str(get_text_list(words, gettext("and")))
