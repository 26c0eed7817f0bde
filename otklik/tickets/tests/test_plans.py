"""That the queries of the lists are answered by an index, on both stores, and never by sorting what is there."""

from django.db import connection

from otklik.staff.models import Member
from otklik.testing import CastTestCase
from otklik.tickets import listing
from otklik.tickets.listing import Listing
from otklik.tickets.models import View

# What PostgreSQL would do in a small table says nothing: it is asked what it could do in a large one.
ONLY_INDEXES = ("enable_seqscan", "enable_bitmapscan", "enable_sort")
SORTING = {"sqlite": "TEMP B-TREE", "postgresql": "Sort Key"}


def leaf(key: str, *values: str):
    return {"all": [{"if": key, "is": "is", "value": list(values)}]}


class PlanTests(CastTestCase):
    def setUp(self) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                for name in ONLY_INDEXES:
                    cursor.execute(f"SET LOCAL {name} = off")

    def assert_index(self, rows, *names: str) -> None:
        plan = rows.explain()
        self.assertNotIn(SORTING[connection.vendor], plan)
        self.assertTrue(any(name in plan for name in names), plan)

    def rows(self, listed: Listing):
        order = [column.replace("+", "") if "+" in column else f"-{column}" for column in listed.order]
        return listed.tickets.with_people().order_by(*order)[:51]

    def test_every_standing_list_in_its_own_order(self):
        # Most of the unassigned are new anyway: PostgreSQL may find them by either index.
        indexes = {"mine": ["ticket_assignee_active"], "overdue": ["ticket_open_due"],
                   "unassigned": ["ticket_assignee_active", "ticket_open_active"]}  # fmt: skip
        self.admin.teams.set([self.support])
        for member in (self.admin, self.ana):
            for key, view in listing.LISTS.items():
                with self.subTest(key, member=member):
                    wanted = indexes.get(key, ["ticket_open_active"])
                    self.assert_index(self.rows(Listing(view, member, view.sort)), *wanted)

    def test_every_order_of_open_ended_and_all_tickets(self):
        open_ = {"activity": "open_active", "quiet": "open_active", "created": "open_opened", "oldest": "open_opened",
                 "priority": "open_priority", "deadline": "open_due"}  # fmt: skip
        any_ = {"activity": "active", "quiet": "active", "created": "opened", "oldest": "opened"}
        for standing, indexes in {"open": open_, "over": open_, "any": any_}.items():
            view = View(standing=standing)
            self.assertEqual(set(listing.sorts_of(view)), set(indexes))
            for sort, index in indexes.items():
                with self.subTest(standing, sort=sort):
                    self.assert_index(self.rows(Listing(view, self.admin, sort)), f"ticket_{index}")

    def test_usual_views(self):
        for conditions in (leaf("state", "new"), leaf("priority", "3", "4"), leaf("tag", "fire"), leaf("team", "mine"),
                           leaf("organisation", "1"), leaf("assignee", "me", "nobody"),
                           leaf("undelivered", "yes")):  # fmt: skip
            with self.subTest(conditions):
                view = View(conditions=conditions)
                self.assert_index(
                    self.rows(Listing(view, Member.objects.get(pk=self.ana.pk), "activity")),
                    "ticket_open_active",
                    "ticket_state_active",
                )
