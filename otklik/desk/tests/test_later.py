"""What “in the morning” and “on Monday” mean, by the company's clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.test import SimpleTestCase

from otklik.desk.later import TimeIsOver, leaves_at
from otklik.tickets.replying import UNDO

ZONE = ZoneInfo("Europe/Moscow")
NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=ZONE)  # a Monday


class LaterTests(SimpleTestCase):
    def test_each_choice(self):
        cases = {
            ("morning", NIGHT): datetime(2026, 11, 23, 9, 0, tzinfo=ZONE),
            ("morning", NIGHT + timedelta(hours=6)): datetime(2026, 11, 24, 9, 0, tzinfo=ZONE),
            ("monday", NIGHT): datetime(2026, 11, 23, 9, 0, tzinfo=ZONE),
            ("monday", NIGHT + timedelta(hours=7)): datetime(2026, 11, 30, 9, 0, tzinfo=ZONE),
            ("", NIGHT): NIGHT + UNDO,
        }
        for (when, at), expected in cases.items():
            with self.subTest(when=when, at=at):
                self.assertEqual(leaves_at(when, None, zone=ZONE, at=at.astimezone(ZoneInfo("UTC"))), expected)

    def test_a_chosen_time_must_lie_ahead(self):
        ahead = NIGHT + timedelta(hours=1)
        self.assertEqual(leaves_at("at", ahead, zone=ZONE, at=NIGHT), ahead)
        for chosen in (None, NIGHT):
            with self.subTest(chosen), self.assertRaises(TimeIsOver):
                leaves_at("at", chosen, zone=ZONE, at=NIGHT)
