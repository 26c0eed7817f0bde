"""What can happen to an approval."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import as_is, declare, labels_of, names_of
from otklik.staff.models import Member
from otklik.tickets.models import Ticket

from .models import Approval

state = labels_of(Ticket.State)


def answers(values: set[Any]) -> Mapping[Any, str]:
    return {value: gettext("approved") if value else gettext("rejected") for value in values}


declare(
    "approval.asked",
    _("Approval"),
    _("“%(after)s” waits for the approval of %(told)s"),
    keys={"after": state, "told": names_of(Member)},
    personal=(),
)
declare(
    "approval.answered",
    _("Approval"),
    _("“%(after)s”: %(is_yes)s"),
    keys={"after": state, "is_yes": answers, "why": as_is},
    personal=("why",),
    also={"why": _("why: %(why)s")},
)
declare(
    "approval.ended",
    _("Approval"),
    _("Approval of “%(after)s”: %(outcome)s"),
    keys={"after": state, "outcome": labels_of(Approval.Outcome), "told": names_of(Member)},
    personal=(),
)
