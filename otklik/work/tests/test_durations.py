"""How long something took, as people type it in either language."""

from django.test import SimpleTestCase
from django.utils.translation import override

from otklik.work.durations import in_words, read_minutes
from otklik.work.errors import BadDuration, OddDuration

READ = {
    "1:30": 90, "0:05": 5, "24:00": 1440, "90": 90, "90 мин": 90, "90 мин.": 90, "90min": 90, "1h 30m": 90, "1h30": 90,
    "1 ч 30 мин": 90, "1ч30м": 90, "1,5 ч": 90, "1.5h": 90, "2 часа": 120, "1 Час 1 Минута": 61, "0,25 ч": 15,
    " 2  hours  5 minutes ": 125, "10 м": 10, "0.33 h": 20,
}  # fmt: skip
BAD = [
    "",
    "soon",
    "1,5",
    "1:75",
    "1:3",
    "30 m 1 h",
    "1 h 2 h",
    "1 h 2 m 3 m",
    "2 d",
    "-1:00",
    "1 h and 5 m",
    "١ h",
    "1e3",
]
ODD = ["0", "0:00", "24:01", "25 ч", "0.1 min", "99999", "999:59"]


class DurationTests(SimpleTestCase):
    def test_it_is_read_in_either_language(self):
        for text, minutes in READ.items():
            with self.subTest(text):
                self.assertEqual(read_minutes(text), minutes)

    def test_what_is_no_length_is_said_to_be_none(self):
        for text in BAD:
            with self.subTest(text), self.assertRaises(BadDuration) as refusal:
                read_minutes(text)
        self.assertIn("1:30, 90 min", str(refusal.exception))

    def test_nothing_and_more_than_a_day_are_refused(self):
        for text in ODD:
            with self.subTest(text), self.assertRaises(OddDuration):
                read_minutes(text)

    def test_a_sum_is_told_in_hours_however_many(self):
        with override("en"):
            self.assertEqual([in_words(minutes) for minutes in (5, 60, 1565)], ["5 min", "1 h", "26 h 5 min"])
