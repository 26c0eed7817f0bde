"""Time spent: by hand and by the timer, corrected by whoever spent it."""

from datetime import UTC, date, datetime, timedelta

from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.testing import CastTestCase, kinds
from otklik.tickets.merging import merge
from otklik.work.errors import FutureDay
from otklik.work.models import Spell
from otklik.work.models.spell import drop_timer, spend, start_timer, stop_timer

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2026, 3, 2)
MINUTE = timedelta(minutes=1)


class SpellTests(CastTestCase):
    def test_it_is_written_down_of_today_or_of_a_day_before(self):
        spend(self.ticket, 90, by=self.ana, note=" Looked  inside ", at=NOON)
        spend(self.ticket, 15, by=self.ana, day=date(2026, 2, 27), at=NOON)
        told = list(Spell.objects.values_list("day", "minutes", "note"))
        self.assertEqual(told, [(date(2026, 2, 27), 15, ""), (TODAY, 90, "Looked inside")])
        lines = narrate(Event.objects.about(self.ticket).filter(kind="spell.added"))
        self.assertEqual([line.sentence for line in lines], ["Time spent: 1 h 30 min", "Time spent: 15 min"])

    def test_today_is_the_company_s(self):
        late = datetime(2026, 3, 2, 22, tzinfo=UTC)  # the next day in Moscow
        self.assertEqual(spend(self.ticket, 5, by=self.ana, at=late).day, date(2026, 3, 3))

    def test_a_day_to_come_is_refused(self):
        with self.assertRaises(FutureDay):
            spend(self.ticket, 90, by=self.ana, day=date(2026, 3, 3), at=NOON)
        spell = spend(self.ticket, 90, by=self.ana, at=NOON)
        with self.assertRaises(FutureDay):
            spell.change(minutes=90, day=date(2026, 3, 3), note="", by=self.ana, at=NOON)

    def test_its_author_corrects_it_and_nobody_else(self):
        spell = spend(self.ticket, 90, by=self.ana, at=NOON)
        wanted = {"minutes": 60, "day": TODAY, "note": ""}
        self.assertFalse(spell.change(**wanted, by=self.admin, at=NOON))
        self.assertFalse(spell.remove(by=self.admin, at=NOON))
        self.assertTrue(spell.change(**wanted, by=self.ana, at=NOON))
        self.assertFalse(spell.change(**wanted, by=self.ana, at=NOON))
        self.assertEqual(Spell.objects.get().minutes, 60)
        self.assertTrue(spell.remove(by=self.ana, at=NOON))
        self.assertEqual(kinds(self.ticket)[-3:], ["spell.added", "spell.changed", "spell.removed"])

    def test_others_do_not_see_it(self):
        spend(self.ticket, 90, by=self.ana, at=NOON)
        self.assertEqual([Spell.objects.visible_to(one).count() for one in (self.ana, self.omar)], [1, 0])

    def test_merging_takes_it_along(self):
        spend(self.ticket, 90, by=self.ana, at=NOON)
        merge(self.ticket, self.other, by=self.ana)
        self.assertEqual(Spell.objects.get().ticket, self.other)


class TimerTests(CastTestCase):
    def test_it_counts_begun_minutes_until_it_is_stopped(self):
        self.assertTrue(start_timer(self.ticket, by=self.ana, at=NOON))
        self.assertFalse(start_timer(self.ticket, by=self.ana, at=NOON + MINUTE))
        self.assertEqual(stop_timer(by=self.ana, at=NOON + 12.5 * MINUTE).minutes, 13)
        self.assertIsNone(stop_timer(by=self.ana, at=NOON + 13 * MINUTE))
        spell = Spell.objects.get()
        self.assertEqual((spell.minutes, spell.day, spell.began_at), (13, TODAY, NOON))

    def test_what_was_begun_by_mistake_or_forgotten_overnight_stays_within_bounds(self):
        for length, minutes in ((timedelta(), 1), (timedelta(days=3), 24 * 60)):
            with self.subTest(length):
                start_timer(self.ticket, by=self.ana, at=NOON)
                self.assertEqual(stop_timer(by=self.ana, at=NOON + length).minutes, minutes)

    def test_one_runs_at_a_time_for_each_member(self):
        start_timer(self.ticket, by=self.ana, at=NOON)
        start_timer(self.ticket, by=self.admin, at=NOON)
        start_timer(self.other, by=self.ana, at=NOON + 5 * MINUTE)
        running = Spell.objects.running().order_by("pk").values_list("member__name", "ticket")
        self.assertEqual(list(running), [("Vera Chief", self.ticket.pk), ("Ana Belova", self.other.pk)])
        self.assertEqual(Spell.objects.over().get().minutes, 5)

    def test_what_it_counted_can_be_forgotten(self):
        start_timer(self.ticket, by=self.ana, at=NOON)
        self.assertTrue(drop_timer(by=self.ana))
        self.assertFalse(drop_timer(by=self.ana))
        self.assertFalse(Spell.objects.exists())
        self.assertNotIn("spell.added", kinds(self.ticket))
