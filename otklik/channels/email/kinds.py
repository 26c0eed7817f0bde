"""What mail does by itself, as the journal tells it."""

from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import as_is, declare

declare(
    "message.auto_replied",
    _("Auto-reply"),
    _("The client was told automatically that the message came"),
    keys={"message": as_is},
    personal=(),
)
