"""Leave: planned days, who stands in, and what the journal is told when it begins and ends."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from otklik.calendars.models import Calendar
from otklik.journal.models import Event
from otklik.staff.availability import Roster, Why, available
from otklik.staff.errors import LeaveEndsBeforeItBegins, LeaveIsOver, LeavesOverlap, StandsInForThemselves
from otklik.staff.models import Leave, Member, Presence
from otklik.staff.turning import turn_due
from otklik.testing import CastTestCase, kinds, make_member

MOSCOW = ZoneInfo("Europe/Moscow")


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


class LeaveTestCase(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.oleg = make_member("Oleg Kravtsov", cls.support)
        cls.pia = make_member("Pia Lund", cls.support)

    def plan(self, member: Member, first: str, last: str, substitute: Member | None = None) -> Leave:
        days = date.fromisoformat(first), date.fromisoformat(last)
        return Leave.plan(member, *days, substitute=substitute, by=self.admin, at=moscow("2026-12-01 09:00"))


class LeaveTests(LeaveTestCase):
    def test_it_begins_at_midnight_and_ends_with_its_last_day(self):
        leave = self.plan(self.ana, "2026-12-03", "2026-12-08")
        self.assertEqual(leave.begins_at, moscow("2026-12-03 00:00"))
        self.assertEqual(leave.ends_at, moscow("2026-12-09 00:00"))
        self.assertFalse(turn_due(moscow("2026-12-02 23:59")))
        for text in ("2026-12-03 00:00", "2026-12-09 00:00"):
            self.assertTrue(turn_due(moscow(text)))
            self.assertFalse(turn_due(moscow(text)))
        told = ["member.leave_planned", "member.leave_began", "member.leave_ended"]
        self.assertEqual(kinds(self.ana), told)

    def test_both_are_told_in_order_even_if_the_worker_slept(self):
        self.plan(self.ana, "2026-12-03", "2026-12-08")
        while turn_due(moscow("2026-12-20 00:00")):
            pass
        self.assertEqual(kinds(self.ana)[1:], ["member.leave_began", "member.leave_ended"])

    def test_days_that_cannot_be_are_refused(self):
        self.plan(self.ana, "2026-12-03", "2026-12-08")
        cases = (
            ("2026-12-20", "2026-12-19", None, LeaveEndsBeforeItBegins),
            ("2026-11-20", "2026-11-30", None, LeaveIsOver),
            ("2026-12-08", "2026-12-10", None, LeavesOverlap),
            ("2026-12-20", "2026-12-21", self.ana, StandsInForThemselves),
        )
        for first, last, substitute, refusal in cases:
            with self.subTest(refusal), self.assertRaises(refusal):
                self.plan(self.ana, first, last, substitute)
        self.assertEqual(Leave.objects.count(), 1)
        self.plan(self.ana, "2026-12-09", "2026-12-09")

    def test_a_planned_one_is_cancelled_and_one_that_is_on_ended(self):
        planned = self.plan(self.ana, "2026-12-03", "2026-12-08")
        self.assertTrue(planned.cancel(by=self.ana, at=moscow("2026-12-02 10:00")))
        self.assertFalse(planned.cancel(by=self.ana, at=moscow("2026-12-02 10:00")))
        on = self.plan(self.ana, "2026-12-03", "2026-12-08")
        turn_due(moscow("2026-12-03 00:00"))
        self.assertTrue(on.cancel(by=self.ana, at=moscow("2026-12-04 10:00")))
        self.assertFalse(on.cancel(by=self.ana, at=moscow("2026-12-04 11:00")))
        self.assertFalse(turn_due(moscow("2026-12-20 10:00")))
        self.assertEqual(kinds(self.ana)[1], "member.leave_cancelled")
        self.assertEqual(kinds(self.ana)[-1], "member.leave_ended")
        self.assertTrue(available(self.ana, moscow("2026-12-04 10:00"), minds_presence=False).is_available)


class AvailabilityTests(LeaveTestCase):
    AT = moscow("2026-12-04 10:00")

    def why(self, member: Member, at: datetime | None = None, **rest: object) -> Why:
        return available(Member.objects.get(pk=member.pk), at or self.AT, **rest).why

    def test_the_first_reason_that_holds(self):
        self.assertEqual(self.why(self.ana), Why.OFFLINE)
        self.assertEqual(self.why(self.ana, minds_presence=False), Why.AVAILABLE)
        Presence(member=self.ana).hear(is_active=False, at=self.AT)
        self.assertEqual(self.why(self.ana), Why.AWAY)
        Presence.of(self.ana).hear(is_active=True, at=self.AT)
        self.assertEqual(self.why(self.ana), Why.AVAILABLE)
        self.ana.calendar = Calendar.objects.create(name="Sundays", week=[[]] * 6 + [[[540, 1080]]])
        self.ana.save()
        self.assertEqual(self.why(self.ana), Why.OFF_HOURS)
        self.plan(self.ana, "2026-12-03", "2026-12-08")
        self.assertEqual(self.why(self.ana), Why.ON_LEAVE)
        self.ana.deactivate(by=self.admin)
        self.assertEqual(self.why(self.ana), Why.SHUT_OUT)
        self.assertEqual(self.why(self.olga), Why.OBSERVER)

    def test_whoever_has_no_calendar_works_as_the_team_does(self):
        self.support.calendar = Calendar.objects.create(name="Office")
        night = moscow("2026-12-04 23:00")
        self.assertEqual(self.why(self.ana, night, team=self.support, minds_presence=False), Why.OFF_HOURS)
        self.assertEqual(self.why(self.ana, night, minds_presence=False), Why.AVAILABLE)

    def test_in_words(self):
        self.plan(self.ana, "2026-12-03", "2026-12-08", self.oleg)
        self.oleg.calendar = Calendar.objects.create(name="Office")
        roster = Roster.of([self.ana, self.oleg], moscow("2026-12-04 23:00"))
        with timezone.override(MOSCOW):
            self.assertEqual(str(roster.how(self.ana)), "on leave until 8 December, Oleg Kravtsov stands in")
            self.assertEqual(str(roster.how(self.oleg)), "works again from 7 December, 09:00")
            noon = available(self.oleg, moscow("2026-12-04 12:00"), minds_presence=False)
            self.assertEqual(str(noon), "available until 4 December, 18:00")

    def test_a_substitute_who_is_on_leave_too_has_one_of_their_own(self):
        self.plan(self.ana, "2026-12-03", "2026-12-08", self.oleg)
        self.assertEqual(available(self.ana, self.AT).substitute, self.oleg)
        self.plan(self.oleg, "2026-12-04", "2026-12-05", self.pia)
        self.assertEqual(available(self.ana, self.AT).substitute, self.pia)
        self.plan(self.pia, "2026-12-04", "2026-12-04", self.ana)
        self.assertIsNone(available(self.ana, self.AT).substitute)
        self.assertEqual(available(self.ana, self.AT + timedelta(days=1)).substitute, self.pia)

    def test_it_is_asked_for_many_at_once(self):
        members = list(Member.objects.select_related("calendar"))
        with self.assertNumQueries(2):
            roster = Roster.of(members, self.AT)
            for member in members:
                roster.how(member, team=self.support)
        self.assertFalse(Event.objects.filter(kind="member.presence_changed").exists())
