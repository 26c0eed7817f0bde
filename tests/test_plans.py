"""What the worker asks round after round is answered from an index, on both stores, however much has gathered."""

from datetime import UTC, datetime

from django.db import connection
from django.db.models import QuerySet

from otklik.calendars.models import Calendar
from otklik.notices.models import Notice, Push
from otklik.rules.models import Occasion
from otklik.sla.models import Clock, Policy, Rung
from otklik.testing import CastTestCase
from otklik.tickets.models import Delivery, RawMessage

AT = datetime(2026, 3, 2, tzinfo=UTC)
BATCH = 100


class PlanTests(CastTestCase):
    def plan(self, asked: QuerySet) -> str:
        """How the store would answer. PostgreSQL reads a small table whole, and sorts it, unless it is told not to."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                for way in ("seqscan", "bitmapscan", "sort"):
                    cursor.execute(f"SET LOCAL enable_{way} = off")
            sql, values = asked.query.sql_with_params()
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}", values)
            return "\n".join(str(row[-1]) for row in cursor.fetchall())

    def assert_reads_the_end_of(self, index: str, asked: QuerySet) -> None:
        """The rows wanted stand side by side in the index, and in the order wanted."""
        plan = self.plan(asked[:BATCH])
        self.assertIn(index, plan)
        # Rows of one moment may still be sorted by their keys: that is an incremental sort.
        self.assertNotRegex(plan, r"Seq Scan|SCAN|TEMP B-TREE|(?<!Incremental )Sort  \(")
        self.assertRegex(plan, "Index Cond|SEARCH")

    def test_what_is_due_stands_at_the_end_of_an_index(self):
        cases = {
            "clock_due": Clock.objects.late(AT),
            "rung_due": Rung.objects.due(AT),
            "occasion_due": Occasion.objects.due(AT),
            "notice_to_mail": Notice.objects.to_mail(AT),
            "push_due": Push.objects.due(AT),
            "delivery_due": Delivery.objects.due(AT),
            "raw_message_due": RawMessage.objects.due(AT),
        }
        for index, asked in cases.items():
            with self.subTest(index):
                self.assert_reads_the_end_of(index, asked)

    def test_clocks_that_have_to_be_laid_are_an_index_of_their_own(self):
        plan = self.plan(Clock.objects.to_lay()[:BATCH])
        self.assertIn("clock_to_lay", plan)
        self.assertNotRegex(plan, r"Seq Scan|TEMP B-TREE|Sort  \(")

    def test_clocks_that_a_change_left_behind_are_found_from_what_changed(self):
        counted = Clock.objects.filter(calendar=Calendar(pk=1), due_at__isnull=False, calendar_version__lt=2)
        promised = Clock.objects.going().filter(policy=Policy(pk=1), policy_version__lt=2)
        for index, asked in (("clock_counted_by", counted), ("clock_promised_by", promised)):
            with self.subTest(index):
                plan = self.plan(asked[:BATCH])
                self.assertIn(index, plan)
                self.assertRegex(plan, "Index Cond|SEARCH")
