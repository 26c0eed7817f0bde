"""From ticket to ticket in the order of the list."""

from datetime import timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now

from otklik.desk.listing import Chosen
from otklik.desk.walking import addresses, next_in_list
from otklik.staff.models import Member
from otklik.testing import CastTestCase, make_ticket
from otklik.tickets.models import Message, Ticket
from otklik.tickets.replying import reply


class WalkingTests(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.third = make_ticket(cls.bea, cls.mailbox, subject="Third printer")  # the newest: first in the list

    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def place(self, ticket: Ticket, key: str = "open", sort: str = "activity") -> str:
        chosen = Chosen(key, sort)
        address = addresses(chosen, chosen.listing(self.ana), [ticket])[ticket.pk]
        return parse_qs(urlsplit(address).query)["from"][0]

    def step(self, ticket: Ticket, way: str = "next", **place: str):
        query = urlencode({"from": self.place(ticket, **place)})
        return self.client.get(f"{reverse(f'desk:{way}', args=[ticket.pk])}?{query}", follow=True)

    def shown(self, answer) -> int:
        return answer.context["ticket"].pk

    def test_every_order_is_walked_both_ways(self):
        for sort, order in {
            "activity": [self.third, self.other, self.ticket],
            "created": [self.third, self.other],
        }.items():
            for first, second in pairwise(order):
                with self.subTest(sort):
                    self.assertEqual(self.shown(self.step(first, sort=sort)), second.pk)
                    self.assertEqual(self.shown(self.step(second, "previous", sort=sort)), first.pk)

    def test_the_list_leads_into_its_tickets_and_on_from_there(self):
        page = self.client.get(reverse("desk:queue", args=["open"])).content.decode()
        self.assertIn(f"/desk/tickets/{self.other.pk}/?from=open.activity.", page)
        answer = self.step(self.third)
        self.assertContains(answer, reverse("desk:next", args=[self.other.pk]))

    def test_an_answer_moves_the_ticket_but_not_the_reader(self):
        place = self.place(self.other)
        reply(self.other, by=self.ana, text="Pour water over it.")
        self.assertIn(f"/{self.ticket.pk}/", next_in_list(self.ana, place, self.other))

    def test_a_ticket_that_left_the_list_still_knows_its_place(self):
        place = self.place(self.other)
        self.other.set_state("closed", by=self.ana)
        self.assertIn(f"/{self.ticket.pk}/", next_in_list(self.ana, place, self.other))
        self.assertIn(f"/{self.third.pk}/", next_in_list(self.ana, place, self.other, back=True))

    def test_the_end_of_the_list_leads_to_the_list_and_says_so(self):
        answer = self.step(self.ticket)
        self.assertRedirects(answer, "/desk/queue/open/?sort=activity")
        self.assertContains(answer, "This was the last one.")

    def test_what_may_not_be_seen_is_stepped_over(self):
        self.assertIsNone(next_in_list(self.ana, self.place(self.ticket), self.ticket))
        self.assertIn(f"/{self.foreign.pk}/", next_in_list(self.omar, self.place(self.ticket), self.ticket, back=True))

    def test_a_place_that_is_none_leads_nowhere(self):
        for origin in (
            "",
            "open",
            "open.activity.x",
            "none.activity.W10",
            "open.none.W10",
            "open.activity." + "x" * 999,
        ):
            with self.subTest(origin):
                self.assertIsNone(next_in_list(self.ana, origin, self.ticket))


class ReadingTests(CastTestCase):
    def setUp(self) -> None:
        Member.objects.update(read_until=now() - timedelta(days=1))
        self.client.force_login(self.ana)

    def list_(self) -> str:
        return self.client.get(reverse("desk:queue", args=["open"])).content.decode()

    def test_unread_tickets_stand_out_until_they_were_looked_at(self):
        self.assertEqual(self.list_().count("row--unread"), 2)
        newest = Message.objects.filter(ticket=self.ticket).latest("pk").pk
        page = self.client.get(self.ticket.get_absolute_url()).content.decode()
        self.assertIn(f'data-newest="{newest}"', page)
        self.assertEqual(self.list_().count("row--unread"), 2)  # to fetch a page is not to read it
        answer = self.client.post(reverse("desk:seen", args=[self.ticket.pk]), {"message": newest})
        self.assertEqual(answer.status_code, 204)
        self.assertEqual(self.list_().count("row--unread"), 1)

    def test_a_ticket_is_marked_unread_and_leads_back_to_its_list(self):
        self.client.post(reverse("desk:all_seen"))
        answer = self.client.post(reverse("desk:unseen", args=[self.ticket.pk]), {"from": "open.activity.W10"})
        self.assertRedirects(answer, "/desk/queue/open/?sort=activity")
        self.assertEqual(self.list_().count("row--unread"), 1)
