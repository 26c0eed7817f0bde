"""A few requests at each ready-made desk, end to end on a virtual clock; the moments were worked out by hand.

Every answer, call and look takes twelve minutes, nobody asks anything back, so each moment follows from the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

from django.test import TestCase

from otklik.journal.models import Event
from otklik.lib.inbound import Inbound, Sender
from otklik.lib.remembered import forget_all
from otklik.presets.book import PRESETS
from otklik.simulation.arrivals import Arrivals
from otklik.simulation.company import Doors, everybody_is_at_their_desk, staff, take_preset
from otklik.simulation.people import Habits
from otklik.simulation.report import Report
from otklik.simulation.running import Run
from otklik.tickets.models import Channel, Message, Ticket

MOSCOW = ZoneInfo("Europe/Moscow")
MAY = date(2026, 5, 1)
STEADY = Habits(spread=0, asks=0, passes_on=0)


@dataclass(frozen=True)
class Script(Arrivals):
    """Requests at moments that the test names."""

    at: tuple[datetime, ...] = ()

    def moments(self, first: date, days: int, zone: ZoneInfo, chance: Random) -> Iterator[datetime]:
        yield from self.at


@dataclass(frozen=True)
class OneDoor:
    """All of them come to one team, with one subject."""

    channel: Channel
    subject: str = "Hello"
    type: str = ""

    def request(self, number: int, chance: Random) -> tuple[Channel, Inbound]:
        sender = Sender("email", f"client{number}@alpha.example")
        return self.channel, Inbound(f"<{number}@alpha.example>", sender, "…", subject=self.subject, type=self.type)


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=MOSCOW)


def every_day(hour: int, minute: int) -> list[datetime]:
    return [moscow(day, hour, minute) for day in range(1, 32)]


class PresetTests(TestCase):
    def setUp(self) -> None:
        forget_all()
        self.addCleanup(forget_all)

    def run_desk(self, key: str, team: str, people: dict[str, int], at: list[datetime], days: int, **door) -> Report:
        habits = door.pop("habits", STEADY)
        take_preset(PRESETS[key], language="en", zone="Europe/Moscow", at=moscow(1, 0))
        staff(people)
        everybody_is_at_their_desk()
        channel = Channel.objects.get(kind="email", team__name=team)
        run = Run(MAY, days, Script({}, tuple(at)), habits, seed=1, doors=OneDoor(channel, **door))
        return Report.of(run, run.go())

    def told(self, *kinds: str) -> list[tuple[str, str]]:
        """What happened when, of these kinds: “18 10:12”."""
        events = Event.objects.filter(kind__in=kinds).order_by("id")
        return [(f"{event.at.astimezone(MOSCOW):%d %H:%M}", event.kind) for event in events]

    def automatic(self) -> list[str]:
        """Days on which the desk answered by itself."""
        sent = Message.objects.filter(is_automatic=True, person=None).order_by("at")
        return [f"{one.at.astimezone(MOSCOW):%d}" for one in sent]

    def test_the_information_line_in_may(self):
        # Working days of May 2026: without the 1st, the 11th and weekends; the 8th ends at 16.
        report = self.run_desk("information-line", "Hotline", {"": 1}, every_day(16, 30), 33)
        self.assertEqual((report.requests, report.unanswered, report.still_open), (31, 0, 0))
        self.assertEqual(
            self.automatic(), ["01", "02", "03", "08", "09", "10", "11", "16", "17", "23", "24", "30", "31"]
        )
        self.assertEqual([(one.promise, one.in_time, one.late) for one in report.kept],
                         [("First answer", 31, 0), ("Time in the team", 31, 0)])  # fmt: skip
        answers = [at for at, _kind in self.told("message.sent") if at in ("04 16:42", "12 09:48", "12 16:42")]
        # On the 4th within its day; of 8–11 May the fourth in a row, when the 12th begins.
        self.assertEqual(answers, ["04 16:42", "12 09:48", "12 16:42"])

    def test_what_comes_on_the_last_evening_has_time_left(self):
        report = self.run_desk("information-line", "Hotline", {"": 1}, [moscow(18, 10), moscow(18, 21)], 18)
        self.assertEqual((report.requests, report.unanswered, report.still_open), (2, 0, 1))

    def test_what_was_due_and_nobody_answered_is_unanswered(self):
        report = self.run_desk("information-line", "Hotline", {"": 0}, [moscow(18, 10), moscow(19, 21)], 19)
        self.assertEqual((report.requests, report.unanswered, report.still_open), (2, 1, 1))

    def test_one_person_cannot_keep_what_three_ask_of_a_chat(self):
        report = self.run_desk(
            "information-line", "Chat", {"": 1}, [moscow(18, 9), moscow(18, 9, 1), moscow(18, 9, 2)], 19
        )
        # Answered at 9:12, 9:24 and 9:36; promised until 9:15, 9:16 and 9:17.
        self.assertEqual([(one.in_time, one.late) for one in report.kept], [(1, 2)])
        self.assertEqual([(one.due, one.over_minutes, one.why) for one in report.latest], [
            ("2026-05-18 09:17", 19, "the one at work was busy"),
            ("2026-05-18 09:16", 8, "somebody was at it, and took longer than was left"),
        ])  # fmt: skip
        self.assertEqual(report.escalations["Tell the head of the team"], 2)

    def test_by_the_chat_itself_it_is_the_same(self):
        at = [moscow(18, 9), moscow(18, 9, 1), moscow(18, 9, 2)]
        take_preset(PRESETS["information-line"], language="en", zone="Europe/Moscow", at=moscow(1, 0))
        staff({"": 1})
        everybody_is_at_their_desk()
        doors = Doors([Channel.objects.get(kind="chat")])
        run = Run(MAY, 19, Script({}, tuple(at)), STEADY, seed=1, doors=doors)
        report = Report.of(run, run.go())
        self.assertEqual([(one.in_time, one.late) for one in report.kept], [(1, 2)])
        self.assertEqual(report.unanswered, 0)

    def test_the_portal_answers_by_itself_when_nobody_is_there(self):
        report = self.run_desk("state-portal", "Portal chat", {"": 1}, every_day(19, 30), 33)
        # Saturdays end at 18, the 8th at 19; the 1st, the 9th and the 11th are holidays.
        self.assertEqual(
            self.automatic(), ["01", "02", "03", "08", "09", "10", "11", "16", "17", "23", "24", "30", "31"]
        )
        # One person, twelve minutes each: of what waits until an opening the first is answered in time.
        broken = ["04 08:12", "12 08:12", "12 08:12", "12 08:12", "18 08:12", "25 08:12", "01 08:12"]
        self.assertEqual([at for at, _kind in self.told("clock.broken")], broken)
        self.assertEqual(report.unanswered, 0)

    def test_at_the_it_desk_what_is_late_goes_to_the_escalation_team(self):
        people = {"First line": 0, "Second line": 0, "Third line": 0, "Escalation": 1}
        self.run_desk("it-desk", "First line", people, [moscow(18, 10)], 19, type="incident")
        # Two hours for the first answer; two hours after that the ladder moves it; the answer takes twelve minutes.
        self.assertEqual(self.told("clock.broken", "ticket.handed_over", "message.sent"), [
            ("18 12:00", "clock.broken"), ("18 14:00", "ticket.handed_over"), ("18 14:12", "message.sent"),
        ])  # fmt: skip
        self.assertEqual(Ticket.objects.get().state, "resolved")

    def test_the_shop_looks_after_orders_on_a_holiday_night(self):
        report = self.run_desk("shop", "Shop", {"": 1}, [moscow(9, 3)], 10, subject="My order 15")
        self.assertEqual(self.told("message.sent"), [("09 03:12", "message.sent")])
        self.assertEqual([(one.agreement, one.in_time) for one in report.kept], [("Orders, round the clock", 1)])
        self.assertEqual(self.automatic(), [])

    def test_a_complaint_goes_all_its_way(self):
        habits = Habits(spread=0, asks=0, passes_on=1)  # quality hands all of them to the department
        self.run_desk("complaints", "Quality", {"": 1}, [moscow(18, 10)], 19, type="complaint", habits=habits)
        kinds = ("ticket.handed_over", "message.sent", "approval.asked", "approval.answered", "callback.promised",
                 "callback.called")  # fmt: skip
        self.assertEqual(self.told(*kinds), [
            ("18 10:12", "ticket.handed_over"),
            ("18 10:24", "message.sent"),
            ("18 10:24", "approval.asked"),
            ("18 10:54", "approval.answered"),
            ("18 10:54", "ticket.handed_over"),
            ("18 10:54", "callback.promised"),
            ("18 11:06", "callback.called"),
        ])  # fmt: skip
        ticket = Ticket.objects.get()
        self.assertEqual((ticket.state, ticket.team.name), ("resolved", "Quality"))
