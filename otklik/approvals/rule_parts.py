"""What rules may ask about approvals, and how they ask for one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.lib.ruling import Action, Condition, Given, Label, Parameter, Subject, ValueKind, WrongValue
from otklik.tickets.models import Ticket
from otklik.tickets.rule_parts import states, yes_no

from .asking import ask
from .models import Approval, ApprovalRule

EVENTS: dict[str, Label] = {
    "approval.asked": _("An approval is asked for"),
    "approval.ended": _("An approval is given, refused or over"),
}


def conditions() -> list[Condition]:
    return [Condition("approval", _("An approval is waited for"), ValueKind.CHOICE, _waits, yes_no)]


def actions() -> list[Action]:
    chosen = (Parameter("rule", _("By the rule"), _rules), Parameter("value", _("To the state"), states))
    return [Action("approval", _("Ask for approval"), chosen, _ask, _check)]


def _waits(subject: Subject) -> set[str]:
    return {"yes" if Approval.objects.waiting().filter(ticket=subject.ticket).exists() else "no"}


def _rules() -> list[tuple[str, Any]]:
    return [(str(rule.pk), rule.name) for rule in ApprovalRule.objects.filter(is_active=True)]


def _check(given: Given) -> None:
    if not ApprovalRule.objects.filter(pk=given["rule"], steps__isnull=False).exists():
        raise WrongValue(label=_("By the rule"), value=given["rule"])


def _ask(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    """Nothing is asked for a state that the ticket has."""
    people = Ticket.objects.select_related("client__organisation", "team__head")
    ticket, rule = people.get(pk=subject.ticket.pk), ApprovalRule.objects.get(pk=given["rule"])
    return ticket.state != given["value"] and ask(ticket, rule, given["value"], by=by, at=at)
