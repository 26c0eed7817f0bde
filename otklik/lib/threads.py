"""Threads that stay: each request is answered on one, and the next finds its connection to the store still open.

Django itself makes a thread for each request, and with it a connection, for which SQLite reads the whole schema and
PostgreSQL starts a process: a fifth of what a page costs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextvars import Context, copy_context
from typing import Any

from asgiref.sync import SyncToAsync, ThreadSensitiveContext
from django.db import connections

KEPT = 4  # idle threads; more are made while more is asked at once, and end afterwards


class StandingThreads:
    """In front of Django: lends each request a thread, the one that was given back last first."""

    def __init__(self, application: Callable[..., Awaitable[None]], *, kept: int = KEPT) -> None:
        self.application = application
        self.kept = kept
        self._idle: list[Executor] = []

    async def __call__(self, *asked: Any) -> None:
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, "request")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.application(*asked)
        finally:
            self._take_back(thread)

    def _take_back(self, thread: Executor) -> None:
        if len(self._idle) < self.kept:
            self._idle.append(thread)
        else:
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)


def outliving() -> Context:
    """For a task that goes on when the request that began it is over, and its thread is another’s."""
    context = copy_context()
    nothing: Any = None
    context.run(SyncToAsync.thread_sensitive_context.set, nothing)
    return context
