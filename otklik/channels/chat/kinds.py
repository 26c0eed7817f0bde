"""What happens in a talk, as the journal tells it."""

from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import as_is, declare

declare("chat.ended", _("Talk ended"), _("The visitor ended the talk"), keys={}, personal=())
declare("chat.blocked", _("Visitor blocked"), _("The visitor was blocked"), keys={}, personal=())
declare("chat.unblocked", _("Visitor unblocked"), _("The visitor may write again"), keys={}, personal=())
declare("message.read", _("Read"), _("The visitor has read the answer"), keys={"message": as_is}, personal=())
declare(
    "message.mailed_on",
    _("By mail"),
    _("The visitor had left: the answer goes by e-mail"),
    keys={"message": as_is},
    personal=(),
)
