"""What plays of whole desks share: a company that took a preset, and a clock on which the worker does what is due."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.test import TestCase

from otklik.channels.email.models import OutboxMail
from otklik.channels.webform.options import parse
from otklik.journal.models import Event
from otklik.lib.inbound import Inbound, Sender
from otklik.lib.remembered import forget_all
from otklik.notices.models import Notice
from otklik.presets.book import PRESETS
from otklik.presets.making import apply
from otklik.simulation.worker import VirtualWorker
from otklik.staff.models import Company, Member, Team
from otklik.testing import make_mailbox, make_member, standing_clock
from otklik.tickets.intake import Received, receive
from otklik.tickets.models import Channel, RawMessage, Ticket, TicketField
from otklik.tickets.raw import take_in
from otklik.tickets.replying import reply
from otklik.tickets.sending import send_due

MOSCOW = ZoneInfo("Europe/Moscow")


def may(day: int, hour: int, minute: int = 0) -> datetime:
    """In May 2026 the 18th is a Monday; free are the 1st, the 9th to the 11th, and weekends."""
    return datetime(2026, 5, day, hour, minute, tzinfo=MOSCOW)


class DeskTestCase(TestCase):
    """One ready-made desk. Its head is Vera; whoever else a play needs is hired by it."""

    preset = ""

    def setUp(self) -> None:
        forget_all()
        self.addCleanup(forget_all)
        Company.objects.create(name="Demo", language="en", time_zone="Europe/Moscow")
        self.vera = make_member("Vera Chief", role=Member.Role.ADMINISTRATOR)
        self.clock = may(1, 0)
        apply(PRESETS[self.preset], by=self.vera, at=self.clock)
        self.worker = VirtualWorker()

    def team(self, name: str) -> Team:
        return Team.objects.get(name=name)

    def hire(self, name: str, team: str, **rest: Any) -> Member:
        member = make_member(name, self.team(team))
        Member.objects.filter(pk=member.pk).update(**rest)
        member.refresh_from_db()
        return member

    def mailbox(self, team: str) -> Channel:
        return make_mailbox("desk@demo.example", self.team(team))

    def until(self, at: datetime) -> None:
        """Let the time pass, and the worker do all that falls due on the way."""
        while (due := self.worker.next(self.clock)) and due < at:
            self.clock = due
            self.worker.work(due)
        self.clock = at
        self.worker.work(at)

    def comes(self, channel: Channel, at: datetime, *, sender: Sender | None = None, **said: Any) -> Ticket:
        """A client writes."""
        self.until(at)
        sender = sender or Sender("email", "bea@alpha.example", "Bea Orlova")
        inbound = Inbound(f"<{at:%d%H%M}@alpha.example>", sender, said.pop("text", "Please help."), **said)
        received = receive(inbound, channel=channel, at=at)
        assert isinstance(received, Received), received
        self.worker.work(at)
        return received.message.ticket

    def fills_in_form(self, label: str, at: datetime, *, phone: str = "", **fields: str) -> Ticket:
        """A client chooses a topic of the desk's form, and sends it; it is read as the worker does."""
        self.until(at)
        form = Channel.objects.get(kind="webform")
        topic = next(topic for topic in parse(form.options).topics if topic.label == label)
        who = {"name": "Bea Orlova", "email": "bea@alpha.example", "language": "en"}
        about = {"type": topic.type, "tags": topic.tags, "fields": fields}
        said = who | about | {"subject": label, "text": "Please help.", "files": []}
        self.assertLessEqual(fields.keys(), set(topic.fields))
        body, envelope = json.dumps(said).encode(), {"phone": phone} if phone else {}
        raw = RawMessage.objects.create(
            channel=form, digest=f"{at}", body=body, envelope=envelope, received_at=at, due_at=None
        )
        take_in([raw])
        self.worker.work(at)
        return RawMessage.objects.get(pk=raw.pk).message.ticket

    def now(self, ticket: Ticket) -> Ticket:
        """As it is by now."""
        return Ticket.objects.select_related("team", "assignee", "client").get(pk=ticket.pk)

    def answers(self, ticket: Ticket, member: Member, at: datetime, *, then: str = "waiting_client") -> None:
        self.until(at)
        reply(self.now(ticket), by=member, text="It is done.", then=then, at=at)
        self.worker.work(at)

    def fills_in(self, ticket: Ticket, key: str, value: Any, member: Member, at: datetime) -> None:
        self.until(at)
        self.now(ticket).set_field(TicketField.objects.get(key=key), value, by=member, at=at)
        self.worker.work(at)

    @contextmanager
    def at_the_desk(self, member: Member, at: datetime) -> Iterator[None]:
        """The member uses the pages at a moment; then the worker works."""
        self.until(at)
        self.client.force_login(member)
        with standing_clock(at):
            yield
        self.worker.work(at)

    def happened(self, *kinds: str) -> list[tuple[str, str]]:
        """What happened when, of these kinds: “18 10:12”."""
        return [(_moment(event.at), event.kind) for event in Event.objects.filter(kind__in=kinds).order_by("id")]

    def told(self, *kinds: str) -> list[tuple[str, str]]:
        """Who was told when, of these kinds of events."""
        rows = Notice.objects.filter(event__kind__in=kinds).select_related("event", "member").order_by("event", "pk")
        return [(_moment(row.event.at), row.member.name.split()[0]) for row in rows]

    def sent(self) -> list[tuple[str, str]]:
        """Whom what mail went to: the mailboxes of these plays have no server, so it lies in the outbox."""
        with standing_clock(self.clock):
            while send_due():
                pass
        return [(mail.recipient, bytes(mail.raw).decode()) for mail in OutboxMail.objects.order_by("pk")]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(MOSCOW):%d %H:%M}"
