"""Dated cases: weekends, the holidays of 2026, changes of clocks, and the ends of months."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.test import SimpleTestCase

from otklik.work.recurring import How, Pattern, Shift

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
# The days off of Russia in 2026 that these tests come near: the long January, and the moved ones of May.
OFF = {date(2026, 1, number) for number in range(1, 12)} | {date(2026, 5, 1), date(2026, 5, 11)}
OFF |= {date(2025, 12, 31), date(2026, 12, 31)}


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in OFF


class DayTests(SimpleTestCase):
    def days(self, since: str, count: int = 3, **rest: object) -> list[str]:
        wanted = {"at": time(9), "zone": MOSCOW, "begins": date(2025, 1, 1)} | rest
        pattern = Pattern(**wanted)
        begin = datetime.combine(date.fromisoformat(since), time(0), pattern.zone)
        return [day.isoformat() for day, _at in pattern.next(begin, works, count)]

    def test_every_working_day_steps_over_the_new_year_and_weekends(self) -> None:
        days = self.days("2025-12-30", how=How.WORKING_DAY)
        self.assertEqual(days, ["2025-12-30", "2026-01-12", "2026-01-13"])

    def test_a_week_on_two_days(self) -> None:
        days = self.days("2026-04-28", 4, how=How.WEEK, weekdays=frozenset({0, 4}))
        self.assertEqual(days, ["2026-05-01", "2026-05-04", "2026-05-08", "2026-05-11"])

    def test_a_day_off_moves_on_back_or_is_left_out(self) -> None:
        cases = {
            Shift.NEXT: ["2026-05-04", "2026-05-08", "2026-05-12"],
            Shift.PREVIOUS: ["2026-04-30", "2026-05-04", "2026-05-08"],
            Shift.SKIP: ["2026-05-04", "2026-05-08", "2026-05-15"],
        }
        for shift, days in cases.items():
            with self.subTest(shift):
                found = self.days("2026-04-28", how=How.WEEK, weekdays=frozenset({0, 4}), shift=shift)
                self.assertEqual(found, days)

    def test_what_moves_to_one_day_comes_once(self) -> None:
        days = self.days("2026-01-01", 2, how=How.DAY, shift=Shift.NEXT)
        self.assertEqual(days, ["2026-01-12", "2026-01-13"])

    def test_a_date_before_moves_over_the_edge_of_the_month_and_the_year(self) -> None:
        self.assertEqual(self.days("2025-12-20", 1, how=How.MONTH, month_day=5, shift=Shift.PREVIOUS), ["2025-12-30"])

    def test_the_29th_to_31st_are_the_last_day_of_shorter_months(self) -> None:
        cases = {
            29: ["2026-02-28", "2026-03-29", "2026-04-29"],
            30: ["2026-02-28", "2026-03-30", "2026-04-30"],
            31: ["2026-02-28", "2026-03-31", "2026-04-30"],
        }
        for number, days in cases.items():
            with self.subTest(number):
                self.assertEqual(self.days("2026-02-01", how=How.MONTH, month_day=number), days)
        self.assertEqual(self.days("2028-02-01", 1, how=How.MONTH, month_day=31), ["2028-02-29"])

    def test_the_last_working_day_of_a_month(self) -> None:
        days = self.days("2026-01-01", 5, how=How.LAST_WORKING_DAY)
        self.assertEqual(days, ["2026-01-30", "2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29"])
        self.assertEqual(self.days("2026-12-01", 1, how=How.LAST_WORKING_DAY), ["2026-12-30"])

    def test_a_year_on_the_29th_of_february(self) -> None:
        days = self.days("2026-01-01", how=How.YEAR, month=2, month_day=29)
        self.assertEqual(days, ["2026-02-28", "2027-02-28", "2028-02-29"])

    def test_from_and_until_bound_the_days_as_planned(self) -> None:
        bounds = {"begins": date(2026, 5, 2), "ends": date(2026, 5, 9)}
        self.assertEqual(self.days("2026-04-01", 9, how=How.WEEK, weekdays=frozenset({5}), shift=Shift.NEXT, **bounds),
                         ["2026-05-04", "2026-05-12"])  # fmt: skip

    def test_a_calendar_that_never_opens_has_no_day(self) -> None:
        pattern = Pattern(how=How.DAY, at=time(9), zone=MOSCOW, begins=date(2026, 1, 1), shift=Shift.NEXT)
        self.assertEqual(pattern.next(datetime(2026, 1, 1, tzinfo=UTC), lambda _day: False), [])


class MomentTests(SimpleTestCase):
    def moments(self, at: time, since: datetime, count: int = 2) -> list[datetime]:
        pattern = Pattern(how=How.DAY, at=at, zone=BERLIN, begins=date(2026, 1, 1))
        return [moment for _day, moment in pattern.next(since, works, count)]

    def test_the_hour_is_by_the_clock_on_the_wall_across_a_change(self) -> None:
        found = self.moments(time(9), datetime(2026, 3, 28, 0, tzinfo=UTC))
        self.assertEqual(found, [datetime(2026, 3, 28, 8, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)])

    def test_an_hour_that_does_not_exist_comes_and_one_that_comes_twice_comes_once(self) -> None:
        spring = self.moments(time(2, 30), datetime(2026, 3, 28, 12, tzinfo=UTC))
        self.assertEqual(spring, [datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)])
        autumn = self.moments(time(2, 30), datetime(2026, 10, 24, 12, tzinfo=UTC))
        self.assertEqual(autumn, [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)])

    def test_the_moment_itself_is_over(self) -> None:
        at = datetime(2026, 6, 1, 7, tzinfo=UTC)
        self.assertEqual(self.moments(time(9), at, 1), [datetime(2026, 6, 2, 7, tzinfo=UTC)])
