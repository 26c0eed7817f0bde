"""The live stream: every browser that looks gets each settled event once, in order, from one poller a process."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from otklik.lib.threads import outliving

from .models import Event, Position

PERIOD_SECONDS = 0.5
KEPT = 1000  # events in memory; who is further behind is served from the table

log = logging.getLogger(__name__)


def latest() -> Position:
    """The position of the newest settled event."""
    newest = Event.objects.settled().order_by("-tx", "-id").first()
    return newest.position if newest else Position(0, 0)


def batch_after(position: Position) -> list[Event]:
    close_old_connections()
    return list(Event.objects.settled().after(position)[:KEPT])


class Stream:
    """One poller over the journal for all listeners of this process; it sleeps when nobody listens."""

    def __init__(self) -> None:
        self._recent: deque[Event] = deque(maxlen=KEPT)
        self._from: Position | None = None  # everything after this position is in `_recent`
        self._news = asyncio.Condition()
        self._listeners = 0
        self._poller: asyncio.Task[None] | None = None

    async def follow(self, position: Position) -> AsyncGenerator[list[Event], None]:
        """Batches of what came after `position`, without end; an empty batch now and then when nothing came."""
        self._listeners += 1
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll(), context=outliving())
        try:
            while True:
                batch = await self._batch(position)
                if batch:
                    position = batch[-1].position
                yield batch
        finally:
            self._listeners -= 1

    async def _batch(self, position: Position) -> list[Event]:
        if self._from is None or position < self._from:
            return await sync_to_async(batch_after)(position) or await self._wait(position)
        return self._newer(position) or await self._wait(position)

    async def _wait(self, position: Position) -> list[Event]:
        """What comes within 15 seconds; an empty list is the caller's sign to send a heartbeat."""
        async with self._news:
            try:
                await asyncio.wait_for(self._news.wait(), timeout=15)
            except TimeoutError:
                return []
        return self._newer(position) if self._from and position >= self._from else []

    def _newer(self, position: Position) -> list[Event]:
        return [event for event in self._recent if event.position > position]

    async def _poll(self) -> None:
        at = self._from = await sync_to_async(latest)()
        self._recent.clear()
        while self._listeners:
            await asyncio.sleep(PERIOD_SECONDS)
            try:
                batch = await sync_to_async(batch_after)(at)
            except Exception:  # the store may be away for a while: browsers stay connected and wait
                log.exception("The live stream could not read the journal.")
                await asyncio.sleep(5)
                continue
            if batch:
                await self._publish(batch)
                at = batch[-1].position
        self._from = None

    async def _publish(self, batch: list[Event]) -> None:
        overflow = len(self._recent) + len(batch) - KEPT
        if overflow > 0:
            self._from = [*self._recent, *batch][overflow - 1].position
        async with self._news:
            self._recent.extend(batch)
            self._news.notify_all()


stream = Stream()
