"""The small cast that tests share, and one factory for each noun.

Ana is an agent of Support, Omar of Sales; Bea writes to Support, Carl is a client elsewhere.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from threading import Barrier, Thread
from time import process_time
from typing import Any, TypeVar
from unittest import mock

from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.test import TestCase
from django.utils import timezone
from django.utils.module_loading import import_string

from otklik.clients.models import Organisation, Person, identify
from otklik.journal.models import Event
from otklik.staff.models import Company, Member, Team
from otklik.tickets.models import Channel, Message, Ticket
from otklik.tickets.opening import Wish, open_ticket

PASSWORD = "a long enough password"


Answer = TypeVar("Answer")


def make_member(name: str, *teams: Team, role: str = Member.Role.AGENT) -> Member:
    email = f"{name.split()[0].lower()}@demo.example"
    member = Member.objects.create_user(email, PASSWORD, name=name, role=role, language="en")
    member.teams.set(teams)
    return member


def make_mailbox(address: str, team: Team, **rest: Any) -> Channel:
    return Channel.objects.create(**({"kind": "email", "name": "Support", "address": address, "team": team} | rest))


def make_ticket(client: Person, channel: Channel, *, subject: str = "Printer", text: str = "It is on fire.") -> Ticket:
    """A ticket with its first message, as intake would have made it."""
    address = client.addresses.get(kind="email")
    wish = Wish(client=client, team=channel.team, subject=subject, channel=channel, address=address)
    ticket = open_ticket(wish, by=client)
    Message.objects.create(
        ticket=ticket, person=client, text=text, via=channel.kind, external_id=f"<{ticket.pk}@{address.value}>"
    )
    Ticket.objects.filter(pk=ticket.pk).update(excerpt=text)
    ticket.refresh_from_db()
    return ticket


def kinds(thing: Model) -> list[str]:
    """What happened to a thing, oldest first."""
    return list(Event.objects.about(thing).values_list("kind", flat=True))


def react_to_all(reader: str) -> None:
    """Give every event to an *after* reader, settled or not: the test's own transaction is still open."""
    after = import_string(settings.REACTIONS["after"][reader])()
    after.react(list(Event.objects.filter(kind__in=after.kinds).order_by("tx", "id")))


def at_once(*jobs: Callable[[], Answer]) -> list[Answer]:
    """Let jobs begin at one moment, each with a connection of its own; what they answered, the first to end first."""
    done: list[Answer] = []
    gate = Barrier(len(jobs))

    def do(job: Callable[[], Answer]) -> None:
        gate.wait()
        try:
            done.append(job())
        finally:
            connection.close()

    threads = [Thread(target=do, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def growth(work: Callable[[int], object], size: int) -> float:
    """How many times longer a work takes when it is four times as much: 4 in proportion, 16 by the square.

    By the processor's clock, the best of some rounds, so that a busy machine changes little.
    """
    taken: dict[int, list[float]] = {size: [], 4 * size: []}
    for _round in range(3):
        for much, times in taken.items():
            began = process_time()
            work(much)
            times.append(process_time() - began)
    least, most = (min(times) for times in taken.values())
    return most / max(least, 0.001)  # of what takes no time at all


@contextmanager
def standing_clock(at: datetime) -> Iterator[None]:
    """Let it be `at` for all code of ours, however long the machine takes: for what a page says of a time.

    Defaults of columns still ask the real clock.
    """
    with ExitStack() as stack:
        for name, module in list(sys.modules.items()):
            if name.startswith("otklik.") and getattr(module, "now", None) is timezone.now:
                stack.enter_context(mock.patch.object(module, "now", return_value=at))
        yield


class CastTestCase(TestCase):
    """A test with the cast on the stage."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.company = Company.objects.create(name="Demo", language="en")
        cls.support = Team.objects.create(name="Support")
        cls.sales = Team.objects.create(name="Sales")
        cls.admin = make_member("Vera Chief", role=Member.Role.ADMINISTRATOR)
        cls.ana = make_member("Ana Belova", cls.support)
        cls.omar = make_member("Omar Kotov", cls.sales)
        cls.olga = make_member("Olga Watcher", cls.support, role=Member.Role.OBSERVER)
        cls.mailbox = make_mailbox("support@demo.example", cls.support)
        cls.sales_box = make_mailbox("sales@demo.example", cls.sales, name="Sales")
        cls.alpha = Organisation.objects.create(name="Alpha Supply", domain="alpha.example")
        cls.bea = identify("email", "bea@alpha.example", name="Bea Orlova")
        cls.carl = identify("email", "carl@elsewhere.example", name="Carl Lukin")
        cls.ticket = make_ticket(cls.bea, cls.mailbox)
        cls.other = make_ticket(cls.bea, cls.mailbox, subject="Second printer", text="Also on fire.")
        cls.foreign = make_ticket(cls.carl, cls.sales_box, subject="Price list", text="How much?")
