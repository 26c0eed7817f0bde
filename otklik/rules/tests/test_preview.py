"""The dry run counts, shows, and changes nothing."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from otklik.journal.models import Event
from otklik.lib.rulebook import rulebook
from otklik.rules.models import Rule
from otklik.rules.preview import preview

from .scene import RulesTestCase, is_


class PreviewTests(RulesTestCase):
    def rule(self, **rest) -> Rule:
        return Rule(name="x", kinds=["ticket.opened"], actions=[{"do": "tag", "value": "x"}], **rest)

    def test_it_counts_what_it_would_have_touched(self):
        found = preview(self.rule(conditions=is_("text", "fire", "contains")), rulebook())
        self.assertEqual((found.looked_at, found.fitting), (3, 2))
        self.assertEqual(found.examples, [self.other, self.ticket])

    def test_it_only_reads(self):
        before = Event.objects.count()
        with CaptureQueriesContext(connection) as captured:
            preview(self.rule(conditions=is_("promise", "broken", "is_not")), rulebook())
        words = {query["sql"].split()[0] for query in captured}
        self.assertLessEqual(words, {"SELECT", "DECLARE"})  # a cursor, on PostgreSQL
        self.assertEqual(Event.objects.count(), before)

    def test_what_happened_too_long_ago_is_not_looked_at(self):
        self.assertEqual(preview(self.rule(), rulebook(), at=now() + timedelta(days=31)).looked_at, 0)

    def test_queries_do_not_grow_with_the_tickets(self):
        book = rulebook()
        with self.assertNumQueries(3):
            preview(self.rule(conditions=is_("tag", "x", "is_not")), book)
