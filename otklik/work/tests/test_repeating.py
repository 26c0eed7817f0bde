"""Tickets that come again: made once, with all that they say, and not in a flood."""

from datetime import UTC, date, datetime, time, timedelta

from otklik.calendars.models import Calendar
from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.testing import CastTestCase, kinds
from otklik.tickets.models import Ticket
from otklik.work.models import Occurrence, Recurrence
from otklik.work.models.recurrence import repeat
from otklik.work.recurring import How, Shift
from otklik.work.repeating import make_due, make_now

THURSDAY = datetime(2026, 4, 30, 12, tzinfo=UTC)


def weekly(cast: type[CastTestCase], **rest: object) -> dict[str, object]:
    """Every Monday at nine in Moscow, from the 1st of April 2026 on."""
    said = {"subject": "Check the backup", "text": "Restore one file.", "client": cast.bea, "team": cast.support,
            "assignee": cast.ana, "tags": ["backup"], "checklist": "Restore\nCompare", "how": How.WEEK,
            "weekdays": [0], "at": time(9), "time_zone": "Europe/Moscow", "begins": date(2026, 4, 1)}  # fmt: skip
    return said | rest


class RepeatingTests(CastTestCase):
    def begin(self, at: datetime = THURSDAY, **rest: object) -> Recurrence:
        return repeat(weekly(self, **rest), by=self.admin, at=at)

    def look(self, at: datetime) -> list[Ticket]:
        """The tickets that came when the worker looked at this time."""
        before = set(Occurrence.objects.values_list("pk", flat=True))
        make_due(at)
        return [each.ticket for each in Occurrence.objects.exclude(pk__in=before).select_related("ticket")]

    def test_it_comes_at_its_time_with_all_that_it_says_and_tells_where_it_is_from(self) -> None:
        self.begin()
        self.assertEqual(self.look(datetime(2026, 5, 4, 5, 59, tzinfo=UTC)), [])
        ticket = self.look(datetime(2026, 5, 4, 6, 0, tzinfo=UTC))[0]
        self.assertEqual((ticket.subject, ticket.client, ticket.team), ("Check the backup", self.bea, self.support))
        self.assertEqual((ticket.assignee, ticket.type), (self.ana, "service_request"))
        self.assertEqual([task.title for task in ticket.tasks.all()], ["Restore", "Compare"])
        self.assertEqual([tag.name for tag in ticket.tags.all()], ["backup"])
        note = ticket.messages.get()
        self.assertEqual((note.text, note.is_note, note.is_automatic), ("Restore one file.", True, True))
        told = narrate(Event.objects.about(ticket).filter(kind="recurrence.made"))[0]
        self.assertEqual(told.sentence, "Made by the recurring ticket “Check the backup” for 4 May 2026")
        self.assertEqual(told.who, "Check the backup")

    def test_a_day_is_made_once_however_often_one_looks(self) -> None:
        made = self.begin()
        at = datetime(2026, 5, 4, 6, tzinfo=UTC)
        self.assertEqual(len(self.look(at)), 1)
        Recurrence.objects.update(look_at=at, looked_at=THURSDAY)
        self.assertEqual(self.look(at + timedelta(minutes=1)), [])
        self.assertEqual(made.occurrences.get().day, date(2026, 5, 4))

    def test_after_a_long_stop_the_latest_alone_is_made(self) -> None:
        self.begin()
        ticket = self.look(datetime(2026, 6, 3, 12, tzinfo=UTC))[0]
        self.assertEqual(Occurrence.objects.get().day, date(2026, 6, 1))
        self.assertEqual(Event.objects.about(ticket).get(kind="recurrence.made").facts["missed"], 4)
        self.assertEqual(self.look(datetime(2026, 6, 4, 12, tzinfo=UTC)), [])

    def test_what_passed_before_it_was_set_up_or_while_it_was_paused_is_not_made_up_for(self) -> None:
        made = self.begin()
        self.assertEqual(self.look(THURSDAY + timedelta(hours=1)), [])
        self.assertTrue(made.pause(by=self.admin, at=THURSDAY))
        self.assertFalse(made.pause(by=self.admin, at=THURSDAY))
        self.assertEqual(self.look(datetime(2026, 5, 5, tzinfo=UTC)), [])
        self.assertTrue(made.resume(by=self.admin, at=datetime(2026, 5, 5, tzinfo=UTC)))
        self.assertEqual(self.look(datetime(2026, 5, 5, 1, tzinfo=UTC)), [])
        self.assertEqual(len(self.look(datetime(2026, 5, 11, 6, tzinfo=UTC))), 1)
        self.assertEqual(kinds(made), ["recurrence.added", "recurrence.paused", "recurrence.resumed"])

    def test_the_real_holidays_move_it(self) -> None:
        calendar = Calendar.objects.create(name="Office")
        calendar.follow_russia(2026)
        made = self.begin(calendar=calendar, shift=Shift.NEXT)
        days = [day.isoformat() for day, _at in made.next(3, at=THURSDAY)]
        self.assertEqual(days, ["2026-05-04", "2026-05-12", "2026-05-18"])
        moved = self.begin(calendar=calendar, how=How.LAST_WORKING_DAY)
        self.assertEqual(moved.next(1, at=datetime(2026, 12, 1, tzinfo=UTC))[0][0], date(2026, 12, 30))

    def test_a_day_that_became_a_holiday_meanwhile_is_not_made(self) -> None:
        calendar = Calendar.objects.create(name="Office")
        self.begin(calendar=calendar, shift=Shift.SKIP)
        self.look(THURSDAY + timedelta(hours=1))
        calendar.set_day(date(2026, 5, 4), ())
        self.assertEqual(self.look(datetime(2026, 5, 4, 7, tzinfo=UTC)), [])

    def test_one_made_by_hand_is_besides_the_plan(self) -> None:
        made = self.begin()
        at = datetime(2026, 5, 4, 3, tzinfo=UTC)
        self.assertEqual([make_now(made, by=self.admin, at=at).subject for _each in range(2)], ["Check the backup"] * 2)
        self.assertEqual(len(self.look(datetime(2026, 5, 4, 6, tzinfo=UTC))), 1)

    def test_an_assignee_who_left_and_an_end_that_came_harm_nothing(self) -> None:
        self.begin(ends=date(2026, 5, 4))
        self.ana.teams.clear()
        self.assertIsNone(self.look(datetime(2026, 5, 4, 6, tzinfo=UTC))[0].assignee)
        self.assertEqual(self.look(datetime(2026, 5, 11, 7, tzinfo=UTC)), [])

    def test_one_that_cannot_be_made_keeps_its_day_and_holds_nobody_up(self) -> None:
        bad, good = self.begin(checklist="\n".join(f"Task {n}" for n in range(201))), self.begin(subject="Good")
        at = datetime(2026, 5, 4, 6, tzinfo=UTC)
        with self.assertLogs("otklik.work.repeating", "ERROR"):
            self.assertEqual([ticket.subject for ticket in self.look(at)], ["Good"])
        self.assertFalse(Ticket.objects.filter(subject="Check the backup").exists())
        Recurrence.objects.filter(pk=bad.pk).update(checklist="")
        self.assertEqual(len(self.look(at + timedelta(minutes=10))), 1)
        self.assertTrue(good.remove(by=self.admin))
        self.assertTrue(Ticket.objects.filter(subject="Good").exists())
