"""The production calendars of 2024 to 2027, against the dates as they were published."""

from datetime import date
from io import StringIO

from django.core.management import CommandError, call_command
from django.test import SimpleTestCase, TestCase

from otklik.calendars.models import Calendar, office_week, spans_of
from otklik.calendars.production import different_days, is_decreed, shorter

OFFICE = tuple(spans_of(day) for day in office_week())


def short_days(year: int) -> list[str]:
    return [f"{day.date:%m-%d}" for day in different_days(year, OFFICE) if day.spans == ((540, 1020),)]


def working_weekends(year: int) -> list[str]:
    return [f"{day.date:%m-%d}" for day in different_days(year, OFFICE) if day.spans and day.date.weekday() > 4]


def free_weekdays(year: int) -> list[str]:
    return [f"{day.date:%m-%d}" for day in different_days(year, OFFICE) if not day.spans]


class ProductionTests(SimpleTestCase):
    def test_short_days_are_the_published_ones(self):
        cases = {
            2024: ["02-22", "03-07", "05-08", "06-11", "11-02"],
            2025: ["03-07", "04-30", "06-11", "11-01"],
            2026: ["04-30", "05-08", "06-11", "11-03"],
            2027: ["02-20", "04-30", "06-11", "11-03"],
        }
        for year, published in cases.items():
            with self.subTest(year=year):
                self.assertEqual(short_days(year), published)

    def test_working_saturdays_are_the_published_ones(self):
        self.assertEqual(working_weekends(2024), ["04-27", "11-02", "12-28"])
        self.assertEqual(working_weekends(2025), ["11-01"])
        self.assertEqual(working_weekends(2026), [])
        self.assertEqual(working_weekends(2027), ["02-20"])

    def test_free_weekdays_are_the_published_ones(self):
        cases = {
            2025: "01-01 01-02 01-03 01-06 01-07 01-08 05-01 05-02 05-08 05-09 06-12 06-13 11-03 11-04 12-31",
            2026: "01-01 01-02 01-05 01-06 01-07 01-08 01-09 02-23 03-09 05-01 05-11 06-12 11-04 12-31",
            2027: "01-01 01-04 01-05 01-06 01-07 01-08 02-22 02-23 03-08 05-03 05-10 06-14 11-04 11-05 12-31",
        }
        for year, published in cases.items():
            with self.subTest(year=year):
                self.assertEqual(free_weekdays(year), published.split())

    def test_a_year_without_its_decree_is_known_as_such(self):
        self.assertEqual([is_decreed(year) for year in (2025, 2026, 2027, 2032)], [True, True, True, False])

    def test_an_hour_is_taken_from_the_end_of_the_day(self):
        cases = (
            (((540, 1080),), ((540, 1020),)),
            (((540, 780), (840, 870)), ((540, 750),)),
            (((540, 600),), ()),
            ((), ()),
        )
        for before, after in cases:
            with self.subTest(before=before):
                self.assertEqual(shorter(before), after)


class FollowingTests(TestCase):
    def test_what_was_set_by_hand_stays(self):
        calendar = Calendar.objects.create(name="Kazan")
        calendar.set_day(date(2026, 8, 31), (), label="Regional day")
        calendar.set_day(date(2026, 5, 11), ((600, 720),), label="We work")
        call_command("calendar", "Kazan", "2026", stdout=StringIO())
        call_command("calendar", "Kazan", "2026", stdout=StringIO())
        self.assertEqual(calendar.days.get(date=date(2026, 5, 11)).label, "We work")
        self.assertEqual(calendar.days.filter(date__year=2026).count(), 14 + 4 + 1)

    def test_a_calendar_is_made_on_first_use_for_two_years(self):
        out = StringIO()
        call_command("calendar", "Office", stdout=out)
        self.assertEqual(out.getvalue().count("dates differ"), 2)
        self.assertEqual(Calendar.objects.get().version, 3)

    def test_a_strange_year_is_refused(self):
        with self.assertRaises(CommandError):
            call_command("calendar", "Office", "1066")
