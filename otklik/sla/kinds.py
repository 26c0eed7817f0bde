"""What can happen to a promise."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import as_is, declare, labels_of, moments, names_of
from otklik.staff.models import Member, Team

from .models import Callback, Metric, Policy, Step
from .models.clock import CALENDAR_CHANGED, POLICY_CHANGED

metric = labels_of(Metric)


def in_time(values: set[Any]) -> Mapping[Any, str]:
    return {value: gettext("late") if value else gettext("in time") for value in values}


BECAUSE = {
    "ticket.priority_changed": _("the priority changed"),
    "ticket.type_changed": _("the type changed"),
    "ticket.tagged": _("a tag was put on"),
    "ticket.untagged": _("a tag was taken off"),
    "ticket.field_changed": _("a field changed"),
    "ticket.handed_over": _("another team has it"),
    "client.changed": _("the client changed"),
    CALENDAR_CHANGED: _("the working hours changed"),
    POLICY_CHANGED: _("the agreements changed"),
}


def reasons(values: set[Any]) -> Mapping[Any, str]:
    return {value: str(BECAUSE.get(value, value)) for value in values}


declare(
    "clock.met", _("Promise kept"), _("%(metric)s: %(late)s"), keys={"metric": metric, "late": in_time}, personal=()
)
declare(
    "clock.broken",
    _("Promise broken"),
    _("%(metric)s: the time ran out"),
    keys={"metric": metric, "by_ladder": as_is},
    personal=(),
)
declare(
    "clock.dropped", _("Promise dropped"), _("%(metric)s: not promised any more"), keys={"metric": metric}, personal=()
)
declare(
    "clock.moved",
    _("Deadline"),
    _("%(metric)s: %(before)s → %(after)s"),
    keys={"metric": metric, "before": moments, "after": moments, "because": reasons, "policy": names_of(Policy)},
    personal=(),
    also={"because": _(", because %(because)s"), "policy": _(", by the agreement “%(policy)s”")},
)
declare(
    "clock.escalated",
    _("Escalation"),
    _("%(metric)s: %(action)s"),
    keys={
        "metric": metric,
        "action": labels_of(Step.Action),
        "told": names_of(Member),
        "team": names_of(Team),
        "mail_at": moments,
    },
    personal=(),
    also={"told": _("told: %(told)s"), "team": _("team: %(team)s")},
)
declare(
    "callback.promised",
    _("Callback"),
    _("A callback was promised"),
    keys={"wanted": moments},
    personal=(),
    also={"wanted": _(" for %(wanted)s")},
)
declare(
    "callback.called",
    _("Call"),
    _("Call number %(tried)s: %(outcome)s"),
    keys={"outcome": labels_of(Callback.Outcome), "tried": as_is, "note": as_is},
    personal=("note",),
    also={"note": _("note: %(note)s")},
)
declare("callback.withdrawn", _("Callback"), _("The callback was withdrawn"), personal=())
declare("callback.due", _("Callback"), _("It is time to call the client back"), personal=())
