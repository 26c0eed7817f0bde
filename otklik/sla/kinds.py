"""What can happen to a promise."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import declare, labels_of, names_of
from otklik.staff.models import Member

from .models import Metric, Step

metric = labels_of(Metric)


def moments(values: set[Any]) -> Mapping[Any, str]:
    """The value is a time in ISO 8601; its word is the local time."""
    return {value: date_format(localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT") for value in values}


def in_time(values: set[Any]) -> Mapping[Any, str]:
    return {value: gettext("late") if value else gettext("in time") for value in values}


declare(
    "clock.met", _("Promise kept"), _("%(metric)s: %(late)s"), keys={"metric": metric, "late": in_time}, personal=()
)
declare("clock.broken", _("Promise broken"), _("%(metric)s: the time ran out"), keys={"metric": metric}, personal=())
declare(
    "clock.dropped", _("Promise dropped"), _("%(metric)s: not promised any more"), keys={"metric": metric}, personal=()
)
declare(
    "clock.moved",
    _("Deadline"),
    _("%(metric)s: %(before)s → %(after)s"),
    keys={"metric": metric, "before": moments, "after": moments},
    personal=(),
)
declare(
    "clock.escalated",
    _("Escalation"),
    _("%(metric)s: %(action)s"),
    keys={"metric": metric, "action": labels_of(Step.Action), "told": names_of(Member), "mail_at": moments},
    personal=(),
)
