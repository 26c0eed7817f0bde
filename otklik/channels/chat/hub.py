"""The open pages of visitors, told of what is new: one look at the store for all of them, twice a second.

Each page costs a coroutine and a few bytes; the store is asked the same two questions for ten pages as for a thousand.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from time import monotonic

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.utils.timezone import now

from otklik.lib.threads import outliving
from otklik.tickets.models import Looking

from .models import Visitor

PERIOD_SECONDS = 0.5
BEAT_SECONDS = 20  # how often it is written down that these visitors are there
HEARTBEAT_SECONDS = 15
MOST, EACH = 1000, 4  # open streams of this process, and of one visitor

log = logging.getLogger(__name__)
Signs = dict[int, tuple[int, str]]  # visitor -> how often touched, and who writes to them


def signs_of(visitors: list[int]) -> Signs:
    """What would change if a visitor's page had something new to show."""
    close_old_connections()
    rows = list(Visitor.objects.filter(pk__in=visitors).values_list("pk", "touched", "ticket"))
    tickets = {ticket for _pk, _touched, ticket in rows if ticket}
    writing = Looking.objects.present().filter(ticket__in=tickets, doing=Looking.Doing.REPLY)
    names: dict[int | None, str] = dict(writing.values_list("ticket", "member__name")) if tickets else {}
    return {pk: (touched, names.get(ticket, "")) for pk, touched, ticket in rows}


def note_here(visitors: list[int]) -> None:
    close_old_connections()
    Visitor.objects.filter(pk__in=visitors).update(seen_at=now())


class Hub:
    def __init__(self) -> None:
        self._open: dict[int, int] = {}  # visitor -> streams
        self._signs: Signs = {}
        self._news = asyncio.Condition()
        self._poller: asyncio.Task[None] | None = None
        self._beaten = 0.0

    def has_room(self, visitor: int) -> bool:
        return sum(self._open.values()) < MOST and self._open.get(visitor, 0) < EACH

    async def follow(self, visitor: int) -> AsyncGenerator[bool, None]:
        """True at first and whenever there is something new, False now and then when not; without end."""
        self._open[visitor] = self._open.get(visitor, 0) + 1
        self._beaten = 0.0  # somebody new: they are there from now on
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll(), context=outliving())
        known = self._signs.get(visitor)
        try:
            yield True
            while True:
                is_new = await self._changed(visitor, known)
                known = self._signs.get(visitor)
                yield is_new
        finally:
            self._open[visitor] -= 1
            if not self._open[visitor]:
                del self._open[visitor]

    async def _changed(self, visitor: int, known: tuple[int, str] | None) -> bool:
        async with self._news:
            other = self._news.wait_for(lambda: self._signs.get(visitor) != known)
            try:
                await asyncio.wait_for(other, timeout=HEARTBEAT_SECONDS)
            except TimeoutError:
                return False
        return True

    async def _poll(self) -> None:
        while self._open:
            try:
                if monotonic() - self._beaten > BEAT_SECONDS:
                    self._beaten = monotonic()
                    await sync_to_async(note_here)(list(self._open))
                signs = await sync_to_async(signs_of)(list(self._open))
            except Exception:  # the store may be away for a while: pages stay connected and wait
                log.exception("What is new in the talks could not be read.")
                await asyncio.sleep(5)
                continue
            if signs != self._signs:
                self._signs = signs
                async with self._news:
                    self._news.notify_all()
            await asyncio.sleep(PERIOD_SECONDS)
        self._signs = {}


hub = Hub()
