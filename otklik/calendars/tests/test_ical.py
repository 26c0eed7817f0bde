"""Files of holidays: read with their repetitions, refused with words when they are none; written and read back."""

from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase

from otklik.calendars.ical import Dated, read, write

AT = datetime(2026, 3, 2, tzinfo=UTC)


def event(*lines: str) -> bytes:
    inside = "\r\n".join(lines)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n{inside}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()


class ReadingTests(SimpleTestCase):
    def dates(self, *lines: str) -> list[str]:
        return [day.date.isoformat() for day in read(event(*lines), at=AT)]

    def test_a_holiday_of_every_year_comes_up_to_three_years_ahead(self):
        start, usual = "DTSTART;VALUE=DATE:20260101", ["2026-01-01", "2027-01-01", "2028-01-01", "2029-01-01"]
        self.assertEqual(self.dates(start, "RRULE:FREQ=YEARLY"), usual)
        self.assertEqual(self.dates(start, "RRULE:FREQ=YEARLY;COUNT=2"), usual[:2])
        self.assertEqual(self.dates(start, "RRULE:FREQ=YEARLY;UNTIL=20280101"), usual[:3])
        self.assertEqual(self.dates(start, "RRULE:FREQ=YEARLY;INTERVAL=2"), usual[::2])

    def test_a_holiday_that_began_long_ago_comes_in_the_years_that_matter(self):
        start = "DTSTART;VALUE=DATE:19910612"
        years = [day[:4] for day in self.dates(start, "RRULE:FREQ=YEARLY")]
        self.assertEqual(years, ["2025", "2026", "2027", "2028", "2029"])
        self.assertEqual(self.dates(start, "RRULE:FREQ=YEARLY;COUNT=3"), ["1991-06-12"])
        self.assertEqual(len(self.dates(start, "RRULE:FREQ=YEARLY;COUNT=36")), 2)

    def test_what_repeats_otherwise_or_never_comes_true_counts_once(self):
        for rule in ("FREQ=SECONDLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=YEARLY;BYDAY=4TH", "nonsense"):
            with self.subTest(rule):
                self.assertEqual(self.dates("DTSTART;VALUE=DATE:20260101", f"RRULE:{rule}"), ["2026-01-01"])

    def test_what_is_no_calendar_is_said_to_be_none(self):
        for content in (b"", b"\xff\xfe\x00", b"BEGIN:VCALENDAR", b"BEGIN:VEVENT\r\nEND:VCALENDAR\r\n", b"GIF89a"):
            with self.subTest(content), self.assertRaises(ValidationError):
                read(content, at=AT)

    def test_what_is_written_is_read_back(self):
        days = [Dated(date(2026, 1, 1), "New Year; a long, long label " * 4), Dated(date(2026, 3, 9), "8 March")]
        back = read(write("Office", days, host="demo.example", at=AT).encode(), at=AT)
        self.assertEqual([day.date for day in back], [day.date for day in days])
        self.assertTrue(back[0].label.startswith("New Year; a long, long label"))
