"""What mail does by itself, and what can happen to a mailbox, as the journal tells it."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import as_is, declare
from otklik.tickets.models import Channel

from .models import Mailbox


def setting_names(values: set[Any]) -> Mapping[str, str]:
    """The value is the columns that were changed, parted by commas; their words are the names of the settings."""
    fields = {field.name: field for model in (Channel, Mailbox) for field in model._meta.concrete_fields}
    return {
        value: ", ".join(capfirst(str(fields[name].verbose_name)) for name in value.split(",") if name in fields)
        for value in values
    }


declare(
    "message.auto_replied",
    _("Auto-reply"),
    _("The client was told automatically that the message came"),
    keys={"message": as_is},
    personal=(),
)
declare(
    "message.told_hours",
    _("Out of hours"),
    _("The client was told automatically when somebody is there again"),
    keys={"message": as_is},
    personal=(),
)
declare("mailbox.added", _("Mailbox"), _("Mailbox added: %(address)s"), keys={"address": as_is}, personal=())
declare("mailbox.changed", _("Mailbox"), _("Changed: %(settings)s"), keys={"settings": setting_names}, personal=())
declare("mailbox.signed_in", _("Sign-in"), _("Signed in at the provider"), personal=())
