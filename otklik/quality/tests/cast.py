"""What tests of surveys need: a survey with a question of each kind, and an invitation that was sent."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import now

from otklik.quality.answering import Said, answer
from otklik.quality.models import Invitation, Question, Survey
from otklik.quality.sending import ask
from otklik.tickets.models import Ticket

Kind = Question.Kind


def option(key: str, text: str) -> dict[str, Any]:
    return {"key": key, "texts": {"en": text}}


def make_survey(*kinds: str, name: str = "After all", **rest: Any) -> Survey:
    """A survey that is switched on, with a question of each of the kinds, by default one mark; the first one a must."""
    survey = Survey.make({"name": name, **rest}, by=None, at=now() - timedelta(days=300))
    for place, kind in enumerate(kinds or (Kind.SATISFACTION,)):
        options = [option("a", "Speed"), option("b", "Manners")] if kind in (Kind.ONE, Kind.SEVERAL) else []
        asked = {"kind": kind, "texts": {"en": f"What of {kind}?"}, "options": options, "is_required": place == 0}
        survey.add(asked, by=None, at=now() - timedelta(days=300))
    survey.switch_on(by=None)
    return survey


def invite(survey: Survey, ticket: Ticket, *, at: datetime | None = None) -> Invitation:
    """An invitation as the worker would have sent it."""
    at = at or now()
    Invitation.plan(survey, ticket, delay=timedelta(), at=at)
    invitation = Invitation.objects.get(survey=survey, ticket=ticket)
    ask(invitation, at=at)
    invitation.refresh_from_db()
    return invitation


def answered_survey(ticket: Ticket) -> Survey:
    """A survey of one question, which the client of this ticket has answered."""
    survey = make_survey(name="Answered")
    answer(invite(survey, ticket), [Said(survey.questions.get(), "5")], at=now())
    return survey
