import asyncio
from collections.abc import Callable
from threading import Event, Thread, current_thread
from typing import Any

from asgiref.sync import sync_to_async
from django.test import SimpleTestCase

from otklik.lib.threads import StandingThreads, outliving


class Answers:
    """An application that notes on which threads it works; a request waits for its `signal`, if it has one."""

    def __init__(self) -> None:
        self.threads: list[Thread] = []

    async def __call__(self, signal: Event | None = None) -> None:
        await sync_to_async(self.work)(signal)

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


async def failing(*_asked: Any) -> None:
    await sync_to_async(current_thread)()
    raise Fails


class StandingThreadsTests(SimpleTestCase):
    async def at_once(self, standing: StandingThreads, answers: Answers, count: int) -> None:
        signal = Event()
        requests = [asyncio.create_task(standing(signal)) for _ in range(count)]
        await until(lambda: len(answers.threads) == count)
        signal.set()
        await asyncio.gather(*requests)

    async def test_one_request_after_another_is_answered_on_one_thread(self) -> None:
        answers = Answers()
        standing = StandingThreads(answers)
        for _request in range(3):
            await standing()
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
        await standing()
        await until(lambda: answers.alive() == 1)
        self.assertIn(answers.threads[-1], answers.threads[:-1])

    async def test_a_request_that_fails_gives_its_thread_back(self) -> None:
        standing = StandingThreads(failing)
        with self.assertRaises(Fails):
            await standing()
        answers = standing.application = Answers()
        await standing()
        await standing()
        self.assertEqual(len(set(answers.threads)), 1)

    async def test_a_task_goes_on_asking_when_the_request_that_began_it_is_over(self) -> None:
        over, tasks = asyncio.Event(), list[asyncio.Task[Thread]]()

        async def goes_on() -> Thread:
            await over.wait()
            return await sync_to_async(current_thread)()

        async def begins() -> None:
            tasks.append(asyncio.create_task(goes_on(), context=outliving()))

        await StandingThreads(begins)()
        over.set()
        self.assertIsInstance(await tasks[0], Thread)
