"""Surveys as administrators make them: the forms of a survey and of its questions."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from otklik.quality.letters import WORDS, words
from otklik.quality.models import Question, Survey
from otklik.quality.models.survey import OPTIONS_MAX
from otklik.quality.rule_parts import KEY
from otklik.rules.models import Rule
from otklik.staff.models import Member
from otklik.tickets.automatic import PLACEHOLDERS, unknown_words

TEXT_MAX = 2000


class SurveyForm(forms.ModelForm[Survey]):
    """The name and the rests; below, each text in each language, empty for the words that come with the program."""

    class Meta:
        model = Survey
        fields = ["name", "pause_days", "open_days"]

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        for language, _name in settings.LANGUAGES:
            shipped, own = words(Survey(), language), self.instance.texts.get(language, {})
            for name, (label, _shipped) in WORDS.items():
                self.fields[f"{name}-{language}"] = _text_field(label, own.get(name, ""), shipped[name], language)

    @property
    def languages(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        codes = [code for code, _name in settings.LANGUAGES]
        return [(code, _named(code), [self[f"{each}-{code}"] for each in WORDS]) for code in codes]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for field, text in list(given.items()):
            if "-" in field and (unknown := unknown_words(text)):
                known = ", ".join(f"{{{word}}}" for word in PLACEHOLDERS)
                wrong = _("{%(word)s} stands for nothing. You can use: %(known)s.")
                self.add_error(field, wrong % {"word": unknown[0], "known": known})
        return given

    def keep(self, *, by: Member) -> Survey:
        said = self.cleaned_data
        texts = {
            language: {name: said[f"{name}-{language}"].strip() for name in WORDS if said[f"{name}-{language}"].strip()}
            for language, _name in settings.LANGUAGES
        }
        values = {name: said[name] for name in self.Meta.fields} | {"texts": texts}
        if self.instance.pk is None:
            return Survey.make(values, by=by)
        kept = Survey.objects.get(pk=self.instance.pk)
        kept.change(values, by=by)
        return kept


def _text_field(label: Any, own: str, shipped: str, language: str) -> forms.CharField:
    is_long = len(shipped) > 60
    attrs = {"lang": language, "placeholder": shipped, **({"rows": 4} if is_long else {})}
    widget = forms.Textarea(attrs=attrs) if is_long else forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, initial=own, required=False, max_length=TEXT_MAX, widget=widget)


class QuestionForm(forms.Form):
    """A question in each language; one of them is enough."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of question"), choices=Question.Kind.choices)
    is_required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)

    def __init__(self, *args: Any, question: Question | None = None, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.question = question
        if question:
            self.initial = {"kind": question.kind, "is_required": question.is_required}
        for language, _name in settings.LANGUAGES:
            text, options = _("Question (%(language)s)"), _("Options (%(language)s)")
            self.fields[f"text-{language}"] = forms.CharField(
                label=text % {"language": _named(language)},
                required=False,
                max_length=500,
                initial=question.texts.get(language, "") if question else "",
                widget=forms.TextInput(attrs={"lang": language}),
            )
            self.fields[f"options-{language}"] = forms.CharField(
                label=options % {"language": _named(language)},
                required=False,
                initial="\n".join(self._options_of(question, language)),
                widget=forms.Textarea(attrs={"lang": language, "rows": 4}),
                help_text=_("One a line, in the same order in each language. For “One of several” and “Several”."),
            )

    @staticmethod
    def _options_of(question: Question | None, language: str) -> list[str]:
        return [option["texts"].get(language, "") for option in (question.options if question else ())]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        texts = {code: given.get(f"text-{code}", "").strip() for code, _name in settings.LANGUAGES}
        given["texts"] = {code: text for code, text in texts.items() if text}
        if not given["texts"]:
            self.add_error(f"text-{settings.LANGUAGES[0][0]}", _("Write the question in one language at least."))
        has_options = given.get("kind") in (Question.Kind.ONE, Question.Kind.SEVERAL)
        given["options"] = self._clean_options(given) if has_options else []
        return given

    def _clean_options(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        lines = {code: _lines(given.get(f"options-{code}", "")) for code, _name in settings.LANGUAGES}
        written = {code: each for code, each in lines.items() if each}
        lengths = {len(each) for each in written.values()}
        if len(lengths) != 1 or not 2 <= max(lengths) <= OPTIONS_MAX:
            wrong = _("Write from 2 to %(most)s options, one a line, and as many in each language that has any.")
            raise ValidationError(wrong, params={"most": OPTIONS_MAX})
        # What keeps its words keeps its key, wherever it stands now.
        before = [(old["texts"], old["key"]) for old in (self.question.options if self.question else ())]
        found = [{code: each[place] for code, each in written.items()} for place in range(max(lengths))]
        if any(found.count(texts) > 1 for texts in found):
            raise ValidationError(_("Two options are the same. Take one out."))
        keys = [next((key for texts, key in before if texts == each), "") for each in found]
        return _with_keys([{"key": key, "texts": texts} for key, texts in zip(keys, found, strict=True)])

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kind", "texts", "options", "is_required")}


def _named(language: str) -> str:
    """A language is always named in itself."""
    return str(get_language_info(language)["name_local"])


def _lines(text: str) -> list[str]:
    return [line.strip()[:200] for line in text.splitlines() if line.strip()]


def _with_keys(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each option with a key of its own: what it had, else the next number that is free."""
    taken = {option["key"] for option in options}
    free = (str(number) for number in count(1) if str(number) not in taken)
    return [{**option, "key": option["key"] or next(free)} for option in options]


def users_of(survey: Survey) -> list[Rule]:
    """The rules that start it."""
    starts = {"do": KEY, "value": str(survey.pk)}
    return [rule for rule in Rule.objects.all() if any(starts.items() <= step.items() for step in rule.actions)]
