"""Any number of believable tickets, fast: for measuring, and for seeing how a full house looks.

The rows are those that the verbs would have written, journal included. The same seed makes the same tickets.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from otklik.clients.models import Address, Organisation, Person
from otklik.journal.models import Event
from otklik.staff.models import Member, Team
from otklik.tickets import search
from otklik.tickets.models import Channel, Delivery, Message, Tag, Ticket, TicketTag

from .lives import Life, Pools, Somebody
from .phrases import CALLED, FIRMS, LAST, MEN, TAGS, WOMEN
from .pouring import as_json, keep_counting, last_key

CHUNK = 5000  # tickets in one transaction
TICKETS_A_PERSON = 6
TICKETS_A_DAY = 200
LONGEST_PAST = timedelta(days=1100)
FILLED = (Person, Address, Organisation, Ticket, Message, Delivery, TicketTag, Event)


class Nobody(Exception):
    """The store has no team with a mailbox and somebody who answers."""


class Multitude:
    """Makes tickets chunk by chunk, from the oldest to the newest."""

    def __init__(self, seed: int, at: datetime) -> None:
        self.random = Random(seed)  # noqa: S311 it only chooses words
        self.at = at
        self.mailboxes = list(Channel.objects.active().filter(kind="email").order_by("pk"))
        self.agents = {
            team.pk: list(Member.objects.answering(team).values_list("pk", flat=True)) for team in Team.objects.all()
        }
        self.mailboxes = [mailbox for mailbox in self.mailboxes if self.agents[mailbox.team_id]]
        if not self.mailboxes:
            raise Nobody
        self.tags = [Tag.objects.get_or_create(name=name)[0].pk for name in TAGS]
        self.people: list[Somebody] = []
        self.firms: list[tuple[int, str]] = []

    def make(self, count: int, *, progress: Callable[[int, int], None]) -> None:
        past = min(LONGEST_PAST, max(timedelta(days=30), timedelta(days=count / TICKETS_A_DAY)))
        for begin in range(0, count, CHUNK):
            size = min(CHUNK, count - begin)
            opened = sorted(self.at - past * (1 - (begin + self.random.random() * size) / count) for _ in range(size))
            with transaction.atomic():
                self._chunk(opened)
            progress(begin + size, count)

    def _chunk(self, opened: list[datetime]) -> None:
        pools = Pools(last_key(Message), last_key(Delivery))
        self._introduce(len(opened) // TICKETS_A_PERSON + 1, pools, opened[0])
        first = last_key(Ticket) + 1
        for number, at in enumerate(opened, first):
            self._one(number, at, pools)
        pools.pour()
        keep_counting(FILLED)
        search.index(range(first, first + len(opened)))

    def _one(self, number: int, at: datetime, pools: Pools) -> None:
        choose = self.random
        mailbox = choose.choice(self.mailboxes)
        agent = choose.choice(self.agents[mailbox.team_id])
        life = Life(choose, number, choose.choice(self.people), mailbox, agent=agent, opened=at, now=self.at)
        life.live(pools)
        for tag in choose.sample(self.tags, choose.choice((0, 0, 1, 1, 2))):
            pools.tags.add(number, tag)

    def _introduce(self, count: int, pools: Pools, at: datetime) -> None:
        """New people, with an address each; most of them of a firm."""
        person, address = last_key(Person), last_key(Address)
        self._found(count // 8 + 1, pools)
        for place in range(1, count + 1):
            firm = self.random.choice(self.firms) if self.random.random() < 0.7 else None
            name = self._name()
            email = f"client{person + place}@{firm[1] if firm else 'pochta.example'}"
            pools.people.add(person + place, name, firm[0] if firm else None, "ru", pools.stamp(at))
            pools.addresses.add(address + place, person + place, "email", email)
            facts = as_json(channel="email")
            pools.events.add("person.appeared", "person", person + place, "", None, pools.stamp(at), facts)
            self.people.append(Somebody(person + place, address + place, email))

    def _found(self, count: int, pools: Pools) -> None:
        last = last_key(Organisation)
        for number in range(last + 1, last + count + 1):
            sort, called = self.random.choice(FIRMS), self.random.choice(CALLED)
            domain = f"firma{number}.example"
            pools.firms.add(number, f"{sort} «{called}»", domain)
            self.firms.append((number, domain))

    def _name(self) -> str:
        first, last = self.random.choice(MEN + WOMEN), self.random.choice(LAST)
        return f"{first} {last}а" if first in WOMEN else f"{first} {last}"
