"""What surveys offer to rules, to macros, and to what is done to many tickets at once."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.lib.ruling import Action, Condition, Given, Label, Parameter, Subject, ValueKind, WrongValue, number_of
from otklik.tickets.rule_parts import yes_no

from .models import Invitation, Response, Survey

EVENTS: dict[str, Label] = {
    "survey.sent": _("A survey is sent"),
    "survey.answered": _("A survey is answered"),
    "survey.revised": _("An answer to a survey is changed"),
}
KEY = "survey"
DELAY_MAX_HOURS = 24 * 60


def conditions() -> list[Condition]:
    return [
        Condition("satisfaction", _("Satisfaction given"), ValueKind.NUMBER, _mark),
        Condition("recommendation", _("Recommendation given"), ValueKind.NUMBER, _recommendation),
        Condition("bad_mark", _("A bad mark was given"), ValueKind.CHOICE, _is_bad, yes_no),
        Condition("survey_answered", _("A survey was answered"), ValueKind.CHOICE, _is_answered, yes_no),
    ]


def actions() -> list[Action]:
    hours = Parameter("hours", _("after so many hours; empty: at once"), is_optional=True)
    survey = Parameter("value", _("Survey"), surveys)
    return [Action(KEY, _("Start a survey"), (survey, hours), _start, _check)]


def surveys() -> list[tuple[str, Any]]:
    return [(str(survey.pk), survey.name) for survey in Survey.objects.all()]


def response_of(subject: Subject) -> Response | None:
    """The response that the event is about, else the ticket's last one."""
    found = Response.objects.filter(invitation__ticket=subject.ticket)
    if subject.event and subject.event.kind in ("survey.answered", "survey.revised"):
        found = found.filter(invitation=subject.event.facts["invitation"])
    return found.order_by("-at").first()


def _mark(subject: Subject) -> int | None:
    response = response_of(subject)
    return response.mark if response else None


def _recommendation(subject: Subject) -> int | None:
    response = response_of(subject)
    return response.recommend if response else None


def _is_bad(subject: Subject) -> set[str]:
    response = response_of(subject)
    return {"yes" if response and response.is_bad else "no"}


def _is_answered(subject: Subject) -> set[str]:
    return {"yes" if response_of(subject) else "no"}


def _hours(given: Given) -> float | None:
    """How long to wait; None for what is no such length."""
    hours = number_of(given.get("hours", "").strip() or "0")
    return hours if hours is not None and 0 <= hours <= DELAY_MAX_HOURS else None


def _check(given: Given) -> None:
    if _hours(given) is None:
        raise WrongValue(label=_("after so many hours; empty: at once"), value=given["hours"])


def _start(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    """Plan the invitation; the worker sees then whether the client may be asked. Raises WrongValue."""
    survey = Survey.objects.filter(pk=given["value"]).first()
    hours = _hours(given)
    if survey is None or hours is None:
        raise WrongValue(label=_("Survey"), value=given["value"])
    return survey.is_active and Invitation.plan(survey, subject.ticket, delay=timedelta(hours=hours), at=at)
