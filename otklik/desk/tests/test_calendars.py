"""Settings of working calendars and agreements, and the journal that says who saved them."""

from datetime import UTC, date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from otklik.calendars.models import Calendar
from otklik.desk.calendars import to_remind, year_of
from otklik.journal.models import Event
from otklik.testing import CastTestCase

WEEK = {f"day-{number}": "9–18" for number in range(5)}
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260706\r\nDTEND;VALUE=DATE:20260708\r\n"
    "SUMMARY:Summer\\, at\r\n  the sea\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


class SettingsTestCase(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.admin)

    def saved(self) -> list[tuple[str, str]]:
        events = Event.objects.filter(kind="setting.changed").order_by("id")
        return [(event.facts["section"], event.facts["name"]) for event in events]


class CalendarTests(SettingsTestCase):
    def make(self, **rest: str) -> Calendar:
        self.client.post(reverse("desk:new_calendar"), {"name": "Office", "time_zone": "Asia/Omsk", **WEEK, **rest})
        return Calendar.objects.get(name="Office")

    def send(self, address: str, calendar: Calendar, /, **form: object):
        return self.client.post(reverse(f"desk:{address}", args=[calendar.pk]), form, follow=True)

    def test_a_calendar_is_typed_and_changed_day_by_day(self):
        calendar = self.make(**{"day-5": "10:00–14:00, 15:00–16:30"})
        self.assertEqual(calendar.week[5:], [[[600, 840], [900, 990]], []])
        self.send("calendar", calendar, name="Office", time_zone="Asia/Omsk", **WEEK)
        calendar.refresh_from_db()
        self.assertEqual((calendar.week[5], calendar.version), ([], 2))
        self.assertEqual(self.saved(), [("calendars", "Office")] * 2)

    def test_hours_that_are_none_are_refused_beside_the_day(self):
        answer = self.client.post(reverse("desk:new_calendar"), {"name": "X", "time_zone": "Asia/Omsk", "day-0": "9"})
        self.assertContains(answer, "“9” are not hours.")
        self.assertFalse(Calendar.objects.exists())

    def test_one_around_the_clock_is_a_press_away(self):
        page = self.client.get(reverse("desk:new_calendar"), {"always": "yes"})
        self.assertContains(page, "0:00–24:00", count=7)

    def test_the_russian_calendar_is_followed_for_a_year(self):
        calendar = self.make()
        page = self.send("calendar_follow", calendar, year="2026")
        self.assertContains(page, "dates of 2026 differ now")
        months = year_of(Calendar.objects.get(pk=calendar.pk), 2026)
        cells = {cell.date: cell.mark for _first, weeks in months for week in weeks for cell in week if cell}
        self.assertEqual([cells[date(2026, *day)] for day in ((3, 9), (4, 30), (3, 7), (3, 10))],
                         ["free", "short", "rest", ""])  # fmt: skip

    def test_a_region_brings_its_own_days_and_says_which_are_missing(self):
        calendar = self.make()
        self.send("calendar_follow", calendar, year="2026")
        self.send("calendar", calendar, name="Office", time_zone="Europe/Moscow", region="tatarstan", **WEEK)
        self.assertTrue(calendar.days.filter(date=date(2026, 11, 6), is_by_hand=False).exists())
        page = self.send("calendar_follow", calendar, year="2027")
        self.assertContains(page, "Татарстан announces every year are not known here: Ураза-байрам, Курбан-байрам.")
        self.send("calendar", calendar, name="Office", time_zone="Europe/Moscow", region="", **WEEK)
        self.assertFalse(calendar.days.filter(date=date(2026, 11, 6)).exists())

    def test_short_days_follow_when_the_week_changes(self):
        calendar = self.make()
        calendar.follow_russia(2026)
        self.send("calendar", calendar, name="Office", time_zone="Asia/Omsk", **dict.fromkeys(WEEK, "8–16"))
        self.assertEqual(calendar.days.get(date=date(2026, 4, 30)).spans, [[480, 900]])

    def test_a_year_out_of_reach_is_not_found(self):
        self.assertEqual(self.send("calendar_follow", self.make(), year="1066").status_code, 404)

    def test_a_date_comes_and_goes(self):
        calendar = self.make()
        self.send("calendar_day", calendar, date="2026-08-31", hours="10–12", label="Inventory")
        self.assertEqual(calendar.days.get().spans, [[600, 720]])
        self.send("calendar_day", calendar, date="2026-08-31", remove="yes")
        self.assertFalse(calendar.days.exists())

    def test_days_off_come_from_a_file_and_go_to_one(self):
        calendar = self.make()
        self.send("calendar_import", calendar, file=SimpleUploadedFile("a.ics", ICS.encode()))
        sea = [(date(2026, 7, day), "Summer, at the sea") for day in (6, 7)]
        self.assertEqual(list(calendar.days.values_list("date", "label")), sea)
        text = self.client.get(reverse("desk:calendar_export", args=[calendar.pk])).content.decode()
        self.assertIn("DTSTART;VALUE=DATE:20260706\r\n", text)
        self.assertIn("SUMMARY:Summer\\, at the sea\r\n", text)

    def test_a_file_that_is_no_calendar_is_refused_in_words(self):
        calendar = self.make()
        long = ICS.replace("20260708", "20280708")
        empty = ICS[:30] + "END:VCALENDAR\r\n"
        files = {"no iCalendar file": "hello", "no event with a date": empty, "longer than two months": long,
                 "too large": "BEGIN:VCALENDAR" + " " * 600_000}  # fmt: skip
        for words, content in files.items():
            with self.subTest(words):
                upload = SimpleUploadedFile("a.ics", content.encode())
                self.assertContains(self.send("calendar_import", calendar, file=upload), words)
        self.assertFalse(calendar.days.exists())

    def test_next_year_is_missed_from_november_on(self):
        calendar = self.make()
        calendar.follow_russia(2026)
        november = datetime(2026, 11, 1, tzinfo=UTC)
        self.assertEqual((to_remind(november), to_remind(november - timedelta(days=2))), ([calendar], []))
        calendar.follow_russia(2027)
        self.assertEqual(to_remind(november), [])


class AuditTests(SettingsTestCase):
    def test_every_section_says_who_saved_what(self):
        self.client.post(reverse("desk:new_setting", args=["teams"]), {"name": "Engineers"})
        page = self.client.get(reverse("desk:changes"))
        self.assertContains(page, "Settings, Teams: “Engineers” was saved")
        self.assertContains(page, "Vera Chief")

    def test_the_company_says_so_too(self):
        form = {"name": "Demo", "time_zone": "Asia/Omsk", "language": "en", "reopen_days": 7, "away_minutes": 15}
        self.client.post(reverse("desk:settings"), form)
        self.assertEqual(self.saved(), [("company", "Demo")])
