"""The live stream as the desk hands it on."""

import json

from django.urls import reverse

from otklik.desk.views.live import message
from otklik.journal.models import Event
from otklik.staff.models import Member
from otklik.testing import CastTestCase


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
