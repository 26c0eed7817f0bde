"""What can happen to a member of staff."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import declare, declare_actor, labels_of, names_of

from .models import Member, Status, Team

declare_actor(Member.journal_name, names_of(Member))

declare("member.invited", _("Invited"), _("The account was made."), personal=())
declare("member.signed_in", _("Signed in"), _("Signed in."), personal=())
declare("member.activated", _("Let in"), _("The account was opened again."), personal=())
declare("member.deactivated", _("Shut out"), _("The account was closed."), personal=())
declare(
    "member.role_changed",
    _("Role"),
    _("Role: %(before)s → %(after)s"),
    keys={"before": labels_of(Member.Role), "after": labels_of(Member.Role)},
    personal=(),
)
declare("member.joined_team", _("Team"), _("Came into the team %(team)s"), keys={"team": names_of(Team)}, personal=())
declare("member.left_team", _("Team"), _("Left the team %(team)s"), keys={"team": names_of(Team)}, personal=())
declare(
    "member.presence_changed",
    _("Presence"),
    _("Presence: %(before)s → %(after)s"),
    keys={"before": labels_of(Status), "after": labels_of(Status)},
    personal=(),
)


def days(values: set[Any]) -> Mapping[Any, str]:
    """The value is a date in ISO 8601; its word is the date."""
    return {value: date_format(date.fromisoformat(value), "DATE_FORMAT") for value in values}


LEAVE = {"first": days, "last": days, "substitute": names_of(Member)}
declare(
    "member.leave_planned",
    _("Leave"),
    _("On leave from %(first)s to %(last)s; stands in: %(substitute)s"),
    keys=LEAVE,
    personal=(),
)
declare("member.leave_cancelled", _("Leave"), _("The leave from %(first)s to %(last)s is off"), keys=LEAVE, personal=())
declare("member.leave_began", _("Leave"), _("The leave began; until %(last)s"), keys=LEAVE, personal=())
declare("member.leave_ended", _("Leave"), _("The leave that began on %(first)s is over"), keys=LEAVE, personal=())
