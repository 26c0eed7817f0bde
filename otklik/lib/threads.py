"""Threads that stay: each request is answered on one, and the next finds its connection to the store still open.

Django itself makes a thread for each request, and with it a connection, for which SQLite reads the whole schema and
PostgreSQL starts a process: a fifth of what a page costs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextvars import Context, copy_context
from typing import Any, TypeVar

from asgiref.sync import SyncToAsync, ThreadSensitiveContext, sync_to_async
from django.db import close_old_connections, connections

from .doorkeeper import Application, Message, Receive, Send

Told = TypeVar("Told")
EVENTS = b"text/event-stream"
KEPT = 4  # idle threads; more are made while more is asked at once, and end afterwards


class StandingThreads:
    """In front of Django: lends each request a thread, the one that was given back last first."""

    def __init__(self, application: Application, *, kept: int = KEPT) -> None:
        self.application = application
        self.kept = kept
        self._idle: list[Executor] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, "request")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.application(scope, receive, _leaving(send))
        finally:
            self._take_back(thread)

    def _take_back(self, thread: Executor) -> None:
        if len(self._idle) < self.kept:
            self._idle.append(thread)
        else:
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)


def _leaving(send: Send) -> Send:
    """The same, but a stream, which stands open for minutes, gives the connection back before it begins."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start" and EVENTS in dict(message["headers"]).values():
            await sync_to_async(connections.close_all)()
        await send(message)

    return sent


async def aside(work: Callable[..., Told], *given: Any) -> Told:
    """What `work` answers on the thread that streams share: one connection for all of them."""

    def fresh() -> Told:
        close_old_connections()
        return work(*given)

    return await asyncio.create_task(sync_to_async(fresh)(), context=outliving())


def outliving() -> Context:
    """For a task that goes on when the request that began it is over, and its thread is another’s."""
    context = copy_context()
    nothing: Any = None
    context.run(SyncToAsync.thread_sensitive_context.set, nothing)
    return context
