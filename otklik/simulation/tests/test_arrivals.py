"""When simulated requests come."""

from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.test import SimpleTestCase

from otklik.simulation.arrivals import Arrivals, WrongArrivals

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = date(2026, 5, 18)


class ArrivalsTests(SimpleTestCase):
    def moments(self, arrivals, days=7, seed=1):
        return list(arrivals.moments(MONDAY, days, MOSCOW, Random(seed)))

    def test_as_many_come_on_average_as_was_said(self):
        found = self.moments(Arrivals.a_day(100), days=70)
        # 50 working days and 20 at the weekend: 5 400, give or take five deviations of the square root of that.
        self.assertAlmostEqual(len(found), 5400, delta=5 * 5400**0.5)
        self.assertEqual(found, sorted(found))

    def test_the_same_seed_brings_the_same(self):
        arrivals = Arrivals.a_day(20)
        self.assertEqual(self.moments(arrivals), self.moments(arrivals))
        self.assertNotEqual(self.moments(arrivals), self.moments(arrivals, seed=2))

    def test_a_table_says_hours_and_later_lines_win(self):
        arrivals = Arrivals.read("mon-fri 9-11 2.5  # the office\n\nSat 10-11 1\nfri 10-11 0")
        self.assertEqual(arrivals.rates[0, 9], 2.5)
        self.assertEqual((arrivals.rates[4, 9], arrivals.rates[4, 10], arrivals.rates[5, 10]), (2.5, 0, 1))
        hours = {(each.weekday(), each.hour) for each in self.moments(arrivals, days=28)}
        self.assertLessEqual(hours, {*((day, hour) for day in range(5) for hour in (9, 10)), (5, 10)} - {(4, 10)})

    def test_what_is_no_line_is_shown(self):
        for line in ("monday 9-18 5", "mon-fri 18-9 5", "mon-xyz 9-10 1", "mon 9-25 1", "mon 9-10 many"):
            with self.subTest(line), self.assertRaises(WrongArrivals) as caught:
                Arrivals.read(f"mon 9-10 1\n{line}")
            self.assertIn("Line 2", str(caught.exception))

    def test_within_an_hour_they_are_in_that_hour(self):
        found = self.moments(Arrivals.read("mon 9-10 50"), days=1)
        self.assertTrue(found)
        self.assertLess(max(found) - min(found), timedelta(hours=1))
