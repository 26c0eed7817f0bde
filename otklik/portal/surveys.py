"""What a client fills in: whose questions a link shows, and the form made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.lib.tokens import unsign
from otklik.quality.answering import TEXT_MAX, Said
from otklik.quality.letters import words
from otklik.quality.models import DoNotAsk, Invitation, Question, Response, Survey
from otklik.quality.models.invitation import PURPOSE
from otklik.quality.trial import TRIAL, example

NAME = "q{}"  # of a question's field


@dataclass(frozen=True)
class Sheet:
    """A questionnaire as its link shows it. Without an invitation it is a trial: nothing that is sent is kept."""

    survey: Survey
    invitation: Invitation | None
    at: datetime

    @property
    def questions(self) -> list[Question]:
        return self.invitation.questions() if self.invitation else list(self.survey.questions.current())

    @property
    def response(self) -> Response | None:
        return getattr(self.invitation, "response", None)

    @property
    def language(self) -> str:
        """What its mail was written in; "" for a trial."""
        near = (self.invitation.person, self.invitation.channel) if self.invitation else ()
        return next((each.language for each in near if each and each.language), "")

    @property
    def is_changeable(self) -> bool:
        return bool(self.response and self.response.can_be_changed(self.at))

    @property
    def is_over(self) -> bool:
        """Whether it was never answered and never can be any more."""
        return bool(self.invitation and not self.response and not self.invitation.is_open(self.at))

    @property
    def is_unwanted(self) -> bool:
        person = self.invitation.person if self.invitation else None
        return bool(person and DoNotAsk.objects.filter(person=person).exists())

    def texts(self, language: str) -> dict[str, str]:
        return words(self.survey, language, self.invitation.ticket if self.invitation else example())


def sheet_of(token: str, at: datetime) -> Sheet | None:
    """What a link shows; None if it is not one of ours, or was never sent."""
    if (pk := unsign(PURPOSE, token)) is not None:
        near = ("survey", "person", "channel", "response", "ticket__client", "ticket__team", "ticket__assignee")
        invitation = Invitation.objects.sent().select_related(*near).filter(pk=pk).first()
        return Sheet(invitation.survey, invitation, at) if invitation else None
    survey = Survey.objects.filter(pk=unsign(TRIAL, token) or 0).first()
    return Sheet(survey, None, at) if survey else None


class SheetForm(forms.Form):
    """A field for each question, named by its number."""

    def __init__(self, *args: Any, questions: Iterable[Question], language: str, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.questions = list(questions)
        for question in self.questions:
            self.fields[NAME.format(question.pk)] = _field(question, language)

    @property
    def asked(self) -> list[tuple[Question, forms.BoundField]]:
        return [(question, self[NAME.format(question.pk)]) for question in self.questions]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.values()):
            raise ValidationError(_("Nothing is answered yet. Choose an answer, or close this page."))
        return given

    def said(self) -> list[Said]:
        return [one for question in self.questions for one in _said(question, self.cleaned_data)]


def _said(question: Question, given: Mapping[str, Any]) -> list[Said]:
    value = given.get(NAME.format(question.pk))
    if not value:
        return []
    if question.kind == Question.Kind.TEXT:
        return [Said(question, text=value)]
    return [Said(question, each) for each in (value if isinstance(value, list) else [value])]


def _field(question: Question, language: str) -> forms.Field:
    given: dict[str, Any] = {"label": question.text(language), "required": question.is_required}
    if question.kind == Question.Kind.TEXT:
        area = forms.Textarea(attrs={"rows": 4})
        return forms.CharField(
            max_length=TEXT_MAX, widget=area, error_messages=_missing(_("Write a few words.")), **given
        )
    given["choices"] = question.choices(language)
    wrong = _missing(gettext_lazy("Choose an answer."))
    if question.kind == Question.Kind.SEVERAL:
        return forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, error_messages=wrong, **given)
    return forms.ChoiceField(widget=forms.RadioSelect, error_messages=wrong, **given)


def _missing(text: Any) -> dict[str, Any]:
    return {"required": text, "invalid_choice": text}


def given_before(response: Response | None) -> dict[str, Any]:
    """What was answered, as the form holds it."""
    held: dict[str, Any] = {}
    for each in response.answers.select_related("question") if response else ():
        name = NAME.format(each.question_id)
        match each.question.kind:
            case Question.Kind.TEXT:
                held[name] = each.text
            case Question.Kind.SEVERAL:
                held.setdefault(name, []).append(each.value)
            case _:
                held[name] = each.value
    return held


def chosen_in(query: str, questions: Iterable[Question]) -> dict[str, str]:
    """The answer that a link in the mail stands for: `12.5` is 5 for the question of the number 12."""
    number, _dot, value = query.partition(".")
    for question in questions:
        if str(question.pk) == number and value in dict(question.choices("")):
            return {NAME.format(question.pk): value}
    return {}
