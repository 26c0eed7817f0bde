"""One made-up ticket from its first message to wherever it stands today, as rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from otklik.clients.models import Address, Organisation, Person
from otklik.journal.models import Event
from otklik.tickets.models import Channel, Delivery, Message, Ticket, TicketTag
from otklik.tickets.opening import excerpt

from .phrases import ASKS, DETAILS, ENDS, FOLLOWS, NOTES, THANKS, TROUBLES
from .pouring import Pool, as_json, stamper

PRIORITIES = (1, 2, 2, 2, 2, 2, 2, 3, 3, 4)
SETTLED_AFTER = timedelta(days=14)  # nearly everything older is over


@dataclass(frozen=True)
class Somebody:
    person: int
    address: int
    email: str


class Pools:
    """The rows of one chunk, in the order in which they may be poured."""

    def __init__(self, last_message: int, last_delivery: int) -> None:
        self.last_message, self.last_delivery = last_message, last_delivery
        self.stamp = stamper()
        self.firms = Pool(Organisation, "id", "name", "domain")
        self.people = Pool(Person, "id", "name", "organisation", "language", "created_at")
        self.addresses = Pool(Address, "id", "person", "kind", "value")
        self.tickets = Pool(
            Ticket,
            *("id", "subject", "type", "state", "state_at", "state_by", "priority", "team", "assignee", "client"),
            *("address", "channel", "opened_at", "active_at", "excerpt"),
        )
        self.tags = Pool(TicketTag, "ticket", "tag")
        self.messages = Pool(
            Message,
            *("id", "ticket", "person", "member", "is_note", "text", "subject", "via", "external_id", "at"),
        )
        self.deliveries = Pool(Delivery, "id", "message", "channel", "person", "address", "due_at", "tries", "sent_at")
        self.events = Pool(Event, "kind", "about", "about_id", "by", "by_id", "at", "facts")

    def pour(self) -> None:
        self.events.rows.sort(key=lambda row: row[5])
        for pool in (self.firms, self.people, self.addresses, self.tickets, self.tags, self.messages):
            pool.pour()
        self.deliveries.pour()
        self.events.pour()


class Life:
    """What happens to one ticket. Every deed takes its time; what would be in the future does not happen."""

    def __init__(
        self,
        choose: Random,
        number: int,
        client: Somebody,
        mailbox: Channel,
        *,
        agent: int,
        opened: datetime,
        now: datetime,
    ) -> None:
        self.choose, self.number, self.client, self.mailbox, self.agent = choose, number, client, mailbox, agent
        self.opened = self.at = self.state_at = self.active_at = opened
        self.now = now
        self.state, self.assigned, self.excerpt = "new", False, ""
        self.type, self.subject, self.trouble = choose.choice(TROUBLES)

    def live(self, pools: Pools) -> None:
        """Add all rows of this ticket to the pools."""
        self.pools = pools
        facts = as_json(channel=self.mailbox.pk, subject=self.subject)
        self._event("ticket.opened", facts, by="person")
        self._says(f"Здравствуйте! {self.trouble} {self.choose.choice(DETAILS)}")
        for deed in self._plan():
            pause = timedelta(minutes=self.choose.expovariate(1 / 90) + 1)
            if self.at + pause > self.now:
                break
            self.at += pause
            deed()
        self._ticket()

    def _plan(self) -> list[Callable[[], None]]:
        """Old tickets went the whole way; of the new ones, each stopped somewhere on it."""
        way = [self._assign, self._asks]
        if self.choose.random() < 0.3:
            way.insert(1, self._notes)
        if self.choose.random() < 0.6:
            way += [self._follows, self._asks]
        way += [self._ends]
        if self.choose.random() < 0.3:
            way += [self._thanks, self._resolves]
        way += [self._closes]
        age = self.now - self.opened
        finished = self.choose.random() < (0.99 if age > SETTLED_AFTER else 0.55)
        return way if finished else way[: self.choose.randrange(len(way))]

    def _assign(self) -> None:
        self.assigned = True
        self._event("ticket.assigned", as_json(before=None, after=self.agent))
        self._moves("open")

    def _asks(self) -> None:
        self._answers(self.choose.choice(ASKS))
        self._moves("waiting_client")

    def _ends(self) -> None:
        self._answers(self.choose.choice(ENDS))
        self._moves("resolved")

    def _notes(self) -> None:
        self._event("message.noted", as_json(message=self._message(self.choose.choice(NOTES), note=True)))

    def _follows(self) -> None:
        self._says(self.choose.choice(FOLLOWS))
        self._moves("open", by="person")

    def _thanks(self) -> None:
        self._says(self.choose.choice(THANKS))
        self._moves("open", by="person")

    def _resolves(self) -> None:
        self._moves("resolved")

    def _closes(self) -> None:
        self.at = min(self.at + timedelta(days=3), self.now)
        self._moves("closed")

    def _says(self, text: str) -> None:
        message = self._message(text, ours=False)
        facts = as_json(message=message, channel=self.mailbox.pk, via="email", opened=self.at == self.opened)
        self._event("message.received", facts, by="person")

    def _answers(self, text: str) -> None:
        message = self._message(text)
        self._event("message.sent", as_json(message=message))
        self.pools.last_delivery += 1
        delivery, mailbox, client = self.pools.last_delivery, self.mailbox.pk, self.client
        at = self.pools.stamp(self.at)
        self.pools.deliveries.add(delivery, message, mailbox, client.person, client.email, None, 1, at)
        self._event("delivery.sent", as_json(message=message, delivery=delivery), by="")

    def _message(self, text: str, *, ours: bool = True, note: bool = False) -> int:
        self.pools.last_message += 1
        pk = self.pools.last_message
        person, member = (None, self.agent) if ours else (self.client.person, None)
        via, name = ("", None) if note else ("email", f"<demo.{self.number}.{pk}@demo.example>")
        at = self.pools.stamp(self.at)
        self.pools.messages.add(pk, self.number, person, member, note, text, self.subject, via, name, at)
        if not note:
            self.active_at, self.excerpt = self.at, excerpt(text)
        return pk

    def _moves(self, state: str, by: str = "member") -> None:
        if state != self.state:
            self._event("ticket.state_changed", as_json(before=self.state, after=state), by=by)
            self.state, self.state_at, self.state_by = state, self.at, by

    def _event(self, kind: str, facts: str, by: str = "member") -> None:
        who = {"member": self.agent, "person": self.client.person}.get(by)
        self.pools.events.add(kind, "ticket", self.number, by, who, self.pools.stamp(self.at), facts)

    def _ticket(self) -> None:
        by = self.agent if self.state != "new" and self.state_by == "member" else None
        mailbox, client = self.mailbox, self.client
        self.pools.tickets.add(
            *(self.number, self.subject, self.type, self.state, self.pools.stamp(self.state_at), by),
            *(self.choose.choice(PRIORITIES), mailbox.team_id, self.agent if self.assigned else None),
            *(client.person, client.address, mailbox.pk),
            *(self.pools.stamp(self.opened), self.pools.stamp(self.active_at), self.excerpt),
        )
