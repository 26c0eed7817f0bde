"""What clients answered. The first mark of each kind stands on the response itself, where results are counted from."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from .invitation import Invitation
from .survey import Question

CHANGING = timedelta(days=1)  # how long an answer can be changed
BAD_MARK = 2  # and below
PASSIVE = 7  # what is below are detractors
PROMOTER = 9
GOOD_MARK = 4


class Response(models.Model):
    """One questionnaire, filled in: `mark` from 1 to 5, `recommend` from 0 to 10; None is not asked or not answered."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="response")
    mark = models.PositiveSmallIntegerField(null=True)
    recommend = models.PositiveSmallIntegerField(null=True)
    is_resolved = models.BooleanField(null=True)
    at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.invitation)

    @property
    def is_bad(self) -> bool:
        """Whether somebody should look: a mark of 1 or 2, a detractor, or “it was not resolved”."""
        is_low = self.mark is not None and self.mark <= BAD_MARK
        is_detractor = self.recommend is not None and self.recommend < PASSIVE
        return is_low or is_detractor or self.is_resolved is False

    def can_be_changed(self, at: datetime) -> bool:
        return at < self.at + CHANGING


BAD = (
    Q(mark__lte=BAD_MARK) | Q(recommend__lt=PASSIVE) | Q(is_resolved=False)
)  # the same as `is_bad`, asked of the store


class Answer(models.Model):
    """One value that a question was answered with; a question of the kind SEVERAL has a row for each. `text` is for
    a free text, the value of which is empty.
    """

    response = models.ForeignKey(Response, models.CASCADE, db_index=False, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    value = models.CharField(max_length=20, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["question__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["response", "question", "value"], name="answer_once")]

    def __str__(self) -> str:
        return self.text or self.value
