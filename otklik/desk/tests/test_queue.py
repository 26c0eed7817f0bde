"""The list: what stands in it, in what order, and what can be done to many tickets at once."""

import re

from django.urls import reverse

from otklik.staff.models import Member
from otklik.testing import CastTestCase, make_ticket
from otklik.tickets.models import Ticket


class QueueTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def rows(self, key: str, **query: str) -> list[int]:
        answer = self.client.get(reverse("desk:queue", args=[key]), query)
        return [ticket.pk for ticket in answer.context["tickets"].rows]

    def test_an_agent_sees_the_tickets_of_their_teams_only(self):
        self.assertEqual(self.rows("open"), [self.other.pk, self.ticket.pk])

    def test_a_ticket_is_mine_when_it_is_assigned_to_me(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        self.assertEqual(self.rows("mine"), [self.ticket.pk])
        self.assertEqual(self.rows("unassigned"), [self.other.pk])

    def test_waiting_and_closed_tickets_stand_in_their_own_views(self):
        self.ticket.set_state(Ticket.State.WAITING_CLIENT, by=self.ana)
        self.other.set_state(Ticket.State.CLOSED, by=self.ana)
        self.assertEqual(self.rows("waiting"), [self.ticket.pk])
        self.assertEqual(self.rows("closed"), [self.other.pk])

    def test_the_most_pressing_come_first_when_asked(self):
        self.ticket.set_priority(Ticket.Priority.CRITICAL, by=self.ana)
        self.assertEqual(self.rows("open", sort="priority"), [self.ticket.pk, self.other.pk])

    def test_an_unknown_view_sort_or_cursor_is_not_found(self):
        for address in ("/desk/queue/none/", "/desk/queue/open/?sort=x", "/desk/queue/open/?after=x"):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)

    def counts(self) -> dict[str, str]:
        page = self.client.get(reverse("desk:menu")).content.decode()
        found = re.findall(r"queue/([a-z]+)/.*?</a>", page)
        shown = re.findall(r"queue/([a-z]+)/[^<]*<svg.*?</svg><b[^<]*</b><span>(.*?)</span></a>", page)
        self.assertEqual(len(found), 8)
        return dict(shown)

    def test_the_menu_counts_what_each_view_holds(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        self.assertEqual(self.counts(), {"mine": "1", "unassigned": "1", "teams": "2", "open": "2"})

    def test_the_menu_counts_no_further_than_anybody_reads(self):
        Ticket.objects.bulk_create(
            Ticket(subject="Many", client=self.bea, team=self.support, channel=self.mailbox) for _n in range(120)
        )
        self.assertEqual(self.counts()["open"], "99+")

    def test_the_menu_of_a_member_without_teams_counts_nothing(self):
        self.client.force_login(self.make_loner())
        self.assertEqual(self.counts(), {})

    def make_loner(self) -> Member:
        return Member.objects.create_user("new@demo.example", name="New One")

    def test_htmx_gets_the_rows_alone(self):
        answer = self.client.get(reverse("desk:queue", args=["open"]), headers={"HX-Request": "true"})
        self.assertNotContains(answer, "<html")
        self.assertContains(answer, f'id="row-{self.ticket.pk}"')

    def test_many_tickets_cost_no_more_queries(self):
        for _n in range(20):
            make_ticket(self.bea, self.mailbox)
        self.client.get(reverse("desk:queue", args=["open"]))  # the presence is written down
        with self.assertNumQueries(7):
            self.client.get(reverse("desk:queue", args=["open"]))
