"""Ready-made desks in words: what an example makes, thing by thing, before it makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.approvals.models import ApprovalRule
from otklik.calendars.models import Calendar, spans_of
from otklik.calendars.writing import hours_text, length_text
from otklik.channels.email.models import MailTemplate
from otklik.channels.webform.options import parse
from otklik.lib.judging import in_words as conditions_in_words
from otklik.lib.rulebook import events, rulebook
from otklik.presets.book import Preset
from otklik.presets.making import Made, rehearsal
from otklik.quality.models import Survey
from otklik.rules.models import Rule
from otklik.sla.models import Policy
from otklik.staff.models import Member, Team
from otklik.tickets.models import Channel, Tag, Ticket, TicketField
from otklik.tickets.models.terms import Terms

from . import policies
from .choosing import in_words as chosen_in_words

KINDS: dict[type[Model], Any] = {
    Calendar: gettext_lazy("Calendars"),
    Team: gettext_lazy("Teams"),
    Policy: gettext_lazy("Agreements"),
    Tag: gettext_lazy("Tags"),
    Rule: gettext_lazy("Rules"),
    ApprovalRule: gettext_lazy("Approvals"),
    Terms: gettext_lazy("Terms of handing over"),
    TicketField: gettext_lazy("Ticket fields"),
    Channel: gettext_lazy("Web forms"),
    MailTemplate: gettext_lazy("Mail texts"),
    Survey: gettext_lazy("Surveys"),
}


@dataclass(frozen=True)
class Told:
    """One thing of an example: its name, what it is in sentences, whether it would be new."""

    name: str
    sentences: list[str]
    is_new: bool


def contents(preset: Preset, *, by: Member | None) -> list[tuple[Any, list[Told]]]:
    """What an example makes and what it would leave alone, by kind, in the language of whoever asks."""
    with rehearsal(preset, by=by) as made:
        return grouped(made)


def grouped(made: list[Made]) -> list[tuple[Any, list[Told]]]:
    """The same of things that were made."""
    told: dict[type[Model], list[Told]] = {}
    for one in made:
        words = list(WORDS[type(one.row)](one.row)) if one.is_new and type(one.row) in WORDS else []
        told.setdefault(type(one.row), []).append(Told(str(one.row), words, one.is_new))
    return [(KINDS[kind], told[kind]) for kind in KINDS if kind in told]


def _calendar(row: Calendar) -> Iterator[str]:
    week = [hours_text(spans_of(day)) for day in row.week]
    first = 0
    for number in range(1, 8):
        if number == 7 or week[number] != week[first]:
            yield _days(first, number - 1, week[first])
            first = number
    if years := sorted({day.date.year for day in row.days.all()}):
        yield _("It knows the days off of Russia in %(years)s.") % {"years": ", ".join(map(str, years))}


def _days(first: int, last: int, hours: str) -> str:
    days = WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]} – {WEEKDAYS[last]}"
    return _("%(days)s: %(hours)s.") % {"days": days, "hours": hours or _("closed")}


def _team(row: Team) -> Iterator[str]:
    if row.line:
        yield _("Line: %(line)s.") % {"line": row.get_line_display()}
    if row.head:
        yield _("Its head is %(name)s until you name another.") % {"name": row.head}


def _policy(row: Policy) -> Iterator[str]:
    yield from policies.in_words(row)
    for step in row.steps.all():
        when = _("at %(percent)s %% of the time") % {"percent": step.share_percent}
        if step.plus:
            when = _("%(length)s after the deadline") % {"length": length_text(step.plus, day=row.calendar.usual_day)}
        elif step.share_percent == 100:
            when = _("at the deadline")
        yield _("Escalation, %(when)s: %(action)s.") % {"when": when, "action": step}


def _rule(row: Rule) -> Iterator[str]:
    book, labels = rulebook(), events()
    when = {"events": ", ".join(str(labels[kind]) for kind in row.kinds), "length": length_text(row.after)}
    yield (_("When: %(events)s, and %(length)s later.") if row.after else _("When: %(events)s.")) % when
    if row.conditions.get("all"):
        yield _("If: %(conditions)s.") % {"conditions": conditions_in_words(row.conditions, book)}
    for step in row.actions:
        action = book.action(step["do"])
        given = [text for each in action.parameters if (text := _given(each, step))]
        yield _("Then: %(action)s “%(value)s”.") % {"action": action.label, "value": "; ".join(given)}


def _given(parameter: Any, step: dict[str, str]) -> str:
    value = step.get(parameter.name, "")
    return str(dict(parameter.choices()).get(value, value)) if parameter.choices else value


def _field(row: TicketField) -> Iterator[str]:
    if row.choices:
        yield _("One of: %(choices)s.") % {"choices": ", ".join(row.choices)}


def _approval(row: ApprovalRule) -> Iterator[str]:
    yield from chosen_in_words(row.conditions)
    states = dict(Ticket.State.choices)
    yield _("Before the state: %(states)s.") % {"states": ", ".join(str(states[each]) for each in row.after)}
    yield _("Agrees: %(who)s.") % {"who": ", ".join(map(str, row.steps.all()))}


def _terms(row: Terms) -> Iterator[str]:
    wanted = [*row.wanted(), *(field.label for field in row.fields.all())]
    yield _("Filled in before: %(what)s.") % {"what": ", ".join(map(str, wanted))}


def _form(row: Channel) -> Iterator[str]:
    topics = [topic.label for topic in parse(row.options).topics]
    yield _("Its topics: %(topics)s.") % {"topics": ", ".join(topics)}
    yield _("What comes by it goes to the team “%(team)s”.") % {"team": row.team}


def _survey(row: Survey) -> Iterator[str]:
    yield _("It asks: %(questions)s") % {"questions": " ".join(map(str, row.questions.current()))}


def _mail_text(row: MailTemplate) -> Iterator[str]:
    yield row.body


WORDS: dict[type[Model], Callable[[Any], Iterator[str]]] = {
    Calendar: _calendar,
    Team: _team,
    Policy: _policy,
    Rule: _rule,
    ApprovalRule: _approval,
    Terms: _terms,
    TicketField: _field,
    Channel: _form,
    MailTemplate: _mail_text,
    Survey: _survey,
}
