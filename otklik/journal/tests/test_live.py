"""The live stream gives each listener exactly what it has not seen yet."""

import asyncio

from asgiref.sync import sync_to_async
from django.db import transaction
from django.test import TransactionTestCase

from otklik.journal.live import Stream, latest
from otklik.journal.models import Event, Position
from otklik.journal.record import record
from otklik.staff.models import Member


class LiveTests(TransactionTestCase):
    def setUp(self) -> None:
        self.ana = Member.objects.create_user("ana@demo.example", name="Ana")

    def happen(self) -> int:
        with transaction.atomic():
            return record("member.activated", self.ana).pk

    async def collect(self, stream: Stream, position: Position, wanted: int) -> list[int]:
        seen: list[int] = []
        async with asyncio.timeout(10):
            async for batch in stream.follow(position):
                seen += [event.pk for event in batch]
                if len(seen) >= wanted:
                    return seen
        return seen

    async def test_a_listener_gets_what_happens_from_now_on(self):
        await sync_to_async(self.happen)()
        stream = Stream()
        listening = asyncio.create_task(self.collect(stream, await sync_to_async(latest)(), 2))
        await asyncio.sleep(0.2)
        happened = [await sync_to_async(self.happen)() for _ in range(2)]
        self.assertEqual(await listening, happened)

    async def test_who_lost_the_connection_gets_what_was_missed_once(self):
        stream = Stream()
        happened = [await sync_to_async(self.happen)() for _ in range(3)]
        first = await self.collect(stream, Position(0, 0), 1)
        self.assertEqual(first, happened)
        more = await sync_to_async(self.happen)()
        position = (await Event.objects.aget(pk=happened[-1])).position
        self.assertEqual(await self.collect(stream, position, 1), [more])

    async def test_two_listeners_at_different_places_are_served_alike(self):
        stream = Stream()
        early = asyncio.create_task(self.collect(stream, Position(0, 0), 3))
        first = await sync_to_async(self.happen)()
        await asyncio.sleep(0.8)
        late = asyncio.create_task(self.collect(stream, await sync_to_async(latest)(), 2))
        await asyncio.sleep(0.2)
        rest = [await sync_to_async(self.happen)() for _ in range(2)]
        self.assertEqual(await early, [first, *rest])
        self.assertEqual(await late, rest)
