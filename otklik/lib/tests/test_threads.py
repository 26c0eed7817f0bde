import asyncio
from collections.abc import Callable
from threading import Event, Thread, current_thread
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connection, connections
from django.test import SimpleTestCase, TransactionTestCase

from otklik.lib.doorkeeper import Message, Receive, Send
from otklik.lib.threads import StandingThreads, aside, outliving


class Answers:
    """An application that notes on which threads it works; a request waits for the `signal` in its scope, if any."""

    def __init__(self) -> None:
        self.threads: list[Thread] = []

    async def __call__(self, scope: Message, _receive: Receive, _send: Send) -> None:
        await sync_to_async(self.work)(scope.get("signal"))

    def work(self, signal: Event | None) -> None:
        self.threads.append(current_thread())
        if signal:
            signal.wait(5)

    def alive(self) -> int:
        return len({thread for thread in self.threads if thread.is_alive()})


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.01)


class Fails(Exception):
    pass


async def failing(*_given: Any) -> None:
    await sync_to_async(current_thread)()
    raise Fails


async def nothing() -> Message:
    return {}


async def nowhere(_message: Message) -> None:
    pass


async def ask(standing: StandingThreads, signal: Event | None = None) -> None:
    await standing({"signal": signal}, nothing, nowhere)


class StandingThreadsTests(SimpleTestCase):
    async def at_once(self, standing: StandingThreads, answers: Answers, count: int) -> None:
        signal = Event()
        requests = [asyncio.create_task(ask(standing, signal)) for _ in range(count)]
        await until(lambda: len(answers.threads) == count)
        signal.set()
        await asyncio.gather(*requests)

    async def test_one_request_after_another_is_answered_on_one_thread(self) -> None:
        answers = Answers()
        standing = StandingThreads(answers)
        for _request in range(3):
            await ask(standing)
        self.assertEqual(len(set(answers.threads)), 1)

    async def test_requests_at_the_same_time_have_a_thread_each(self) -> None:
        answers = Answers()
        await self.at_once(StandingThreads(answers), answers, 3)
        self.assertEqual(len(set(answers.threads)), 3)

    async def test_threads_beyond_those_that_are_kept_end(self) -> None:
        answers = Answers()
        standing = StandingThreads(answers, kept=1)
        await self.at_once(standing, answers, 3)
        await until(lambda: answers.alive() < 3)
        await ask(standing)
        await until(lambda: answers.alive() == 1)
        self.assertIn(answers.threads[-1], answers.threads[:-1])

    async def test_a_request_that_fails_gives_its_thread_back(self) -> None:
        standing = StandingThreads(failing)
        with self.assertRaises(Fails):
            await ask(standing)
        answers = standing.application = Answers()
        await ask(standing)
        await ask(standing)
        self.assertEqual(len(set(answers.threads)), 1)

    async def test_a_task_goes_on_asking_when_the_request_that_began_it_is_over(self) -> None:
        over, tasks = asyncio.Event(), list[asyncio.Task[Thread]]()

        async def goes_on() -> Thread:
            await over.wait()
            return await sync_to_async(current_thread)()

        async def begins(*_given: Any) -> None:
            tasks.append(asyncio.create_task(goes_on(), context=outliving()))

        await ask(StandingThreads(begins))
        over.set()
        self.assertIsInstance(await tasks[0], Thread)


def connect() -> bool:
    connection.ensure_connection()
    return is_connected()


def is_connected() -> bool:
    return connection.connection is not None


class StreamTests(TransactionTestCase):
    async def connected(self, kind: bytes) -> list[bool]:
        """Whether the request's thread had a connection before its answer began, and after."""
        found = []

        async def answers(_scope: Message, _receive: Receive, send: Send) -> None:
            found.append(await sync_to_async(connect)())
            await send({"type": "http.response.start", "status": 200, "headers": [(b"Content-Type", kind)]})
            found.append(await sync_to_async(is_connected)())
            await sync_to_async(connections.close_all)()

        await ask(StandingThreads(answers))
        return found

    async def test_a_stream_keeps_no_connection_while_it_stands_open(self):
        self.assertEqual(await self.connected(b"text/event-stream"), [True, False])
        self.assertEqual(await self.connected(b"text/html; charset=utf-8"), [True, True])

    async def test_what_streams_ask_for_is_asked_on_one_thread(self):
        found = list[tuple[Thread, bool]]()

        async def streams(*_given: Any) -> None:
            found.append(await aside(lambda: (current_thread(), connect())))

        standing = StandingThreads(streams)
        await asyncio.gather(*(ask(standing) for _each in range(3)))
        self.assertEqual(len({thread for thread, _is in found}), 1)
        self.assertTrue(all(connected for _thread, connected in found))
