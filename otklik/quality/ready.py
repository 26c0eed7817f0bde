"""Surveys that come with the program: a company takes one up and changes it as it likes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from otklik.staff.models import Member

from .models import Question, Survey

Kind = Question.Kind


@dataclass(frozen=True)
class Ready:
    """A survey before it is anybody's: its questions as kind, text and whether it must be answered."""

    label: Any
    about: Any
    questions: tuple[tuple[str, Callable[[], str], bool], ...]


READY: dict[str, Ready] = {
    "service": Ready(
        gettext_lazy("How we did"),
        gettext_lazy("After a ticket is resolved: a mark from 1 to 5, whether it was resolved, and what to do better."),
        (
            (Kind.SATISFACTION, lambda: _("How satisfied are you with our work on your ticket?"), True),
            (Kind.RESOLVED, lambda: _("Was your question resolved?"), False),
            (Kind.TEXT, lambda: _("What should we do better?"), False),
        ),
    ),
    "recommendation": Ready(
        gettext_lazy("Would you recommend us"),
        gettext_lazy("From time to time: how likely clients are to recommend the company, and why."),
        (
            (Kind.RECOMMENDATION, lambda: _("How likely are you to recommend us to a colleague or a friend?"), True),
            (Kind.TEXT, lambda: _("What is the main reason?"), False),
        ),
    ),
}


def take_up(key: str, *, by: Member | None, at: datetime | None = None) -> Survey:
    """The ready survey as the company's own, in every language, switched off; the one of its name if it is there."""
    ready = READY[key]
    found = Survey.objects.filter(name=str(ready.label)).first()
    if found:
        return found
    with transaction.atomic():
        survey = Survey.make({"name": str(ready.label)}, by=by, at=at)
        for kind, text, is_required in ready.questions:
            survey.add({"kind": kind, "texts": _in_all(text), "is_required": is_required}, by=by, at=at)
    return survey


def _in_all(text: Callable[[], str]) -> dict[str, str]:
    said = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            said[language] = text()
    return said
