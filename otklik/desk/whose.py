"""Why a ticket is with its team and its assignee: what the journal says of it, in whole sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from otklik.journal.kinds import Line, narrate
from otklik.journal.models import Event
from otklik.lib.judging import in_words
from otklik.lib.rulebook import rulebook
from otklik.routing.choosing import Reason
from otklik.routing.models import Assignment, Recall, Route, Wait
from otklik.staff.models import Member, Team
from otklik.tickets.models import Channel, Ticket

OPENED, ROUTED, HANDED_OVER = "ticket.opened", "ticket.routed", "ticket.handed_over"
ASSIGNED, PLACED, TAKEN_BACK, UNNOTICED = "ticket.assigned", "ticket.placed", "ticket.taken_back", "ticket.unnoticed"
OF_TEAM, OF_PERSON = (OPENED, ROUTED, HANDED_OVER), (ASSIGNED, PLACED, TAKEN_BACK, UNNOTICED)
FACTS: Mapping[str, Mapping[str, type[Model]]] = {
    OPENED: {"channel": Channel},
    ROUTED: {"route": Route, "before": Team, "after": Team},
    HANDED_OVER: {"before": Team, "after": Team},
    ASSIGNED: {"before": Member, "after": Member},
    PLACED: {"member": Member},
    TAKEN_BACK: {"member": Member},
    UNNOTICED: {"team": Team},
}


@dataclass(frozen=True)
class Step:
    """One decision about a ticket: when, and the sentences that tell it."""

    at: datetime
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Whose:
    """`waits` says why nobody has it; "" if somebody has, or nobody needs to."""

    team: list[Step]
    person: list[Step]
    waits: str


def whose(ticket: Ticket) -> Whose:
    events = list(Event.objects.about(ticket).filter(kind__in=(*OF_TEAM, *OF_PERSON)).order_by("id"))
    story = Story(ticket, narrate(events), _rows_of(events))
    return Whose(list(story.of_team()), list(story.of_person()), _waits(ticket))


def _rows_of(events: Iterable[Event]) -> dict[tuple[type[Model], int], Model]:
    """Every row that the events speak of and that is still there."""
    wanted: dict[type[Model], set[int]] = {}
    for event in events:
        for key, model in FACTS[event.kind].items():
            if event.facts.get(key):
                wanted.setdefault(model, set()).add(event.facts[key])
    return {
        (model, pk): row for model, pks in wanted.items() for pk, row in model._default_manager.in_bulk(pks).items()
    }


@dataclass(frozen=True)
class Story:
    """The events of a ticket as lines, with the rows that they speak of."""

    ticket: Ticket
    lines: list[Line]
    rows: Mapping[tuple[type[Model], int], Model]

    def of_team(self) -> Iterator[Step]:
        moves = [line.event for line in self.lines if line.event.kind in (ROUTED, HANDED_OVER)]
        first = self._name(moves[0], "before") if moves else self.ticket.team.name
        for line in self.lines:
            match line.event.kind:
                case "ticket.opened":
                    yield Step(line.at, (self._opened(line, first),))
                case "ticket.routed":
                    yield Step(line.at, self._routed(line.event))
                case "ticket.handed_over":
                    yield Step(line.at, self._handed_over(line))

    def of_person(self) -> Iterator[Step]:
        told = {(line.event.at, line.event.facts["member"]) for line in self.lines if line.event.kind == PLACED}
        ended = {line.event.at for line in self.lines if line.event.kind in (HANDED_OVER, TAKEN_BACK)}
        for line in self.lines:
            event = line.event
            if event.kind == ASSIGNED and not event.facts["after"] and event.at in ended:
                continue  # it follows from what is told beside it
            if event.kind in OF_PERSON and (event.at, event.facts.get("after")) not in told:
                yield Step(line.at, (self._about_person(line),))

    def _name(self, event: Event, key: str) -> str:
        row = self.rows.get((FACTS[event.kind][key], event.facts.get(key) or 0))
        return str(row) if row else _("deleted")

    def _opened(self, line: Line, team: str) -> str:
        names = {"who": line.who, "team": team}
        if line.event.by == Member.journal_name:
            return _("%(who)s opened it for the team “%(team)s”.") % names
        if line.event.facts["channel"]:
            names["channel"] = self._name(line.event, "channel")
            return _("It came in by “%(channel)s”, and so to the team “%(team)s”.") % names
        return _("It was opened for the team “%(team)s”.") % names

    def _routed(self, event: Event) -> tuple[str, ...]:
        names = {"route": self._name(event, "route"), "team": self._name(event, "after")}
        is_moved = event.facts["before"] != event.facts["after"]
        text = _("The route “%(route)s” fitted and sent it to the team “%(team)s”.") if is_moved else _(
            "The route “%(route)s” fitted and left it with the team “%(team)s”."
        )  # fmt: skip
        route = self.rows.get((Route, event.facts["route"]))
        return (text % names, *([_asks(route)] if isinstance(route, Route) else []))

    def _handed_over(self, line: Line) -> tuple[str, ...]:
        event = line.event
        names = {"who": line.who, "before": self._name(event, "before"), "team": self._name(event, "after")}
        texts = {
            Member.journal_name: _("%(who)s handed it over from “%(before)s” to “%(team)s”."),
            "rule": _("The rule “%(who)s” handed it over from “%(before)s” to “%(team)s”."),
        }
        ladder = _("The escalation ladder of the agreement moved it from “%(before)s” to “%(team)s”.")
        why = event.facts.get("why")
        return (texts.get(event.by, ladder) % names, *([_("The reason: %(why)s") % {"why": why}] if why else []))

    def _about_person(self, line: Line) -> str:
        event = line.event
        match event.kind:
            case "ticket.placed":
                names = {"member": self._name(event, "member"), "why": Reason(event.facts["why"]).label}
                return _("Otklik gave it to %(member)s: %(why)s.") % names
            case "ticket.taken_back":
                names = {"member": self._name(event, "member"), "why": Recall.Why(event.facts["why"]).label}
                return _("It was taken back from %(member)s: %(why)s.") % names
            case "ticket.unnoticed":
                names = {"team": self._name(event, "team"), "minutes": event.facts["minutes"]}
                return (
                    _("Nobody of “%(team)s” took it within %(minutes)s min of working time; the head was told.") % names
                )
        return self._assigned(line) if event.facts["after"] else self._let_go(line)

    def _assigned(self, line: Line) -> str:
        event, names = line.event, {"who": line.who, "member": self._name(line.event, "after")}
        if event.by == Member.journal_name and event.by_id == event.facts["after"]:
            return _("%(member)s took it.") % names
        texts = {
            Member.journal_name: _("%(who)s gave it to %(member)s."),
            "rule": _("The rule “%(who)s” gave it to %(member)s."),
        }
        return texts.get(event.by, _("Otklik gave it to %(member)s.")) % names

    def _let_go(self, line: Line) -> str:
        event, names = line.event, {"who": line.who, "member": self._name(line.event, "before")}
        if event.by == Member.journal_name and event.by_id == event.facts["before"]:
            return _("%(member)s put it back.") % names
        texts = {
            Member.journal_name: _("%(who)s took it from %(member)s."),
            "rule": _("The rule “%(who)s” took it from %(member)s."),
        }
        return texts.get(event.by, _("It was taken from %(member)s.")) % names


def _asks(route: Route) -> str:
    """What a route takes, as it stands now."""
    asked = in_words(route.conditions, rulebook())
    if not asked:
        return _("This route takes whatever no route before it takes.")
    return _("As it stands now, this route takes: %(conditions)s.") % {"conditions": asked}


def _waits(ticket: Ticket) -> str:
    """Why nobody has it; "" if somebody has, or nobody needs to."""
    if ticket.assignee_id or ticket.is_over:
        return ""
    names: dict[str, Any] = {"team": ticket.team.name}
    assignment = Assignment.objects.filter(team=ticket.team_id).first()
    if assignment is None or not assignment.is_automatic:
        return _("Nobody has it: in the team “%(team)s” tickets are taken by hand.") % names
    wait = Wait.objects.filter(ticket=ticket).first()
    if wait is None:
        return _("Nobody has it, and it is not given out now: it is not our turn.")
    return _("Nobody has it: it waits until somebody of the team “%(team)s” is there, has room and the skills.") % names
