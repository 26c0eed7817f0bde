"""The board and the compact list: how each member likes a list, and cards that are moved."""

from django.urls import reverse

from otklik.testing import CastTestCase, make_ticket
from otklik.tickets.board import CARDS
from otklik.tickets.models import Ticket, View

HTMX = {"HX-Request": "true"}


class BoardTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def like(self, **liked: str) -> None:
        self.client.post(reverse("desk:like", args=["open"]), liked)

    def lanes(self, **query: str) -> dict[str, list[str]]:
        lanes = self.client.get(reverse("desk:queue", args=["open"]), query).context["lanes"]
        return {lane.value: [ticket.subject for ticket in lane.column.rows] for lane in lanes}

    def move(self, ticket: Ticket, group: str, value: str):
        posted = {"ticket": ticket.pk, "group": group, "value": value}
        return self.client.post(reverse("desk:move"), posted, headers=HTMX)

    def test_each_column_holds_its_own(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        self.like(layout="board")
        self.assertEqual(self.lanes()["open"], ["Printer"])
        self.assertEqual(self.lanes()["new"], ["Second printer"])
        for group, value in (("assignee", str(self.ana.pk)), ("team", str(self.support.pk)), ("priority", "2")):
            with self.subTest(group):
                self.like(group=group)
                self.assertIn("Printer", self.lanes()[value])
        self.like(group="assignee")
        self.assertEqual(self.lanes()[""], ["Second printer"])
        self.assertNotIn(str(self.omar.pk), self.lanes())

    def test_a_card_is_moved_by_the_verb_of_its_column(self):
        for group, value in (("state", "waiting_client"), ("priority", "4"), ("assignee", str(self.ana.pk))):
            self.assertEqual(self.move(self.ticket, group, value).status_code, 204)
        self.ticket.refresh_from_db()
        self.assertEqual((self.ticket.priority, self.ticket.assignee), (4, self.ana))
        self.move(self.ticket, "assignee", "")
        self.ticket.refresh_from_db()
        self.assertIsNone(self.ticket.assignee)

    def test_a_refusal_says_why(self):
        answer = self.move(self.ticket, "assignee", str(self.omar.pk))
        self.assertContains(answer, "does not answer for the team", status_code=409)
        self.assertEqual(self.move(self.ticket, "subject", "x").status_code, 404)
        self.assertEqual(self.move(self.foreign, "priority", "4").status_code, 404)
        self.client.force_login(self.olga)
        self.assertEqual(self.move(self.ticket, "priority", "4").status_code, 403)

    def test_a_column_goes_on_from_its_last_card_and_counts_all(self):
        for number in range(CARDS + 5):
            make_ticket(self.bea, self.mailbox, subject=f"Call {number}")
        self.like(layout="board")
        lane = self.client.get(reverse("desk:queue", args=["open"])).context["lanes"][0]
        self.assertEqual((len(lane.column.rows), lane.column.count), (CARDS, str(CARDS + 7)))
        more = f"{lane.address}&column=1&after={lane.column.next}"
        page = self.client.get(more, headers=HTMX).content.decode()
        self.assertEqual(page.count("<article"), 7)
        self.assertNotIn("lane__more", page)

    def test_however_many_columns_it_costs_the_same(self):
        self.like(layout="board")
        self.client.get(reverse("desk:queue", args=["open"]))
        with self.assertNumQueries(9):
            self.client.get(reverse("desk:queue", args=["open"]))

    def test_a_compact_list_has_the_columns_of_its_view(self):
        self.ticket.tag("fire", by=self.ana)
        view = View.make({"name": "Hot", "layout": "compact", "columns": ["tags", "team"]}, by=self.ana)
        page = self.client.get(reverse("desk:queue", args=[view.key]))
        self.assertContains(page, "fire")
        self.assertEqual([column.key for column in page.context["columns"]], ["team", "tags"])
        self.like(layout="compact")
        self.assertContains(self.client.get(reverse("desk:queue", args=["open"])), "row--compact", count=3)
