"""Many keys as one value, times as numbers."""

from datetime import UTC, datetime

from otklik.lib.among import DAY, Days, among
from otklik.testing import CastTestCase
from otklik.tickets.models import Ticket


class AmongTests(CastTestCase):
    def test_many_keys_are_one_value(self):
        keys = [self.other.pk, *range(10**9, 10**9 + 5000)]
        self.assertEqual(list(Ticket.objects.filter(pk__in=among(keys))), [self.other])
        self.assertEqual(list(Ticket.objects.filter(pk__in=among([]))), [])

    def test_a_time_is_a_number_of_days(self):
        at = datetime(2026, 9, 1, 12, 30, 15, 250_000, tzinfo=UTC)
        Ticket.objects.filter(pk=self.ticket.pk).update(active_at=at)
        days = Ticket.objects.filter(pk=self.ticket.pk).values_list(Days("active_at"), flat=True).get()
        self.assertAlmostEqual(days * DAY, at.timestamp(), places=2)
