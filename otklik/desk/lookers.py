"""Who looks at which ticket, followed for the open pages: one poller a process, which sleeps while nobody listens.

It is no event, since nobody asks later who looked: the rows themselves tell, not the journal.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from functools import partial

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from otklik.desk.visitors import present_signs
from otklik.lib.threads import outliving
from otklik.tickets.models import Looking

PERIOD_SECONDS = 1.0
Seen = Mapping[int, frozenset[tuple[int, str]]]  # ticket -> who does what there

log = logging.getLogger(__name__)


def seen_now() -> Seen:
    close_old_connections()
    found: dict[int, set[tuple[int, str]]] = {}
    for ticket, member, doing in Looking.objects.present().values_list("ticket_id", "member_id", "doing"):
        found.setdefault(ticket, set()).add((member, doing))
    for ticket, sign in present_signs():
        found.setdefault(ticket, set()).add(sign)
    return {ticket: frozenset(who) for ticket, who in found.items()}


class Lookers:
    def __init__(self) -> None:
        self._seen: Seen = {}
        self._changed = asyncio.Condition()
        self._listeners = 0
        self._poller: asyncio.Task[None] | None = None

    async def follow(self, ticket: int) -> AsyncGenerator[None, None]:
        """Yields each time that who looks at a ticket, or what they do there, has changed; without end."""
        self._listeners += 1
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll(), context=outliving())
        known = self._seen.get(ticket)
        try:
            while True:
                async with self._changed:
                    # Asked anew each time: what came while the last change was being told would be missed.
                    await self._changed.wait_for(partial(self._is_other, ticket, known))
                known = self._seen.get(ticket)
                yield
        finally:
            self._listeners -= 1

    def _is_other(self, ticket: int, known: frozenset[tuple[int, str]] | None) -> bool:
        return self._seen.get(ticket) != known

    async def _poll(self) -> None:
        while self._listeners:
            try:
                seen = await sync_to_async(seen_now)()
            except Exception:  # the store may be away for a while: browsers stay connected and wait
                log.exception("Who looks at which ticket could not be read.")
                await asyncio.sleep(5)
                continue
            if seen != self._seen:
                self._seen = seen
                async with self._changed:
                    self._changed.notify_all()
            await asyncio.sleep(PERIOD_SECONDS)


lookers = Lookers()
