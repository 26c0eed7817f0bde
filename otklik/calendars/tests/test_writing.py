"""Hours and lengths as people type them."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from django.utils import translation

from otklik.calendars.hours import AROUND_THE_CLOCK
from otklik.calendars.writing import hours_text, length_text, read_hours, read_length, usual_day

OFFICE = ((540, 1080),)
NINE = timedelta(hours=9)


class HoursTests(SimpleTestCase):
    def test_hours_are_read_however_they_are_typed(self):
        cases = {
            "9:00–18:00": OFFICE,
            "9-18": OFFICE,
            " 09.00 — 18.00 ": OFFICE,
            "9:00–13:00, 14–18": ((540, 780), (840, 1080)),
            "0–24": ((0, 1440),),
            "24": AROUND_THE_CLOCK,
            "": (),
            "–": (),
        }
        for typed, spans in cases.items():
            with self.subTest(typed):
                self.assertEqual(read_hours(typed), spans)

    def test_what_are_no_hours_is_refused_in_words(self):
        for typed in ("nine", "9", "18–9", "9:75–18", "9–13, 12–18", "9–25", "9–18 14–15"):
            with self.subTest(typed), self.assertRaises(ValidationError):
                read_hours(typed)

    def test_what_is_written_is_read_again(self):
        spans = ((540, 780), (845, 1080))
        self.assertEqual(hours_text(spans), "9:00–13:00, 14:05–18:00")
        self.assertEqual(read_hours(hours_text(spans)), spans)

    def test_the_usual_day_is_what_most_days_are(self):
        self.assertEqual(usual_day((OFFICE,) * 4 + (((540, 1020),), (), ())), NINE)
        self.assertEqual(usual_day(((),) * 7), timedelta(days=1))


class LengthTests(SimpleTestCase):
    def test_lengths_are_read_in_two_languages(self):
        cases = {
            "30 min": timedelta(minutes=30),
            "2h": timedelta(hours=2),
            "1 d 4 h": timedelta(hours=13),
            "3 д": timedelta(hours=27),  # cyrillic: as it is typed
            "1 ч. 15 мин.": timedelta(minutes=75),  # cyrillic: as it is typed
        }
        for typed, length in cases.items():
            with self.subTest(typed):
                self.assertEqual(read_length(typed, day=NINE), length)

    def test_what_is_no_length_is_refused(self):
        for typed in ("", "soon", "2", "2 h and more", "0 h", "9999 d", "5 w"):
            with self.subTest(typed), self.assertRaises(ValidationError):
                read_length(typed, day=NINE)

    def test_a_length_is_told_in_its_largest_parts(self):
        with translation.override("en"):
            self.assertEqual(length_text(timedelta(hours=13), day=NINE), "1 d 4 h")
            self.assertEqual(length_text(timedelta(days=2, hours=3, minutes=4), parts=2), "2 d 3 h")
            self.assertEqual(length_text(timedelta(seconds=5)), "1 min")
