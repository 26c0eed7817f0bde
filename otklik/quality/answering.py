"""Taking an answer: once however often it is pressed, and for a day as its giver wants it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from otklik.journal.record import record

from .errors import AnswerSettled, SurveyOver
from .models import Answer, Invitation, Question, Response

TEXT_MAX = 5000


@dataclass(frozen=True)
class Said:
    """What one question was answered with: one of its values, or a text."""

    question: Question
    value: str = ""
    text: str = ""


def answer(invitation: Invitation, said: Iterable[Said], *, at: datetime) -> bool:
    """Keep what the client answered, in place of what they did before; False if it is the same.

    The values are some that the questions offer. Raises SurveyOver for a first answer that comes too late, and
    AnswerSettled for a change that does.
    """
    said = list(said)
    with transaction.atomic():
        held = Invitation.objects.select_for_update(of=("self",)).select_related("ticket", "person").get(
            pk=invitation.pk
        )  # fmt: skip
        before = Response.objects.filter(invitation=held).first()
        _check(held, before, at)
        if before and _kept(before) == {(one.question.pk, one.value, one.text) for one in said}:
            return False
        response = _write(held, before, said, at)
        _tell(held, response, is_new=before is None, at=at)
    return True


def _check(held: Invitation, before: Response | None, at: datetime) -> None:
    if before is None and not held.is_open(at):
        raise SurveyOver
    if before and not before.can_be_changed(at):
        raise AnswerSettled


def _kept(response: Response) -> set[tuple[int, str, str]]:
    return set(response.answers.values_list("question", "value", "text"))


def _write(held: Invitation, before: Response | None, said: list[Said], at: datetime) -> Response:
    marks = _marks(said)
    if before is None:
        response = Response.objects.create(invitation=held, at=at, **marks)
    else:
        Response.objects.filter(pk=before.pk).update(changed_at=at, **marks)
        before.answers.all().delete()
        response = Response.objects.get(pk=before.pk)
    Answer.objects.bulk_create(
        Answer(response=response, question=one.question, value=one.value, text=one.text) for one in said
    )
    return response


def _marks(said: list[Said]) -> dict[str, Any]:
    """What results are counted from: the first answer of each kind of mark, in the order of the questions."""
    first: dict[str, str] = {}
    for one in said:
        first.setdefault(one.question.kind, one.value)
    mark, recommend, resolved = (
        first.get(kind) for kind in (Question.Kind.SATISFACTION, Question.Kind.RECOMMENDATION, Question.Kind.RESOLVED)
    )
    return {
        "mark": int(mark) if mark else None,
        "recommend": int(recommend) if recommend else None,
        "is_resolved": None if resolved is None else resolved == "yes",
    }


def _tell(held: Invitation, response: Response, *, is_new: bool, at: datetime) -> None:
    record(
        "survey.answered" if is_new else "survey.revised",
        held.ticket,
        by=held.person,
        at=at,
        survey=held.survey_id,
        mark=response.mark,
        recommend=None if response.recommend is None else str(response.recommend),
        is_bad=response.is_bad,
        team=held.team_id,
        invitation=held.pk,
    )
