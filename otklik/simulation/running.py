"""The run: requests come, people answer, the worker does what is due, from moment to moment on a virtual clock.

Nothing is looked at between two moments at which something happens: the next one is the earliest of what people do,
of what is due in the store, and of the next opening.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from random import Random

from otklik.approvals.models import Approval, Ask
from otklik.calendars.models import Calendar
from otklik.clients.models import EMAIL, PHONE, Address
from otklik.lib.inbound import Inbound, Sender
from otklik.sla.models import Callback
from otklik.staff.models import Company
from otklik.tickets.intake import Received, receive
from otklik.tickets.lines import escalate, next_line
from otklik.tickets.models import Ticket
from otklik.tickets.replying import reply

from .arrivals import Arrivals
from .company import DOMAIN, Doors
from .people import Crew, Habits, Worker
from .worker import VirtualWorker

Act = Callable[[datetime], None]
CONSENT = timedelta(minutes=30)  # until a head looks at what is asked


@dataclass
class Run:
    """One trial: `go` answers when it has ended; what happened lies in the store and with the crew."""

    first: date
    days: int
    arrivals: Arrivals
    habits: Habits
    seed: int
    company: Company = field(default_factory=Company.current)
    crew: Crew = field(default_factory=Crew.there)
    doors: Doors = field(default_factory=Doors.there)
    worker: VirtualWorker = field(default_factory=VirtualWorker)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311 it keeps no secret
        self.turn = count()  # breaks ties in the order in which things were planned
        self.plan: list[tuple[datetime, int, Act]] = []

    def go(self, tell: Callable[[date], None] = lambda day: None) -> datetime:
        """Let all requests come, and the days after the last end; `tell` hears of each day that begins."""
        zone = self.company.zone
        begin = datetime.combine(self.first, datetime.min.time(), zone)
        end = begin + timedelta(days=self.days)
        for number, at in enumerate(self.arrivals.moments(self.first, self.days, zone, self.chance), 1):
            self.at(at, partial(self.arrive, number))
        for calendar in {one for worker in self.crew.workers for one in worker.calendars if one}:
            for opening in openings(calendar, begin, end):
                self.at(opening, lambda at: None)
        told = begin.date() - timedelta(days=1)
        moment: datetime | None = begin
        while moment is not None and moment < end:
            if moment.astimezone(zone).date() != told:
                told = moment.astimezone(zone).date()
                tell(told)
            self.live(moment)
            moment = self.next(moment)
        return end

    def at(self, moment: datetime, act: Act) -> None:
        heapq.heappush(self.plan, (moment, next(self.turn), act))

    def next(self, after: datetime) -> datetime | None:
        """When something happens next."""
        planned = self.plan[0][0] if self.plan else None
        return min((one for one in (planned, self.worker.next(after)) if one), default=None)

    def live(self, now: datetime) -> None:
        acts = []
        while self.plan and self.plan[0][0] <= now:
            acts.append(heapq.heappop(self.plan)[2])
            acts[-1](now)
        if not self.worker.work(now) and not acts:
            return  # nobody has anything new to do
        for worker, ticket, callback in self.crew.work(now):
            act = partial(self.call, callback, worker) if callback else partial(self.answer, ticket, worker)
            self.begin(worker, ticket, now, act)

    def begin(self, worker: Worker, ticket: int, now: datetime, act: Act) -> None:
        """Somebody is busy with a ticket, and does it at the end."""
        length = self.habits.length(self.chance)
        worker.busy = True
        worker.spells.append((now, now + length, ticket))
        self.crew.handled.add(ticket)

        def end(at: datetime) -> None:
            worker.busy = False
            self.crew.handled.discard(ticket)
            act(at)

        self.at(now + length, end)

    def arrive(self, number: int, at: datetime) -> None:
        channel, inbound = self.doors.request(number, self.chance)
        received = receive(inbound, channel=channel, at=at)
        if isinstance(received, Received):
            # Everybody can be called and written to, a visitor of a chat, too.
            person = received.message.ticket.client
            for kind, value in ((PHONE, f"+7900{number:07d}"), (EMAIL, f"client{number}@{DOMAIN}")):
                Address.objects.get_or_create(kind=kind, value=value, defaults={"person": person})

    def answer(self, pk: int, worker: Worker, at: datetime) -> None:
        ticket = Ticket.objects.select_related("team", "client").get(pk=pk)
        if ticket.team_id not in {team.pk for team in worker.teams} or ticket.state not in ("new", "open"):
            return  # it was taken away meanwhile
        draw = self.chance.random()
        if draw < self.habits.passes_on and next_line(ticket.team):
            escalate(ticket, by=None, at=at)
            return
        asks = draw > 1 - self.habits.asks
        reply(ticket, by=worker.member, text="…", then="waiting_client" if asks else "resolved", at=at)
        worker.answers += 1
        if asks:
            self.at(at + self.habits.silence(self.chance), partial(self.hear, pk))
        for approval in Approval.objects.waiting().filter(ticket=pk):
            self.at(at + CONSENT, partial(self.agree, approval))

    def hear(self, pk: int, at: datetime) -> None:
        """The client answers our question."""
        ticket = Ticket.objects.select_related("channel", "address").get(pk=pk)
        if ticket.state != Ticket.State.WAITING_CLIENT or not ticket.channel or not ticket.address:
            return
        sender = Sender(ticket.address.kind, ticket.address.value)
        answer = Inbound(f"<{pk}.{at.timestamp()}>", sender, "…", ticket_number=pk)
        receive(answer, channel=ticket.channel, at=at)

    def call(self, callback: Callback, worker: Worker, at: datetime) -> None:
        callback.refresh_from_db()
        if callback.ended_at is None:
            callback.call(is_reached=True, by=worker.member, at=at)
            worker.calls += 1

    def agree(self, approval: Approval, at: datetime) -> None:
        """Whoever is asked looks at it, and agrees."""
        ask = Ask.objects.filter(approval=approval, is_yes=None).select_related("member").order_by("pk").first()
        if ask and Approval.objects.waiting().filter(pk=approval.pk).exists():
            approval.refresh_from_db()
            approval.decide(by=ask.member, is_yes=True, at=at)


def openings(calendar: Calendar, begin: datetime, end: datetime) -> Iterator[datetime]:
    """When a calendar opens between two times."""
    opens = calendar.working_time(begin).opens(begin)
    while opens and opens < end:
        yield opens
        closes = calendar.working_time(opens).closes(opens)
        opens = calendar.working_time(closes).opens(closes) if closes else None
