"""Lists, their pages and counts."""

from datetime import timedelta
from unittest import skipUnless

from django.db import connection
from django.utils.timezone import now

from otklik.lib.keyset import BadCursor
from otklik.testing import CastTestCase
from otklik.tickets import listing
from otklik.tickets.models import Ticket


class ListingTests(CastTestCase):
    def test_each_list_holds_its_own(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        self.other.set_state("closed", by=self.ana)
        counted = listing.counts({key: self.listing(key) for key in listing.LISTS})
        empty = dict.fromkeys(("unassigned", "overdue", "waiting", "asleep"), "0")
        self.assertEqual(counted, {"mine": "1", "teams": "1", "open": "1", "closed": "1", **empty})

    def listing(self, key: str, sort: str = "") -> listing.Listing:
        view = listing.find(key, self.ana)
        return listing.Listing(view, self.ana, sort or view.sort)

    def test_pages_follow_each_other_without_gaps_or_repeats(self):
        at = now() - timedelta(hours=1)
        Ticket.objects.bulk_create(
            Ticket(subject=str(n), team=self.support, client=self.bea, active_at=at, opened_at=at) for n in range(120)
        )
        for sort in listing.SORTS:
            with self.subTest(sort=sort):
                first = self.listing("open", sort).page()
                second = self.listing("open", sort).page(first.next)
                third = self.listing("open", sort).page(second.next)
                seen = [ticket.pk for part in (first, second, third) for ticket in part.rows]
                self.assertEqual(len(seen), 122)
                self.assertEqual(len(set(seen)), 122)
                self.assertEqual(third.next, "")

    @skipUnless(connection.vendor == "sqlite", "PostgreSQL scans a table as small as this one.")
    def test_each_sort_of_the_open_and_the_closed_is_an_index(self):
        names = {"activity": "active", "quiet": "active", "created": "opened", "oldest": "opened",
                 "priority": "priority", "deadline": "due"}  # fmt: skip
        for sort, index in names.items():
            order = [column.replace("+", "") if "+" in column else f"-{column}" for column in listing.SORTS[sort]]
            for tickets in (Ticket.objects.open(), Ticket.objects.over()):
                with self.subTest(sort=sort):
                    plan = tickets.order_by(*order)[:50].explain()
                    self.assertIn(f"USING INDEX ticket_open_{index} (is_open=?)", plan)
                    self.assertNotIn("TEMP B-TREE", plan)

    def test_a_damaged_cursor_is_refused(self):
        nothing = "W251bGwsbnVsbF0"  # [null,null]
        first_day = "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwxXQ"  # a time that is none in UTC
        for cursor in ("x", "W10", "bnVsbA", "WyJhIiwgMV0", "e30", nothing, first_day, "W1tb" * 5000):
            with self.subTest(cursor=cursor), self.assertRaises(BadCursor):
                self.listing("open").page(cursor)

    def test_a_long_list_is_counted_no_further_than_it_is_read(self):
        Ticket.objects.bulk_create(Ticket(subject=str(n), team=self.support, client=self.bea) for n in range(100))
        self.assertEqual(listing.counts({"open": self.listing("open")}), {"open": "99+"})
