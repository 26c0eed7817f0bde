"""The live stream as the desk hands it on."""

import asyncio
import json
from contextlib import aclosing
from unittest import mock

from django.test import SimpleTestCase
from django.urls import reverse

from otklik.desk import lookers
from otklik.desk.views.live import merged, message
from otklik.journal.models import Event, Position
from otklik.staff.models import Member
from otklik.testing import CastTestCase
from otklik.tickets.models import Ticket


class LiveTests(CastTestCase):
    def tickets_told(self, member) -> list[int]:
        told = message(member, list(Event.objects.order_by("tx", "id")))
        return json.loads(told.split("data: ", 1)[1])["tickets"]

    def test_a_member_hears_of_the_tickets_they_may_see(self):
        self.assertEqual(self.tickets_told(self.ana), [self.ticket.pk, self.other.pk])
        self.assertEqual(self.tickets_told(self.omar), [self.foreign.pk])

    def test_whoever_was_shut_out_hears_nothing_more_in_a_stream_that_stands_open(self):
        self.assertTrue(self.tickets_told(self.ana))
        Member.objects.get(pk=self.ana.pk).deactivate(by=self.admin)
        self.assertEqual(self.tickets_told(self.ana), [])

    def test_a_batch_says_where_to_go_on_even_if_nothing_in_it_is_theirs(self):
        newest = Event.objects.order_by("tx", "id").last()
        self.assertIn(f"id: {newest.position}\n", message(self.olga, [newest]))

    async def test_a_visitor_hears_nothing(self):
        answer = await self.async_client.get(reverse("desk:live"))
        self.assertEqual(answer.status_code, 403)

    async def test_a_member_is_told_at_once_where_they_stand(self):
        await self.async_client.aforce_login(self.ana)
        answer = await self.async_client.get(reverse("desk:live"))
        first = await anext(aiter(answer.streaming_content))
        self.assertIn(b"id: ", first)
        self.assertEqual(answer.headers["Content-Encoding"], "identity")

    async def told_of(self, ticket: Ticket, seconds: float) -> bytes:
        """What a page of Ana’s that shows a ticket is told first, while Vera looks at it and nothing else happens."""
        await self.async_client.aforce_login(self.ana)
        there = {ticket.pk: frozenset({(self.admin.pk, "reading")})}
        with (
            mock.patch.object(lookers, "seen_now", return_value=there),
            mock.patch("otklik.desk.views.live.stream.follow", side_effect=silence),
        ):
            answer = await self.async_client.get(reverse("desk:live"), {"ticket": ticket.pk})
            async with aclosing(aiter(answer.streaming_content)) as told:
                await anext(told)
                return await asyncio.wait_for(anext(told), timeout=seconds)

    async def test_a_page_that_shows_a_ticket_is_told_when_somebody_comes_to_it(self):
        said = await self.told_of(self.ticket, seconds=10)
        self.assertEqual(said, f'data: {{"looking": {self.ticket.pk}}}\n\n'.encode())

    async def test_a_ticket_out_of_sight_tells_nothing(self):
        with self.assertRaises(TimeoutError):
            await self.told_of(self.foreign, seconds=2)


async def silence(_position: Position):
    await asyncio.Event().wait()
    yield []


class LookersTests(SimpleTestCase):
    async def test_each_ticket_hears_only_of_itself_and_the_poller_sleeps_with_the_last(self):
        there: dict[int, frozenset[tuple[int, str]]] = {}
        with (
            mock.patch.object(lookers, "seen_now", side_effect=lambda: dict(there)),
            mock.patch.object(lookers, "PERIOD_SECONDS", 0.01),
        ):
            followed = lookers.Lookers()
            async with aclosing(followed.follow(1)) as one:
                waiting = asyncio.ensure_future(anext(one))
                there[2] = frozenset({(7, "reading")})
                await asyncio.sleep(0.1)
                self.assertFalse(waiting.done())
                there[1] = frozenset({(7, "reply")})
                await asyncio.wait_for(waiting, timeout=5)
            await asyncio.sleep(0.1)
            self.assertTrue(followed._poller.done())

    async def test_what_several_sources_say_comes_as_it_is_said_and_all_end_together(self):
        ended = []

        async def source(name: str, pause: float):
            try:
                while True:
                    await asyncio.sleep(pause)
                    yield name
            finally:
                ended.append(name)

        told = []
        async with aclosing(merged(source("slow", 0.25), source("quick", 0.1))) as both:
            async for name in both:
                told.append(name)
                if len(told) == 4:
                    break
        self.assertEqual((set(told), sorted(ended)), ({"slow", "quick"}, ["quick", "slow"]))
