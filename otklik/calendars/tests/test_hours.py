"""Working time, against dates worked out by hand and against an oracle that counts minutes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.test import SimpleTestCase
from hypothesis import given, settings
from hypothesis import strategies as some

from otklik.calendars.hours import AROUND_THE_CLOCK, CLOSED, OpeningHours, WorkingTime, prepare

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = ((9 * 60, 18 * 60),)
WITH_LUNCH = ((9 * 60, 13 * 60), (14 * 60, 18 * 60))
SHORT = ((9 * 60, 17 * 60),)
WEEK = (OFFICE,) * 5 + (CLOSED,) * 2
HOLIDAYS = {
    date(2026, 3, 9): CLOSED,  # for 8 March, a Sunday
    date(2026, 4, 30): SHORT,
    date(2026, 5, 1): CLOSED,
    date(2026, 5, 8): SHORT,
    date(2026, 5, 11): CLOSED,
}


def laid_out(hours: OpeningHours) -> WorkingTime:
    return prepare(hours, date(2025, 12, 1), date(2027, 1, 31))


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


class ByHandTests(SimpleTestCase):
    office = laid_out(OpeningHours(MOSCOW, WEEK, HOLIDAYS))

    def test_deadlines_worked_out_by_hand(self):
        cases = (
            ("2026-03-02 10:00", 2, "2026-03-02 12:00", "within a day"),
            ("2026-03-02 16:00", 8, "2026-03-03 15:00", "over a night"),
            ("2026-03-02 09:00", 9, "2026-03-02 18:00", "exactly a day ends at closing"),
            ("2026-03-02 07:00", 1, "2026-03-02 10:00", "before opening"),
            ("2026-03-02 18:00", 1, "2026-03-03 10:00", "at closing"),
            ("2026-03-02 23:30", 1, "2026-03-03 10:00", "at night"),
            ("2026-03-06 17:00", 2, "2026-03-10 10:00", "over a long weekend"),
            ("2026-03-08 12:00", 0.5, "2026-03-10 09:30", "on a holiday"),
            ("2026-04-30 16:30", 1, "2026-05-04 09:30", "a shortened day, then 1 May"),
            ("2026-05-08 09:00", 8, "2026-05-08 17:00", "the whole of a shortened day"),
            ("2026-05-08 09:00", 9, "2026-05-12 10:00", "the shortened day is not enough"),
            ("2026-05-08 17:30", 9, "2026-05-12 18:00", "after a shortened day"),
            ("2026-03-02 10:00", 45, "2026-03-10 10:00", "a working week, with a holiday in the next one"),
        )
        for start, hours, due, why in cases:
            with self.subTest(why):
                self.assertEqual(self.office.due(moscow(start), timedelta(hours=hours)), moscow(due))

    def test_lunch_does_not_count(self):
        lunch = laid_out(OpeningHours(MOSCOW, (WITH_LUNCH,) * 7))
        self.assertEqual(lunch.due(moscow("2026-03-02 12:30"), timedelta(hours=1)), moscow("2026-03-02 14:30"))
        self.assertEqual(lunch.due(moscow("2026-03-02 13:30"), timedelta(hours=1)), moscow("2026-03-02 15:00"))

    def test_promising_nothing_is_due_at_once_or_at_the_next_opening(self):
        self.assertEqual(self.office.due(moscow("2026-03-02 10:00"), timedelta()), moscow("2026-03-02 10:00"))
        self.assertEqual(self.office.opens(moscow("2026-03-07 10:00")), moscow("2026-03-10 09:00"))

    def test_around_the_clock_is_plain_time_whatever_the_clocks_do(self):
        always = laid_out(OpeningHours(BERLIN, (AROUND_THE_CLOCK,) * 7))
        for start in (datetime(2026, 3, 28, 20, tzinfo=BERLIN), datetime(2026, 10, 24, 20, tzinfo=BERLIN)):
            with self.subTest(start=start):
                self.assertEqual(always.due(start, timedelta(hours=30)), start.astimezone(UTC) + timedelta(hours=30))

    def test_a_night_shift_is_an_hour_shorter_or_longer_when_the_clocks_change(self):
        nights = laid_out(OpeningHours(BERLIN, (((0, 6 * 60),),) * 7))
        spring, autumn = datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)
        self.assertEqual(nights.between(spring, spring + timedelta(hours=12)), timedelta(hours=5))
        self.assertEqual(nights.between(autumn, autumn + timedelta(hours=12)), timedelta(hours=7))

    def test_what_the_clocks_jump_over_is_cut_off(self):
        spring = datetime(2026, 3, 29, tzinfo=BERLIN)
        cases = (((130, 170), 0), ((90, 150), 30), ((150, 240), 60), ((60, 240), 120))
        for span, minutes in cases:
            with self.subTest(span=span):
                work = laid_out(OpeningHours(BERLIN, ((span,),) * 7))
                self.assertEqual(work.between(spring, spring + timedelta(hours=12)), timedelta(minutes=minutes))

    def test_why_tells_every_interval_that_counted(self):
        start = moscow("2026-03-06 17:00")
        told = self.office.why(start, self.office.due(start, timedelta(hours=2)))
        self.assertEqual([part.length for part in told], [timedelta(hours=1)] * 2)
        self.assertEqual(told[1].begin, moscow("2026-03-10 09:00"))

    def test_a_desk_that_never_opens_has_no_deadlines(self):
        shut = laid_out(OpeningHours(MOSCOW, (CLOSED,) * 7))
        self.assertIsNone(shut.due(moscow("2026-03-02 10:00"), timedelta(hours=1)))
        self.assertIsNone(shut.opens(moscow("2026-03-02 10:00")))

    def test_it_shuts_when_the_hours_end_that_are_on(self):
        self.assertEqual(self.office.closes(moscow("2026-03-02 10:00")), moscow("2026-03-02 18:00"))
        self.assertIsNone(self.office.closes(moscow("2026-03-02 18:00")))
        night = laid_out(OpeningHours(MOSCOW, (((0, 6 * 60), (22 * 60, 24 * 60)),) * 7))
        self.assertEqual(night.closes(moscow("2026-03-02 23:00")), moscow("2026-03-03 06:00"))
        always = laid_out(OpeningHours(MOSCOW, (AROUND_THE_CLOCK,) * 7))
        self.assertIsNone(always.closes(moscow("2026-03-02 10:00")))

    def test_what_has_no_answer_is_refused(self):
        refused = (
            lambda: self.office.due(datetime(2026, 3, 2), timedelta(hours=1)),  # noqa: DTZ001 that it is naive matters
            lambda: self.office.due(moscow("2026-03-02 10:00"), timedelta(hours=-1)),
            lambda: self.office.due(moscow("2019-03-02 10:00"), timedelta(hours=1)),
            lambda: OpeningHours(MOSCOW, WEEK[:6]),
            lambda: OpeningHours(MOSCOW, (((600, 540),),) * 7),
            lambda: OpeningHours(MOSCOW, (((540, 1500),),) * 7),
            lambda: OpeningHours(MOSCOW, (((540, 700), (660, 800)),) * 7),
        )
        for number, attempt in enumerate(refused):
            with self.subTest(number=number), self.assertRaises(ValueError):
                attempt()


def spans() -> some.SearchStrategy:
    """Hours of one day: none, or one or two spans on whole quarters."""
    edges = some.lists(some.integers(0, 96), min_size=0, max_size=4, unique=True)
    return edges.map(sorted).map(lambda e: tuple((a * 15, b * 15) for a, b in zip(e[::2], e[1::2], strict=False)))


def calendars() -> some.SearchStrategy:
    some_dates = some.dictionaries(some.dates(date(2026, 3, 20), date(2026, 4, 10)), spans(), max_size=4)
    zones = some.sampled_from([MOSCOW, BERLIN, ZoneInfo("America/St_Johns"), ZoneInfo("Asia/Kolkata")])
    return some.builds(OpeningHours, zones, some.tuples(*[spans()] * 7), some_dates)


FROM = datetime(2026, 3, 22, tzinfo=UTC)
starts = some.integers(0, 14 * 24 * 60).map(lambda minute: FROM + timedelta(minutes=minute))


class Oracle:
    """Slow and plain: looks at every minute whether the wall clock shows an open one."""

    def __init__(self, hours: OpeningHours) -> None:
        self.hours = hours

    def is_open(self, minute: datetime) -> bool:
        local = minute.astimezone(self.hours.zone)
        shown = local.hour * 60 + local.minute
        return any(opens <= shown < closes for opens, closes in self.hours.on(local.date()))

    def between(self, start: datetime, end: datetime) -> int:
        minutes = int((end - start).total_seconds() // 60)
        return sum(self.is_open(start + timedelta(minutes=n)) for n in range(minutes))


class PropertyTests(SimpleTestCase):
    @settings(max_examples=60, deadline=None)
    @given(calendars(), starts, some.integers(0, 3 * 24 * 60))
    def test_the_sum_is_what_counting_minutes_gives(self, hours: OpeningHours, start: datetime, minutes: int):
        end = start + timedelta(minutes=minutes)
        told = prepare(hours, date(2026, 3, 1), date(2026, 4, 30)).between(start, end)
        self.assertEqual(told, timedelta(minutes=Oracle(hours).between(start, end)))

    @settings(max_examples=200, deadline=None)
    @given(calendars(), starts, some.timedeltas(timedelta(microseconds=1), timedelta(hours=40)))
    def test_due_and_between_undo_each_other(self, hours: OpeningHours, start: datetime, target: timedelta):
        work = prepare(hours, date(2026, 3, 1), date(2026, 6, 30))
        due = work.due(start, target)
        if due is None:
            self.assertLess(work.between(start, datetime(2026, 6, 30, tzinfo=UTC)), target + timedelta(hours=36))
        else:
            self.assertEqual(work.between(start, due), target)
            self.assertEqual(sum((part.length for part in work.why(start, due)), timedelta()), target)

    @settings(max_examples=100, deadline=None)
    @given(
        calendars(),
        starts,
        some.timedeltas(timedelta(), timedelta(hours=20)),
        some.timedeltas(timedelta(), timedelta(hours=20)),
    )
    def test_a_promise_in_two_parts_is_the_promise_in_one(self, hours, start, first, second):
        work = prepare(hours, date(2026, 3, 1), date(2026, 8, 31))
        whole = work.due(start, first + second)
        half = work.due(start, first)
        again = half and work.due(half, second)
        self.assertEqual(work.between(start, again) if again else None, first + second if whole else None)
