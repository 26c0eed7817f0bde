"""What answers come to: how many answer, how satisfied they are, whether they would recommend us; by time and by whom.

Counted by the day of sending, so that the share of those who answered is one of the same people. Each function is
one query, however many answers there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth, TruncWeek

from otklik.staff.models import Member
from otklik.tickets.models import Ticket

from .models import Answer, Invitation, Question, Survey
from .models.response import BAD_MARK, GOOD_MARK, PASSIVE, PROMOTER

NOBODY = "none"  # where a ticket had no assignee, or no channel
PARTS = ("team", "agent", "channel")
STEPS = {"week": TruncWeek, "month": TruncMonth}


@dataclass(frozen=True)
class Slice:
    """Which invitations of a survey are looked at, by whom: those sent from `begin` on and before `end`, of one team,
    one agent or one channel if it is named, by its number or as NOBODY.
    """

    survey: Survey
    member: Member
    begin: datetime
    end: datetime
    of: Mapping[str, str]

    def q(self, prefix: str = "") -> Q:
        """The same, for rows that have the invitation at the end of a path."""
        found = Q(
            **{
                f"{prefix}survey": self.survey,
                f"{prefix}sent_at__gte": self.begin,
                f"{prefix}sent_at__lt": self.end,
            }
        )
        for part, wanted in self.of.items():
            found &= Q(**{f"{prefix}{part}": None if wanted == NOBODY else int(wanted)})
        if not self.member.is_administrator:
            found &= Q(**{f"{prefix}ticket__in": Ticket.objects.visible_to(self.member)})
        return found

    def invitations(self) -> QuerySet[Invitation]:
        return Invitation.objects.visible_to(self.member).filter(self.q())


@dataclass(frozen=True)
class Figures:
    """What some invitations came to, as counts; None where there is nothing to divide by."""

    sent: int = 0
    answered: int = 0
    marked: int = 0
    good: int = 0
    low: int = 0
    marks: int = 0
    recommended: int = 0
    promoters: int = 0
    detractors: int = 0
    judged: int = 0
    resolved: int = 0

    @property
    def rate_percent(self) -> int | None:
        """The share of those who were asked that answered."""
        return _percent(self.answered, self.sent)

    @property
    def csi_percent(self) -> int | None:
        """CSI as the share of satisfied clients: marks of 4 and 5 among all marks (“top two boxes”).

        As the customer satisfaction score is usually reported; the mean beside it tells 3 from 1.
        """
        return _percent(self.good, self.marked)

    @property
    def csi_mean(self) -> float | None:
        """CSI as the mean of all marks, from 1 to 5."""
        return self.marks / self.marked if self.marked else None

    @property
    def nps(self) -> int | None:
        """Promoters (9 and 10) less detractors (0 to 6), both in per cent of all who said a number; from −100 to 100.

        F. Reichheld, “The One Number You Need to Grow”, Harvard Business Review, December 2003.
        """
        balance = self.promoters - self.detractors
        return round(100 * balance / self.recommended) if self.recommended else None

    @property
    def resolved_percent(self) -> int | None:
        return _percent(self.resolved, self.judged)


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


@dataclass(frozen=True)
class Row:
    """The figures of one week, month, team, agent or channel; `key` is its number or NOBODY, or its first moment."""

    key: Any
    name: str
    figures: Figures


COUNTED: dict[str, Any] = {
    "sent": Count("pk"),
    "answered": Count("response"),
    "marked": Count("response__mark"),
    "good": Count("pk", filter=Q(response__mark__gte=GOOD_MARK)),
    "low": Count("pk", filter=Q(response__mark__lte=BAD_MARK)),
    "marks": Sum("response__mark", default=0),
    "recommended": Count("response__recommend"),
    "promoters": Count("pk", filter=Q(response__recommend__gte=PROMOTER)),
    "detractors": Count("pk", filter=Q(response__recommend__lt=PASSIVE)),
    "judged": Count("response__is_resolved"),
    "resolved": Count("pk", filter=Q(response__is_resolved=True)),
}


def total(slice_: Slice) -> Figures:
    return Figures(**slice_.invitations().aggregate(**COUNTED))


def of_all(surveys: list[Survey], since: datetime, member: Member) -> list[tuple[Survey, Figures]]:
    """Each survey with what it came to since a time, in one query for all."""
    sent = Invitation.objects.visible_to(member).filter(survey__in=surveys, sent_at__gte=since)
    found = {row["survey"]: _figures(row) for row in sent.values("survey").annotate(**COUNTED).order_by()}
    return [(survey, found.get(survey.pk, Figures())) for survey in surveys]


def by_time(slice_: Slice, step: str, zone: tzinfo) -> list[Row]:
    """Week by week or month by month, the oldest first; those without anything sent are left out."""
    begins = STEPS[step]("sent_at", tzinfo=zone)
    grouped = slice_.invitations().annotate(begins=begins).values("begins").annotate(**COUNTED).order_by("begins")
    return [Row(row["begins"], "", _figures(row)) for row in grouped]


def by_part(slice_: Slice, part: str) -> list[Row]:
    """By team, by agent or by channel, as it was when the survey was sent; who was asked most comes first."""
    grouped = slice_.invitations().values(part, f"{part}__name").annotate(**COUNTED).order_by("-sent", f"{part}__name")
    return [Row(row[part] or NOBODY, row[f"{part}__name"] or "", _figures(row)) for row in grouped]


def _figures(row: Mapping[str, Any]) -> Figures:
    return Figures(**{name: row[name] for name in COUNTED})


def by_answer(slice_: Slice) -> dict[tuple[int, str], int]:
    """How often each question got each value; a free text counts under the empty one."""
    rows = Answer.objects.filter(slice_.q("response__invitation__")).order_by()
    counted = rows.values_list("question", "value").annotate(count=Count("pk"))
    return {(question, value): count for question, value, count in counted}


ONLY: dict[str, Q] = {
    "answered": Q(response__isnull=False),
    "silent": Q(response__isnull=True),
    "marked": Q(response__mark__isnull=False),
    "good": Q(response__mark__gte=GOOD_MARK),
    "low": Q(response__mark__lte=BAD_MARK),
    "recommended": Q(response__recommend__isnull=False),
    "promoters": Q(response__recommend__gte=PROMOTER),
    "detractors": Q(response__recommend__lt=PASSIVE),
    "judged": Q(response__is_resolved__isnull=False),
    "resolved": Q(response__is_resolved=True),
    "words": Q(Exists(Answer.objects.filter(response__invitation=OuterRef("pk")).exclude(text=""))),
}


def behind(slice_: Slice, only: str = "", answer: tuple[int, str] | None = None) -> QuerySet[Invitation]:
    """The invitations behind a number; with all that a list of them shows. Raises KeyError for an unknown `only`."""
    found = slice_.invitations().select_related("response", "ticket", "person", "agent", "team", "channel")
    if only:
        found = found.filter(ONLY[only])
    if answer:
        question, value = answer
        said = Answer.objects.filter(response__invitation=OuterRef("pk"), question=question, value=value)
        found = found.filter(Exists(said))
    return found.prefetch_related("response__answers__question")


def questions_of(survey: Survey) -> list[Question]:
    """All that was ever asked: what is asked now first, then what was retired."""
    every = list(survey.questions.all())
    return [each for each in every if not each.retired_at] + [each for each in every if each.retired_at]
