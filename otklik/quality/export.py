"""Answers as a table: a line for each ticket that was asked about and answered, a column for each question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from .models import Invitation, Question
from .results import Slice, behind, questions_of

MOST = 20_000  # lines, the newest


def lines(slice_: Slice, language: str) -> Iterator[Sequence[Any]]:
    """The head and the lines, the newest first; no more than MOST."""
    questions = questions_of(slice_.survey)
    yield [
        *(_("Ticket"), _("Subject"), _("Client"), _("Team"), _("Agent"), _("Channel"), _("Sent"), _("Answered")),
        *(question.text(language) for question in questions),
    ]
    words = {question.pk: {key: str(word) for key, word in question.choices(language)} for question in questions}
    for invitation in behind(slice_, "answered").order_by("-sent_at", "-pk")[:MOST].iterator(chunk_size=500):
        said = _said(invitation, words)
        yield [*_about(invitation), *(said.get(question.pk, "") for question in questions)]


def _about(invitation: Invitation) -> list[Any]:
    near = (invitation.person, invitation.team, invitation.agent, invitation.channel)
    times = (invitation.sent_at, invitation.response.at)
    return [
        invitation.ticket_id,
        invitation.ticket.subject,
        *("" if each is None else each.name for each in near),
        *(f"{localtime(at):%Y-%m-%d %H:%M}" for at in times),
    ]


def _said(invitation: Invitation, words: dict[int, dict[str, str]]) -> dict[int, Any]:
    """What each question was answered with: marks as numbers, the rest in words."""
    found: dict[int, Any] = {}
    for answer in invitation.response.answers.all():
        is_mark = answer.question.kind in (Question.Kind.SATISFACTION, Question.Kind.RECOMMENDATION)
        word = answer.text or words[answer.question_id].get(answer.value, answer.value)
        told = found.get(answer.question_id)
        found[answer.question_id] = int(answer.value) if is_mark else f"{told}, {word}" if told else word
    return found
