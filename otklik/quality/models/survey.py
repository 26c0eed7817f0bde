"""Surveys and their questions. What somebody was asked never changes its meaning: it is retired, and another added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Max, Q
from django.utils.timezone import now
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from otklik.journal.record import record
from otklik.quality.errors import NoQuestions, TooManyQuestions, WasSent
from otklik.staff.models import Member

QUESTIONS_MAX = 12  # that are asked at once
OPTIONS_MAX = 12
Texts = dict[str, str]  # by language


def said_in(texts: Texts, language: str) -> str:
    """The text in a language; else in whichever it was written."""
    return texts.get(language) or next((text for text in texts.values() if text), "")


class Survey(models.Model):
    """What is asked. `texts` are by language, each a mapping of the names in `letters.WORDS`; what is not there, or
    empty, is said in the words that come with the program.
    """

    journal_name = "survey"

    name = models.CharField(pgettext_lazy("of a survey", "name"), max_length=120, unique=True)
    is_active = models.BooleanField(_("switched on"), default=False, editable=False)
    pause_days = models.PositiveSmallIntegerField(
        _("days of rest"),
        default=30,
        validators=[MaxValueValidator(730)],
        help_text=_("Whoever was asked anything within so many days is not asked this. 0 asks every time."),
    )
    open_days = models.PositiveSmallIntegerField(
        _("days to answer"), default=14, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    texts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def make(cls, values: dict[str, Any], *, by: Member | None, at: datetime | None = None) -> Survey:
        """A new survey, switched off: whoever makes it adds its questions first."""
        with transaction.atomic():
            survey = cls.objects.create(**values)
            record("survey.made", survey, by=by, at=at)
        return survey

    def change(self, values: dict[str, Any], *, by: Member | None, at: datetime | None = None) -> None:
        with transaction.atomic():
            Survey.objects.filter(pk=self.pk).update(**values)
            record("survey.changed", self, by=by, at=at)
        self.refresh_from_db()

    def switch_on(self, *, by: Member | None, at: datetime | None = None) -> bool:
        """Let clients be asked; False if they are. Raises NoQuestions."""
        if not self.questions.current().exists():
            raise NoQuestions(survey=self)
        return self._switch(to=True, kind="survey.switched_on", by=by, at=at)

    def switch_off(self, *, by: Member | None, at: datetime | None = None) -> bool:
        """Ask nobody any more; who was asked may still answer. False if nobody was to be asked."""
        return self._switch(to=False, kind="survey.switched_off", by=by, at=at)

    def _switch(self, *, to: bool, kind: str, by: Member | None, at: datetime | None) -> bool:
        with transaction.atomic():
            if not Survey.objects.filter(pk=self.pk, is_active=not to).update(is_active=to):
                return False
            record(kind, self, by=by, at=at)
        self.is_active = to
        return True

    def remove(self, *, by: Member | None, at: datetime | None = None) -> None:
        """Forget a survey that nobody was asked. Raises WasSent."""
        with transaction.atomic():
            held = Survey.objects.select_for_update().get(pk=self.pk)
            if held.invitations.exists():
                raise WasSent(survey=self)
            record("survey.removed", self, by=by, at=at)
            held.delete()

    def add(self, values: dict[str, Any], *, by: Member | None, at: datetime | None = None) -> Question:
        """One more question, behind those that are there. Raises TooManyQuestions."""
        at = at or now()
        with transaction.atomic():
            Survey.objects.select_for_update().get(pk=self.pk)
            if self.questions.current().count() >= QUESTIONS_MAX:
                raise TooManyQuestions(most=QUESTIONS_MAX)
            last = self.questions.aggregate(last=Max("position"))["last"] or 0
            question = self.questions.create(position=last + 1, created_at=at, **values)
            record("survey.question_added", self, by=by, at=at, question=question.pk)
        return question

    def was_sent_since(self, at: datetime) -> bool:
        return self.invitations.filter(sent_at__gte=at).exists()


class QuestionQuerySet(models.QuerySet["Question"]):
    def current(self) -> QuestionQuerySet:
        return self.filter(retired_at=None)

    def asked(self, at: datetime) -> QuestionQuerySet:
        """Those that belonged to their survey at a time: what whoever was asked then sees, whatever came later."""
        return self.filter(Q(retired_at=None) | Q(retired_at__gt=at), created_at__lte=at)


class Question(models.Model):
    """One question. `options`, of the kinds ONE and SEVERAL, have a key and a text by language each."""

    class Kind(models.TextChoices):
        SATISFACTION = "satisfaction", _("Satisfaction, from 1 to 5")
        RECOMMENDATION = "recommendation", _("Would recommend us, from 0 to 10")
        RESOLVED = "resolved", _("Was it resolved, yes or no")
        ONE = "one", _("One of several")
        SEVERAL = "several", _("Several of several")
        TEXT = "text", _("Free text")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    kind = models.CharField(_("kind of question"), max_length=15, choices=Kind, default=Kind.SATISFACTION)
    texts = models.JSONField(default=dict)
    options = models.JSONField(default=list, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    position = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(default=now, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text(get_language() or "")

    @property
    def has_options(self) -> bool:
        return self.kind in (self.Kind.ONE, self.Kind.SEVERAL)

    def text(self, language: str) -> str:
        return said_in(self.texts, language)

    def choices(self, language: str) -> list[tuple[str, Any]]:
        """What can be answered: values with their words; none for a free text."""
        match self.kind:
            case self.Kind.SATISFACTION:
                return [(str(mark), word) for mark, word in enumerate(MARKS, 1)]
            case self.Kind.RECOMMENDATION:
                return [(str(mark), RECOMMENDATIONS.get(mark, "")) for mark in range(11)]
            case self.Kind.RESOLVED:
                return [("yes", _("Yes")), ("no", _("No"))]
        return [(option["key"], said_in(option["texts"], language)) for option in self.options]

    def change(self, values: dict[str, Any], *, by: Member | None, at: datetime | None = None) -> Question:
        """Ask something else in its place; the question that is asked from now on.

        Nobody was asked it yet: the same row. Otherwise it is retired with its answers, and another takes its place;
        whether it must be answered is no matter of meaning and changes the row all the same.
        """
        at = at or now()
        with transaction.atomic():
            survey = Survey.objects.select_for_update().get(pk=self.survey_id)
            held = survey.questions.current().filter(pk=self.pk).first()
            if held is None:
                return self
            if held._means(values) or not survey.was_sent_since(held.created_at):
                Question.objects.filter(pk=held.pk).update(**values)
                kept = held
            else:
                Question.objects.filter(pk=held.pk).update(retired_at=at)
                kept = survey.questions.create(position=held.position, created_at=at, **values)
            record("survey.question_changed", survey, by=by, at=at, question=held.pk, instead=kept.pk)
        kept.refresh_from_db()
        return kept

    def _means(self, values: dict[str, Any]) -> bool:
        """Whether it asks the same already."""
        return all(getattr(self, name) == values[name] for name in ("kind", "texts", "options"))

    def retire(self, *, by: Member | None, at: datetime | None = None) -> bool:
        """Ask it no more; its answers stay, and it goes without a trace if nobody was asked it. False if it was so.

        Raises NoQuestions for the last one of a survey that is switched on.
        """
        at = at or now()
        with transaction.atomic():
            survey = Survey.objects.select_for_update().get(pk=self.survey_id)
            others = survey.questions.current().exclude(pk=self.pk)
            if survey.is_active and self.retired_at is None and not others.exists():
                raise NoQuestions(survey=survey)
            if not survey.questions.current().filter(pk=self.pk).update(retired_at=at):
                return False
            record("survey.question_retired", survey, by=by, at=at, question=self.pk)
            if not survey.was_sent_since(self.created_at):
                Question.objects.filter(pk=self.pk).delete()
        self.retired_at = at
        return True

    def move(self, by_places: int) -> None:
        """Put it up or down among the questions that are asked."""
        with transaction.atomic():
            Survey.objects.select_for_update().get(pk=self.survey_id)
            order = list(self.survey.questions.current().values_list("pk", flat=True))
            if self.pk not in order:
                return
            at = order.index(self.pk)
            order.insert(max(0, at + by_places), order.pop(at))
            for position, pk in enumerate(order, 1):
                Question.objects.filter(pk=pk).update(position=position)


MARKS = (
    pgettext_lazy("mark", "very bad"),
    pgettext_lazy("mark", "bad"),
    pgettext_lazy("mark", "fair"),
    pgettext_lazy("mark", "good"),
    pgettext_lazy("mark", "excellent"),
)
RECOMMENDATIONS = {0: _("certainly not"), 10: _("certainly")}
