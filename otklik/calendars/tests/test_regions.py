"""Days off of regions, against the dates as they were announced; the sources stand in regions.toml."""

from datetime import date
from io import StringIO

from django.core.management import CommandError, call_command
from django.test import SimpleTestCase, TestCase

from otklik.calendars.models import Calendar, office_week, spans_of
from otklik.calendars.production import different_days
from otklik.calendars.regions import regions

OFFICE = tuple(spans_of(day) for day in office_week())
SIX_DAYS = (*OFFICE[:5], OFFICE[0], ())


def own_days(key: str, year: int, *, week=OFFICE, short: bool = False) -> list[str]:
    """What a region has besides the country: days off, or the short days before them."""
    whole = set(different_days(year, week))
    own = [day for day in different_days(year, week, regions()[key]) if day not in whole]
    return [f"{day.date:%m-%d}" for day in own if bool(day.spans) == short]


class RegionTests(SimpleTestCase):
    def test_each_names_its_sources_and_its_dates_are_dates(self):
        self.assertGreater(len(regions()), 20)
        for region in regions().values():
            with self.subTest(region.key):
                self.assertTrue(region.sources)
                self.assertTrue(region.every or region.announced)
                self.assertLessEqual(len(region.key), 30)
                for year in (2025, 2026, 2027, 2028):
                    self.assertTrue(all(day.year == year for day in region.holidays(year)))

    def test_days_off_are_the_announced_ones(self):
        cases = {
            ("adygea", 2025): ["03-31", "04-29", "06-06", "10-06"],
            ("adygea", 2026): ["03-20", "04-21", "05-27", "10-05"],
            ("bashkortostan", 2025): ["03-31", "06-06", "10-13"],
            ("bashkortostan", 2026): ["03-20", "05-27", "10-12"],
            ("buryatia", 2025): ["03-03"],
            ("buryatia", 2026): ["02-18"],
            ("chechnya", 2026): ["03-19", "03-20"],
            ("crimea", 2026): ["03-18", "03-20", "04-13", "05-29", "06-01"],
            ("dagestan", 2025): ["03-31", "04-01", "06-06", "07-28", "09-15"],
            ("kalmykia", 2025): ["02-28", "07-07", "12-29"],
            ("north-ossetia", 2026): ["11-23"],
            ("sakha", 2025): ["04-28", "06-23"],
            ("saratov", 2027): ["05-11"],
            ("stavropol", 2026): ["04-21"],
            ("tatarstan", 2025): ["06-06", "11-06"],
            ("tatarstan", 2026): ["03-20", "05-27", "11-06"],
            ("tuva", 2026): ["02-18", "08-17"],
        }
        for (key, year), announced in cases.items():
            with self.subTest(region=key, year=year):
                self.assertEqual(own_days(key, year), announced)

    def test_the_day_before_is_short_as_it_was_announced(self):
        cases = {
            ("tatarstan", 2025): ["06-05", "08-29", "11-05"],
            ("tatarstan", 2026): ["03-19", "05-26", "11-05"],
            ("bashkortostan", 2025): ["06-05", "10-10"],
            ("saratov", 2025): ["04-28"],
            ("sakha", 2025): ["06-20"],
        }
        for (key, year), announced in cases.items():
            with self.subTest(region=key, year=year):
                self.assertEqual(own_days(key, year, short=True), announced)

    def test_a_desk_that_works_on_saturdays_has_those_off_that_fall_on_one(self):
        self.assertIn("08-30", own_days("tatarstan", 2025, week=SIX_DAYS))
        self.assertIn("02-21", own_days("altai", 2026, week=SIX_DAYS))

    def test_what_is_moved_says_from_what(self):
        labels = {day.date: day.label for day in different_days(2026, OFFICE, regions()["bashkortostan"])}
        self.assertEqual(labels[date(2026, 10, 12)], "День Республики Башкортостан (перенос)")

    def test_a_day_of_the_country_keeps_its_name(self):
        for region in regions().values():
            labels = {day.date: day.label for day in different_days(2027, OFFICE, region)}
            self.assertEqual(labels[date(2027, 5, 10)], "День Победы (выходной)")

    def test_days_whose_dates_are_announced_later_are_known_to_be_missing(self):
        self.assertEqual(regions()["tatarstan"].unknown(2026), [])
        self.assertEqual(regions()["tatarstan"].unknown(2027), ["Ураза-байрам", "Курбан-байрам"])


class FollowingTests(TestCase):
    def test_a_command_takes_a_region_s_days_up_and_says_what_is_missing(self):
        out = StringIO()
        call_command("calendar", "Kazan", "2026", "2027", region="tatarstan", stdout=out)
        kazan = Calendar.objects.get()
        self.assertEqual(kazan.region, "tatarstan")
        self.assertEqual(kazan.days.get(date=date(2026, 11, 6)).label, "День Конституции Республики Татарстан")
        self.assertIn("2027: ", out.getvalue())
        self.assertIn("add by hand: Ураза-байрам, Курбан-байрам", out.getvalue())

    def test_its_days_are_changed_like_others(self):
        calendar = Calendar.objects.create(name="Kazan", region="tatarstan")
        calendar.set_day(date(2026, 11, 6), ((600, 720),), label="We work")
        calendar.follow_russia(2026)
        self.assertEqual(calendar.days.get(date=date(2026, 11, 6)).label, "We work")
        self.assertEqual(calendar.days.get(date=date(2026, 5, 27)).spans, [])

    def test_a_region_that_is_no_more_is_none(self):
        calendar = Calendar.objects.create(name="Kazan", region="atlantis")
        self.assertEqual(calendar.follow_russia(2026), 14 + 4)
        self.assertEqual(calendar.unknown_days(2026), [])

    def test_an_unknown_region_is_refused(self):
        with self.assertRaises(CommandError):
            call_command("calendar", "Kazan", "--region", "atlantis")
