"""When a notice leaves the desk: at once, gathered, once a day, and in the member's working time."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core import mail

from otklik.calendars.models import Calendar
from otklik.journal.models import Event
from otklik.notices.mailing import mail_due
from otklik.notices.models import GATHERING, Mailing, Notice, Topic, Wishes
from otklik.notices.telling import tell
from otklik.staff.models import Company, Leave, Member
from otklik.testing import CastTestCase

MOSCOW = ZoneInfo("Europe/Moscow")
LUNCH = [[9 * 60, 13 * 60], [14 * 60, 18 * 60]]


def at(day_and_hour: str) -> datetime:
    """Of March 2026; the second is a Monday."""
    return datetime.strptime(f"2026-03-{day_and_hour}", "%Y-%m-%d %H:%M").replace(tzinfo=MOSCOW)


class WaitingTestCase(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        Company.objects.update(time_zone="Europe/Moscow")
        cls.office = Calendar.objects.create(name="Office hours", week=[LUNCH] * 5 + [[], []])
        cls.support.calendar = cls.office
        cls.support.save(update_fields=["calendar"])

    def told(self, moment: str, member: Member | None = None, **facts: str | None) -> Notice:
        """What a member is told of something that happens then."""
        event = Event.objects.create(
            kind="ticket.pointed_out", about="ticket", about_id=self.ticket.pk, at=at(moment), facts=facts
        )
        tell([member or self.ana], event, Topic.POINTED_OUT)
        return Notice.objects.get(event=event)

    def wish(self, mailing: str, *, in_hours: bool = True) -> None:
        Wishes(member=self.ana, mailing=mailing, mail_in_hours=in_hours).keep()


class WorkingTimeTests(WaitingTestCase):
    def test_what_comes_at_work_is_mailed_at_once(self):
        self.assertEqual(self.told("02 10:00").mail_at, at("02 10:00") + GATHERING)

    def test_what_comes_at_night_waits_for_the_morning_and_is_at_the_desk_at_once(self):
        notice = self.told("06 19:00")
        self.assertEqual(notice.mail_at, at("09 09:00") + GATHERING)
        self.assertIn(notice, Notice.objects.unseen(self.ana))

    def test_ones_own_calendar_goes_before_the_teams(self):
        night = Calendar.objects.create(name="Night", week=[[[0, 8 * 60]]] * 7)
        Member.objects.filter(pk=self.ana.pk).update(calendar=night)
        self.assertEqual(self.told("02 10:00").mail_at, at("03 00:00") + GATHERING)

    def test_of_two_teams_the_one_that_works_sooner_counts(self):
        self.ana.teams.add(self.sales)
        self.sales.calendar = Calendar.objects.create(name="Early", week=[[[6 * 60, 12 * 60]]] * 7)
        self.sales.save(update_fields=["calendar"])
        self.assertEqual(self.told("02 19:00").mail_at, at("03 06:00") + GATHERING)

    def test_whoever_has_no_calendar_at_all_is_mailed_at_any_hour(self):
        self.assertEqual(self.told("02 23:00", self.omar).mail_at, at("02 23:00") + GATHERING)

    def test_a_leave_is_no_working_time(self):
        Leave.plan(self.ana, at("03 00:00").date(), at("04 00:00").date(), by=None, at=at("02 09:00"))
        self.assertEqual(self.told("02 19:00").mail_at, at("05 09:00") + GATHERING)
        self.assertEqual(self.told("03 10:00").mail_at, at("05 09:00") + GATHERING)

    def test_it_can_be_switched_off(self):
        self.wish(Mailing.AT_ONCE, in_hours=False)
        self.assertEqual(self.told("02 23:00").mail_at, at("02 23:00") + GATHERING)

    def test_what_cannot_wait_does_not(self):
        self.wish(Mailing.DAY)
        self.assertEqual(self.told("02 23:00", mail_at=None).mail_at, at("02 23:00") + GATHERING)


class GatheringTests(WaitingTestCase):
    def test_what_comes_within_an_hour_is_one_mail(self):
        self.wish(Mailing.HOUR)
        self.told("02 10:05")
        self.told("02 10:55")
        self.told("02 11:01")
        self.assertFalse(mail_due(at("02 10:59")))
        self.assertTrue(mail_due(at("02 11:00")))
        self.assertFalse(mail_due(at("02 11:00")))
        self.assertEqual(len(mail.outbox), 1)
        self.assertEqual(Notice.objects.filter(mail_at=None).count(), 2)
        self.assertEqual(Notice.objects.get(mail_at__isnull=False).mail_at, at("02 12:00"))

    def test_a_quarter_of_an_hour_is_a_choice_too(self):
        self.wish(Mailing.QUARTER)
        self.assertEqual(self.told("02 10:05").mail_at, at("02 10:15"))

    def test_nothing_is_gathered_past_the_end_of_work(self):
        self.wish(Mailing.HOUR)
        self.office.set_day(at("02 00:00").date(), ((9 * 60, 17 * 60 + 30),))
        self.assertEqual(self.told("02 17:10").mail_at, at("02 17:30"))

    def test_once_a_day_is_when_the_working_day_begins(self):
        self.wish(Mailing.DAY)
        self.assertEqual(self.told("02 07:00").mail_at, at("02 09:00"))
        self.assertEqual(self.told("02 13:30").mail_at, at("03 09:00"))
        self.assertEqual(self.told("06 10:00").mail_at, at("09 09:00"))

    def test_without_a_calendar_a_day_begins_at_nine(self):
        Wishes(member=self.omar, mailing=Mailing.DAY).keep()
        self.assertEqual(self.told("02 08:00", self.omar).mail_at, at("02 09:00"))
        self.assertEqual(self.told("07 10:00", self.omar).mail_at, at("08 09:00"))

    def test_who_wants_no_mail_gets_none_of_what_waited_either(self):
        waiting = self.told("02 19:00")
        self.wish(Mailing.NEVER)
        waiting.refresh_from_db()
        self.assertIsNone(waiting.mail_at)
        self.assertIsNone(self.told("02 10:00").mail_at)
