"""The results of a survey as its page shows them: tables, each number with the way to the rows behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.http import urlencode
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from otklik.quality import results
from otklik.quality.models import Invitation, Question, Response, Survey
from otklik.quality.results import Figures, Row, Slice
from otklik.staff.models import Member, Team
from otklik.tickets.models import Channel, Ticket

from .people import teams_of

SHOWN_DAYS = {"week": 12 * 7, "month": 365}  # how far back one looks at first
LABELS: dict[str, Any] = {
    "team": gettext_lazy("Team"),
    "agent": gettext_lazy("Agent"),
    "channel": gettext_lazy("Channel"),
}
NOTHING: dict[str, Any] = {
    "team": gettext_lazy("none"),
    "agent": gettext_lazy("nobody"),
    "channel": gettext_lazy("none"),
}
BY: dict[str, Any] = {
    "time": gettext_lazy("By time"),
    "team": gettext_lazy("By team"),
    "agent": gettext_lazy("By agent"),
    "channel": gettext_lazy("By channel"),
}
ONLY_LABELS: dict[str, Any] = {
    "answered": gettext_lazy("answered"),
    "silent": gettext_lazy("not answered"),
    "marked": gettext_lazy("with a mark"),
    "good": gettext_lazy("marks 4 and 5"),
    "low": gettext_lazy("marks 1 and 2"),
    "recommended": gettext_lazy("said whether they would recommend us"),
    "promoters": gettext_lazy("promoters, 9 and 10"),
    "detractors": gettext_lazy("detractors, 0 to 6"),
    "judged": gettext_lazy("said whether it was resolved"),
    "resolved": gettext_lazy("it was resolved"),
    "words": gettext_lazy("with a comment"),
}


@dataclass(frozen=True)
class Chosen:
    """What of a survey is looked at, as an address says it. Days are whole ones, both included."""

    step: str
    first: date
    last: date
    of: dict[str, str]

    @classmethod
    def of_query(cls, query: QueryDict, today: date) -> Chosen:
        step = query.get("by", "")
        step = step if step in results.STEPS else "week"
        last = _day(query.get("to", ""), today)
        first = min(_day(query.get("from", ""), last - timedelta(days=SHOWN_DAYS[step])), last)
        wanted = {part: query.get(part, "") for part in results.PARTS}
        return cls(step, first, last, {part: value for part, value in wanted.items() if _is_number(value)})

    def slice(self, survey: Survey, member: Member) -> Slice:
        zone = get_current_timezone()
        begin, end = (datetime.combine(day, time(), zone) for day in (self.first, self.last + timedelta(days=1)))
        return Slice(survey, member, begin, end, self.of)

    def address(self, survey: Survey, page: str = "survey_answers", **more: Any) -> str:
        """Where the rows behind a number are."""
        asked = {"by": self.step, "from": self.first, "to": self.last, **self.of, **more}
        return f"{reverse(f'desk:{page}', args=[survey.pk])}?{urlencode(asked)}"


def _day(text: str, otherwise: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return day if 2000 <= day.year <= 2200 else otherwise


def _is_number(text: str) -> bool:
    return text == results.NOBODY or (text.isdecimal() and len(text) <= 18)


@dataclass(frozen=True)
class Shown:
    """A row of a table of results: its words, its numbers, and where what is behind them is."""

    name: str
    figures: Figures
    address: str

    @property
    def mean(self) -> str:
        """In the reader's language, one digit behind the point; a dash for nothing."""
        mean = self.figures.csi_mean
        return "–" if mean is None else number_format(mean, decimal_pos=1)

    @property
    def nps(self) -> str:
        """With its sign, as it is usually written."""
        nps = self.figures.nps
        return "–" if nps is None else f"{nps:+d}".replace("-", "−")


@dataclass(frozen=True)
class Table:
    """Figures by one thing: the heading, and the name of the first column."""

    key: str
    title: Any
    label: Any
    rows: list[Shown]


def shown(rows: Iterable[Row], chosen: Chosen, survey: Survey, part: str) -> list[Shown]:
    return [
        Shown(row.name or str(NOTHING[part]), row.figures, chosen.address(survey, **{part: row.key})) for row in rows
    ]


def periods(rows: Iterable[Row], chosen: Chosen, survey: Survey) -> list[Shown]:
    """Weeks by their first day, months by their name; each opens as far as it lies within what is looked at."""
    found = []
    for row in rows:
        begins = row.key.date()
        after = begins + timedelta(days=7) if chosen.step == "week" else (begins + timedelta(days=32)).replace(day=1)
        days = {"from": max(begins, chosen.first), "to": min(after - timedelta(days=1), chosen.last)}
        name = date_format(begins, "F Y") if chosen.step == "month" else _since(begins)
        found.append(Shown(name, row.figures, chosen.address(survey, **days)))
    return found


def _since(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def tables(slice_: Slice, chosen: Chosen) -> list[Table]:
    survey = slice_.survey
    by_parts = [
        Table(part, BY[part], LABELS[part], shown(results.by_part(slice_, part), chosen, survey, part))
        for part in results.PARTS
    ]
    by_time = periods(results.by_time(slice_, chosen.step, get_current_timezone()), chosen, survey)
    first = _("Month") if chosen.step == "month" else _("Week from")
    return [Table("time", BY["time"], first, by_time), *by_parts]


@dataclass(frozen=True)
class Counted:
    """How often a question got one value."""

    word: str
    count: int
    percent: int
    address: str


@dataclass(frozen=True)
class Asked:
    """A question with what it got; a free text has a count alone."""

    question: Question
    text: str
    total: int
    values: list[Counted]
    address: str


def asked(slice_: Slice, chosen: Chosen, language: str) -> list[Asked]:
    """Every question that was ever asked, in two queries; those that are retired only if they got answers here."""
    counts = results.by_answer(slice_)
    found = []
    for question in results.questions_of(slice_.survey):
        got = {value: count for (pk, value), count in counts.items() if pk == question.pk}
        if question.retired_at is None or got:
            found.append(_asked(question, got, chosen, slice_.survey, language))
    return found


def worded(question: Question, value: str, language: str) -> str:
    """An answer in words; a mark with its number."""
    word = str(dict(question.choices(language)).get(value, ""))
    return f"{value} – {word}".removesuffix(" – ") if value.isdecimal() and not question.has_options else word


def _asked(question: Question, got: dict[str, int], chosen: Chosen, survey: Survey, language: str) -> Asked:
    total = sum(got.values())
    values = [
        Counted(
            worded(question, value, language),
            got.get(value, 0),
            round(100 * got.get(value, 0) / total) if total else 0,
            chosen.address(survey, answer=f"{question.pk}.{value}"),
        )
        for value, _word in question.choices(language)
    ]
    return Asked(question, question.text(language), total, values, chosen.address(survey, answer=f"{question.pk}."))


def choices(member: Member, chosen: Chosen) -> list[tuple[str, Any, list[tuple[str, str]], str]]:
    """What the results can be narrowed to: each part with its label, the rows to choose from, and the chosen one."""
    teams = teams_of(member)
    agents = Member.objects.filter(teams__in=teams).distinct() if not member.is_administrator else Member.objects.all()
    channels = Channel.objects.filter(team__in=teams)
    rows: dict[str, Any] = {"team": teams, "agent": agents.order_by("name"), "channel": channels.order_by("name")}
    return [
        (part, LABELS[part], [(str(row.pk), row.name) for row in rows[part]], chosen.of.get(part, "")) for part in rows
    ]


def parts_of(survey: Survey, chosen: Chosen, only: str, answer: tuple[int, str] | None, language: str) -> list[str]:
    """What a list of answers is narrowed to, in words."""
    told = [f"{date_format(chosen.first, 'SHORT_DATE_FORMAT')} – {date_format(chosen.last, 'SHORT_DATE_FORMAT')}"]
    models: dict[str, Any] = {"team": Team, "agent": Member, "channel": Channel}
    for part, wanted in chosen.of.items():
        row = models[part].objects.filter(pk=wanted).first() if wanted != results.NOBODY else None
        told.append(f"{LABELS[part]}: {row.name if row else NOTHING[part]}")
    if only:
        told.append(str(ONLY_LABELS[only]))
    question = Question.objects.filter(survey=survey, pk=answer[0]).first() if answer else None
    if question and answer:
        told.append(f"{question.text(language)} {worded(question, answer[1], language)}".strip())
    return told


@dataclass(frozen=True)
class Questionnaire:
    """What a client answered about a ticket: each question with the answer in words."""

    invitation: Invitation
    lines: list[tuple[str, str]]


def answered_on(ticket: Ticket) -> list[Questionnaire]:
    """The questionnaires that came back about a ticket, the newest first."""
    answered = ticket.invitations.filter(response__isnull=False).select_related("survey", "response")
    rows = answered.prefetch_related("response__answers__question").order_by("-response__at")
    return [Questionnaire(row, _lines(row.response)) for row in rows]


def _lines(response: Response) -> list[tuple[str, str]]:
    language = get_language() or ""
    found: dict[int, tuple[str, str]] = {}
    for answer in response.answers.all():
        question = answer.question
        said = answer.text or worded(question, answer.value, language)
        before = found.get(question.pk)
        found[question.pk] = (question.text(language), f"{before[1]}, {said}" if before else said)
    return list(found.values())
