"""Where a ticket that came in goes: the first route that fits it, carried out."""

from __future__ import annotations

import logging
from datetime import datetime

from otklik.journal.record import record
from otklik.lib.errors import OtklikError
from otklik.lib.judging import first_failing
from otklik.lib.ruling import Subject
from otklik.staff.models import Member, Team
from otklik.tickets.models import Ticket

from .models import Need, Route
from .setup import Setup

log = logging.getLogger(__name__)


def fitting(subject: Subject, known: Setup) -> Route | None:
    """The first route whose conditions hold. One that asks for what does not exist any more fits nothing."""
    return next((route for route in known.routes if _fits(route, subject, known)), None)


def _fits(route: Route, subject: Subject, known: Setup) -> bool:
    if known.book is None:
        return False
    try:
        return first_failing(route.conditions, subject, known.book) is None
    except OtklikError as refusal:
        # The list of routes shows it too; a mail must not wait for somebody to mend it.
        log.warning("The route “%s” cannot be asked: %s", route, refusal)
        return False


def follow(route: Route, ticket: Ticket, *, at: datetime) -> Member | None:
    """Do to a ticket what a route says; the member whom it is meant for first, if anybody."""
    wanted = ticket.client.looked_after_by if route.is_personal else None
    wanted = wanted if wanted and wanted.can_answer else None
    team = route.team or _team_of(wanted, ticket.team)
    Need.objects.bulk_create([Need(ticket=ticket, skill=skill) for skill in route.skills.all()], ignore_conflicts=True)
    if team != ticket.team:
        Ticket.objects.filter(pk=ticket.pk, team=ticket.team).update(team=team)
    record("ticket.routed", ticket, at=at, route=route.pk, before=ticket.team_id, after=team.pk)
    ticket.team = team
    if route.priority is not None:
        ticket.set_priority(route.priority, by=route, at=at)
    for name in route.tags:
        ticket.tag(name, by=route, at=at)
    return wanted


def _team_of(wanted: Member | None, team: Team) -> Team:
    """The ticket's team, unless whom it is meant for is in others only: then the first of theirs."""
    if wanted is None:
        return team
    theirs = list(wanted.teams.all())
    return team if team in theirs or not theirs else theirs[0]
