"""The dated cases of `cases.txt`, end to end on the presets as made: intake, clocks, the worker’s duties, notices."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.test import TestCase

from otklik.approvals.models import Approval
from otklik.calendars.models import Calendar
from otklik.calendars.writing import read_hours
from otklik.clients.models import EMAIL, PHONE, Address
from otklik.journal.models import Event
from otklik.lib.inbound import Inbound, Sender
from otklik.lib.remembered import forget_all
from otklik.notices.models import Notice
from otklik.presets.book import PRESETS
from otklik.presets.making import apply
from otklik.simulation.worker import VirtualWorker
from otklik.sla.models import Clock
from otklik.sla.models.callback import promise_callback
from otklik.sla.recalculating import recalculate
from otklik.staff.models import Company, Member, Team
from otklik.testing import make_mailbox, make_member
from otklik.tickets.intake import receive
from otklik.tickets.models import Channel, Ticket, TicketField
from otklik.tickets.replying import reply

from .dated import Case, cases

FIRST = datetime(2024, 12, 31, tzinfo=UTC)
SECOND = timedelta(seconds=1)
STATES = {"waits for others": "waiting_third_party", "goes on": "open", "resolved": "resolved"}


class World:
    """A company that took a preset on the last day of 2024, and whose worker works whenever something happens."""

    def __init__(self, preset: str, zone: str) -> None:
        Company.objects.create(name="Demo", language="en", time_zone=zone)
        self.head = make_member("Vera Chief", role=Member.Role.ADMINISTRATOR)
        apply(PRESETS[preset], by=self.head, at=FIRST)
        for calendar in Calendar.objects.exclude(days=None):
            for year in (2026, 2027):
                calendar.follow_russia(year)
        self.teams = {team.name: team for team in Team.objects.all()}
        self.agents = {name: make_member(f"Agent{team.pk} Of {name}", team) for name, team in self.teams.items()}
        self.mailboxes = {name: self.mailbox(name, team) for name, team in self.teams.items()}

    def mailbox(self, name: str, team: Team) -> Channel:
        if chat := Channel.objects.filter(kind="chat", team=team).first():
            return chat
        return make_mailbox(f"{name.lower().replace(' ', '-')}@demo.example", team, name=name)

    def open(self, case: Case) -> Ticket:
        given = dict(case.given)
        team, priority = given.pop("team", next(iter(self.teams))), given.pop("priority", "normal")
        self.team, self.worker = team, VirtualWorker()
        fields = {"category": given.pop("category")} if "category" in given else {}
        self.ticket = self.hear("first", case.opened, **{"subject": "Hello", **given}, fields=fields)
        for kind, value in ((PHONE, "+79005550142"), (EMAIL, "bea@alpha.example")):
            Address.objects.get_or_create(kind=kind, value=value, defaults={"person": self.ticket.client})
        if priority != "normal":
            self.ticket.set_priority(Ticket.Priority[priority.upper()], by=self.head, at=case.opened)
        self.worker.work(case.opened)
        return self.ticket

    def hear(self, name: str, at: datetime, **rest: Any) -> Ticket:
        channel = self.mailboxes[self.team]
        sender = Sender("chat", "visitor") if channel.kind == "chat" else Sender("email", "bea@alpha.example")
        mail = Inbound(f"<{name}@alpha.example>", sender, "Please help.", **rest)
        return receive(mail, channel=channel, at=at).message.ticket

    def happen(self, at: datetime, what: str) -> None:
        ticket = Ticket.objects.get(pk=self.ticket.pk)
        verb, _sign, value = what.partition("=")
        agent = self.agents[ticket.team.name]
        if verb in ("asks", "answers"):
            reply(ticket, by=agent, text="Well…", then="waiting_client" if verb == "asks" else "open", at=at)
        elif verb == "client writes":
            self.hear(f"at-{at:%m%d%H%M}", at, replies_to=("<first@alpha.example>",))
        elif verb == "client wants a call":
            promise_callback(ticket, by=ticket.client, at=at)
        elif verb == "approved":
            Approval.objects.waiting().get(ticket=ticket).decide(by=self.head, is_yes=True, at=at)
        elif " on " in verb:
            self.change_calendar(*verb.split(" on "))
            recalculate(at)
        else:
            self.change(ticket, verb, value, by=agent, at=at)
        self.worker.work(at)

    def change(self, ticket: Ticket, verb: str, value: str, *, by: Member, at: datetime) -> None:
        if verb in STATES:
            ticket.set_state(STATES[verb], by=by, at=at)
        elif verb == "team":
            if ticket.type == Ticket.Type.COMPLAINT:
                ticket.set_field(TicketField.objects.get(key="complaint_about"), "Price", by=by, at=at)
            ticket.hand_to(self.teams[value], by=by, at=at, confirmed=True)
        elif verb == "priority":
            ticket.set_priority(Ticket.Priority[value.upper()], by=by, at=at)
        elif verb == "category":
            ticket.set_field(TicketField.objects.get(key=verb), value, by=by, at=at)
        elif verb == "type":
            ticket.set_type(value, by=by, at=at)
        else:
            getattr(ticket, verb)(value, by=by, at=at)

    def change_calendar(self, how: str, day: str) -> None:
        """“closed on 2025-03-07”, “open on 2025-08-30 10-14”."""
        day, _space, hours = day.partition(" ")
        Calendar.objects.get().set_day(date.fromisoformat(day), read_hours(hours), label=how)


class DatedCasesTests(TestCase):
    def setUp(self) -> None:
        # A test's changes are rolled back, so the same versions come again with other days and promises.
        forget_all()

    def test_every_deadline_is_the_one_worked_out_by_hand(self):
        found = list(cases())
        self.assertGreaterEqual(len(found), 60)
        for (preset, zone), its in groupby(found, key=lambda case: (case.preset, case.zone.key)):
            self.go_through(preset, zone, list(its))

    def go_through(self, preset: str, zone: str, its: list[Case]) -> None:
        with transaction.atomic():
            world = World(preset, zone)
            for case in its:
                with self.subTest(str(case)), transaction.atomic():
                    self.check(world, case)
                    transaction.set_rollback(True)
                forget_all()
            transaction.set_rollback(True)
        forget_all()

    def check(self, world: World, case: Case) -> None:
        ticket = world.open(case)
        for at, what in case.events:
            world.happen(at, what)
        clocks = {clock.metric: clock for clock in ticket.clocks.going() if clock.metric in case.due}
        self.assertEqual({metric: clock.due_at for metric, clock in clocks.items()}, utc(case.due))
        self.check_break(world, min(clocks.values(), key=lambda clock: clock.due_at), case)

    def check_break(self, world: World, clock: Clock, case: Case) -> None:
        """A second before the deadline all is well; at the deadline it is broken, once, and somebody is told."""
        last = max([case.opened, *(at for at, _what in case.events)])
        if clock.due_at - SECOND > last:
            world.worker.work(clock.due_at - SECOND)
            self.assertFalse(self.broken(clock).exists())
        for _again in range(2):
            world.worker.work(clock.due_at)
        self.assertEqual(self.broken(clock).count(), 1)
        clock.refresh_from_db()
        self.assertEqual(clock.broken_at, clock.due_at)
        self.assertTrue(Notice.objects.filter(event__kind="clock.escalated").exists())

    def broken(self, clock: Clock):
        return Event.objects.filter(kind="clock.broken", about_id=clock.ticket_id, facts__metric=clock.metric)


def utc(moments: dict[str, datetime]) -> dict[str, datetime]:
    return {name: at.astimezone(UTC) for name, at in moments.items()}
