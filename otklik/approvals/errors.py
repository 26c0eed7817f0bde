"""What a person may ask of an approval that cannot be done."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError


class ApprovalPending(OtklikError):
    """`more` goes to the API beside the text: which approval it is."""

    code = "approval_pending"
    message = _("%(ticket)s does not become “%(state)s” yet: this waits for the approval of %(whom)s.")

    def __init__(self, *, more: dict[str, Any], **facts: Any) -> None:
        super().__init__(**facts)
        self.more = more


class ApprovalOver(OtklikError):
    code = "approval_over"
    message = _("This approval waits for nobody any more: it was decided, withdrawn or has expired meanwhile.")


class NotAsked(OtklikError):
    code = "not_asked"
    message = _("Your approval is not asked for here, or you have given your answer.")


class ReasonWanted(OtklikError):
    code = "reason_wanted"
    message = _("Say why you reject it: whoever asked has to know what to change.")
