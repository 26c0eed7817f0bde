"""Makes what a preset names, each thing once: what is there under its name is left as people have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.db.models import Max, Model
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.approvals.models import ApprovalRule, ApprovalStep
from otklik.calendars.hours import AROUND_THE_CLOCK, CLOSED, Spans
from otklik.calendars.models import Calendar
from otklik.channels.chat.options import ChatOptions
from otklik.channels.email.models import MailTemplate
from otklik.channels.webform.options import FormOptions, Topic
from otklik.journal.record import record
from otklik.quality.models import Survey
from otklik.quality.ready import READY, take_up
from otklik.rules.models import Rule
from otklik.sla.models import Policy, Step, Target
from otklik.staff.models import Company, Member, Team
from otklik.tickets.models import Channel, Tag, Ticket, TicketField
from otklik.tickets.models.terms import Terms

if TYPE_CHECKING:
    from .book import Preset

Row = TypeVar("Row", bound=Model)
Leaf = tuple[str, str, Any]  # what is asked, how it is compared, with what
BETWEEN = 10  # positions of agreements and rules, so that another fits in between


def weekdays(opens: int, closes: int) -> list[Spans]:
    """Hours from Monday to Friday, the weekend free; whole hours."""
    return [((opens * 60, closes * 60),)] * 5 + [CLOSED, CLOSED]


@dataclass(frozen=True)
class Made:
    """One thing that a preset names; `is_new` if it was made, not found."""

    row: Model
    is_new: bool


@dataclass(frozen=True)
class Promise:
    """A target: so much working time for a metric; for one priority only, if it is named."""

    metric: str
    length: timedelta
    priority: int | None = None


@dataclass(frozen=True)
class Rung:
    """A step of a ladder, at a share of the promised time and so long after that."""

    action: str
    share_percent: int = 100
    plus: timedelta = timedelta()
    team: Team | None = None


class Making:
    """The bench on which one preset is put together; `made` is everything it named, in order."""

    def __init__(self, company: Company, *, by: Member | None, at: datetime) -> None:
        self.company, self.by, self.at = company, by, at
        self.head = by or Member.objects.active().filter(role=Member.Role.ADMINISTRATOR).order_by("pk").first()
        self.made: list[Made] = []

    def calendar(self, name: str, week: Iterable[Spans]) -> Calendar:
        """Hours of a week, and the days off of Russia for this year and the next."""

        def make() -> Calendar:
            hours = [[list(span) for span in day] for day in week]
            calendar = Calendar.objects.create(name=name, time_zone=self.company.time_zone, week=hours)
            if any(not day for day in hours):
                for year in (self.at.year, self.at.year + 1):
                    calendar.follow_russia(year)
            return calendar

        return self._once(Calendar, {"name": name}, make)

    def around_the_clock(self, name: str) -> Calendar:
        return self.calendar(name, [AROUND_THE_CLOCK] * 7)

    def tag(self, name: str) -> Tag:
        return self._once(Tag, {"name": name}, lambda: Tag.objects.create(name=name))

    def team(self, name: str, *, line: int | None = None, hours: Calendar | None = None) -> Team:
        """A team that works by a calendar, None for round the clock; an administrator heads it until somebody does."""
        kept = {"line": line, "calendar": hours, "head": self.head}
        return self._once(Team, {"name": name}, lambda: Team.objects.create(name=name, **kept))

    def agreement(
        self,
        name: str,
        calendar: Calendar,
        promises: Iterable[Promise],
        *,
        covers: Mapping[str, list[Any]] | None = None,
        ladder: Iterable[Rung] = (),
    ) -> Policy:
        def make() -> Policy:
            policy = Policy.objects.create(
                name=name, calendar=calendar, conditions=_as_texts(covers or {}), position=self._last(Policy) + BETWEEN
            )
            Target.objects.bulk_create(
                Target(policy=policy, metric=one.metric, length=one.length, priority=one.priority) for one in promises
            )
            Step.objects.bulk_create(
                Step(policy=policy, action=one.action, share_percent=one.share_percent, plus=one.plus, team=one.team)
                for one in ladder
            )
            return policy

        return self._once(Policy, {"name": name}, make)

    def rule(
        self,
        name: str,
        kinds: Iterable[str],
        conditions: Iterable[Leaf | list[Leaf]],
        actions: Iterable[Mapping[str, Any]],
        *,
        after: timedelta = timedelta(),
        counted_by: Calendar | None = None,
    ) -> Rule:
        """A rule that is switched on. Of its conditions (key, operator, value) all have to hold; of a list any."""

        def make() -> Rule:
            values = {
                "name": name,
                "kinds": list(kinds),
                "conditions": _tree(conditions),
                "actions": [{key: str(value) for key, value in action.items()} for action in actions],
                "after": after,
                "counted_by": f"calendar:{counted_by.pk}" if counted_by else "",
                "position": self._last(Rule) + BETWEEN,
            }
            rule = Rule.make(values, by=self.by, at=self.at)
            rule.switch_on(by=self.by, at=self.at)
            return rule

        return self._once(Rule, {"name": name}, make)

    def approval(
        self, name: str, after: Iterable[str], covers: Mapping[str, list[Any]], steps: Iterable[str]
    ) -> ApprovalRule:
        """Who has to agree before a ticket that fits goes to one of the states `after`: kinds of `ApprovalStep.Who`."""

        def make() -> ApprovalRule:
            position = self._last(ApprovalRule) + BETWEEN
            rule = ApprovalRule.objects.create(
                name=name, position=position, conditions=_as_texts(covers), after=list(after)
            )
            ApprovalStep.objects.bulk_create(
                ApprovalStep(rule=rule, position=place, who=who) for place, who in enumerate(steps)
            )
            return rule

        return self._once(ApprovalRule, {"name": name}, make)

    def terms(self, team: Team, *, fields: Iterable[TicketField] = (), **wants: Any) -> Terms:
        """What has to be filled in before a ticket is handed to a team."""

        def make() -> Terms:
            terms = Terms.objects.create(team=team, **wants)
            terms.fields.set(fields)
            return terms

        return self._once(Terms, {"team": team}, make)

    def field(
        self, key: str, label: str, kind: str = "text", *, choices: Iterable[str] = (), **rest: Any
    ) -> TicketField:
        values = {
            "label": label,
            "kind": kind,
            "choices": list(choices),
            "position": self._last(TicketField) + 1,
            **rest,
        }
        return self._once(TicketField, {"key": key}, lambda: TicketField.objects.create(key=key, **values))

    def form(self, name: str, address: str, team: Team, topics: Iterable[Topic], *, intro: str, **rest: Any) -> Channel:
        """A web form, answered by the first mailbox there is; `rest` are further `FormOptions`."""

        def make() -> Channel:
            mailbox = Channel.objects.active().filter(kind="email").order_by("pk").first()
            options = FormOptions(name, intro, tuple(topics), **rest).as_json()
            return Channel.objects.create(
                kind="webform", name=name, address=address, team=team, answers_by=mailbox, options=options,
                language=self.company.language,
            )  # fmt: skip

        return self._once(Channel, {"kind": "webform", "address": address}, make)

    def ask_how_we_did(self, *, after: timedelta = timedelta(hours=2)) -> Survey:
        """The ready survey, switched on, and a rule that starts it so long after a ticket was resolved."""

        def make() -> Survey:
            survey = take_up("service", by=self.by, at=self.at)
            survey.switch_on(by=self.by, at=self.at)
            return survey

        survey = self._once(Survey, {"name": str(READY["service"].label)}, make)
        hours = int(after / timedelta(hours=1))
        self.rule(
            _("Ask how we did"),
            ["ticket.state_changed"],
            [("state", "is", Ticket.State.RESOLVED)],
            [{"do": "survey", "value": survey.pk, "hours": hours}],
        )
        return survey

    def chat(self, name: str, address: str, team: Team, *, greeting: str, **rest: Any) -> Channel:
        """A chat for a site that the administrator names later; `rest` are further `ChatOptions`."""

        def make() -> Channel:
            mailbox = Channel.objects.active().filter(kind="email").order_by("pk").first()
            options = ChatOptions(greeting=greeting, **rest).as_json()
            return Channel.objects.create(
                kind="chat", name=name, address=address, team=team, answers_by=mailbox, options=options,
                language=self.company.language,
            )  # fmt: skip

        return self._once(Channel, {"kind": "chat", "address": address}, make)

    def auto_reply(self, body: str) -> MailTemplate:
        """The words of the first automatic answer, for mailboxes that have none of their own."""
        which = {"channel": None, "kind": MailTemplate.Kind.AUTO_REPLY, "language": self.company.language}
        return self._once(MailTemplate, which, lambda: MailTemplate.objects.create(**which, body=body))

    def _once(self, model: type[Row], which: Mapping[str, Any], make: Callable[[], Row]) -> Row:
        found = model._default_manager.filter(**which).first()
        row = found or make()
        self.made.append(Made(row, is_new=found is None))
        return row

    def _last(self, model: type[Model]) -> int:
        return int(model._default_manager.aggregate(last=Max("position"))["last"] or 0)


def _as_texts(covers: Mapping[str, list[Any]]) -> dict[str, list[str]]:
    return {key: [str(value) for value in wanted] for key, wanted in covers.items()}


def _tree(conditions: Iterable[Leaf | list[Leaf]]) -> dict[str, Any]:
    return {"all": [{"any": [*map(_leaf, one)]} if isinstance(one, list) else _leaf(one) for one in conditions]}


def _leaf(condition: Leaf) -> dict[str, str]:
    key, how, value = condition
    return {"if": key, "is": how, "value": str(value)}


def apply(preset: Preset, *, by: Member | None, at: datetime | None = None) -> list[Made]:
    """Make all that the preset names and is not there yet; what it named, in order."""
    at, company = at or now(), Company.objects.get()
    with transaction.atomic(), override(company.language):
        bench = Making(company, by=by, at=at)
        preset.make(bench)
        new = sum(one.is_new for one in bench.made)
        if new:
            Policy.touch()
        record("preset.applied", company, by=by, at=at, preset=preset.key, new=new, left=len(bench.made) - new)
    return bench.made


@contextmanager
def rehearsal(preset: Preset, *, by: Member | None) -> Iterator[list[Made]]:
    """What `apply` would make, there to be looked at inside the block and gone after it."""
    with transaction.atomic():
        yield apply(preset, by=by)
        transaction.set_rollback(True)
