"""Two who tick, add or start at once, and two workers: each thing happens once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from django.test import TransactionTestCase
from django.utils.timezone import now

from otklik.testing import CastTestCase, at_once, kinds
from otklik.tickets.models import Ticket
from otklik.work.models import Occurrence, Recurrence, Spell, Task
from otklik.work.models.recurrence import repeat
from otklik.work.models.spell import start_timer, stop_timer
from otklik.work.models.task import add_tasks
from otklik.work.repeating import look
from otklik.work.telling import tell_due
from otklik.work.tests.test_repeating import THURSDAY, weekly


class RaceTests(TransactionTestCase):
    def setUp(self) -> None:
        CastTestCase.setUpTestData.__func__(type(self))
        self.task = add_tasks(self.ticket, "Unplug it", by=self.ana)[0]

    def test_a_task_is_done_once(self):
        mine, yours = Task.objects.get(), Task.objects.get()
        done = at_once(lambda: mine.finish(by=self.ana), lambda: yours.finish(by=self.admin))
        self.assertEqual((sorted(done), kinds(self.ticket).count("task.done")), ([False, True], 1))

    def test_lists_that_are_added_at_once_do_not_mix(self):
        def adding(*titles: str) -> Callable[[], object]:
            return lambda: add_tasks(self.ticket, "\n".join(titles), by=self.ana)

        at_once(adding("A1", "A2"), adding("B1", "B2"))
        titles = list(Task.objects.values_list("title", flat=True))
        self.assertIn(titles, (["Unplug it", "A1", "A2", "B1", "B2"], ["Unplug it", "B1", "B2", "A1", "A2"]))
        self.assertEqual(list(Task.objects.values_list("position", flat=True)), [0, 1, 2, 3, 4])

    def test_two_workers_tell_what_is_due_once(self):
        at = now()
        Task.objects.update(due_at=at, tell_at=at)
        at_once(lambda: tell_due(at), lambda: tell_due(at), lambda: tell_due(at))
        self.assertEqual(kinds(self.ticket).count("task.due"), 1)

    def test_a_timer_that_is_started_twice_runs_once_and_is_written_down_once(self):
        at_once(*[lambda: start_timer(self.ticket, by=self.ana)] * 3)
        self.assertEqual(Spell.objects.running().count(), 1)
        Spell.objects.update(began_at=now() - timedelta(minutes=5))
        at_once(*[lambda: stop_timer(by=self.ana)] * 3)
        self.assertEqual(kinds(self.ticket).count("spell.added"), 1)


class RepeatingRaces(TransactionTestCase):
    def test_two_workers_make_a_day_once(self) -> None:
        CastTestCase.setUpTestData.__func__(type(self))
        repeat(weekly(type(self)), by=None, at=THURSDAY)
        at = datetime(2026, 5, 4, 6, tzinfo=UTC)
        seen = [Recurrence.objects.get(), Recurrence.objects.get()]
        at_once(*(partial(look, each, at=at) for each in seen))
        self.assertEqual(Occurrence.objects.count(), 1)
        self.assertEqual(Ticket.objects.filter(subject="Check the backup").count(), 1)
