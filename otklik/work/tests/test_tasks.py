"""Tasks of a ticket: added, ticked, given, due, moved, removed, and what the journal and notices say of it."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.notices.models import Notice
from otklik.rules.tests.scene import RulesTestCase, is_, make_rule
from otklik.testing import CastTestCase, kinds, make_member, react_to_all
from otklik.tickets.merging import merge, separate
from otklik.work.errors import DueHasPassed, NoTask, TooManyTasks
from otklik.work.models import Spell, Task
from otklik.work.models.spell import spend
from otklik.work.models.task import TASKS_MAX, add_tasks
from otklik.work.telling import tell_due

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class TaskTestCase(CastTestCase):
    def add(self, *titles: str, ticket=None) -> list[Task]:
        return add_tasks(ticket or self.ticket, "\n".join(titles), by=self.ana, at=NOON)

    def titles(self, ticket=None) -> list[str]:
        return [task.title for task in Task.objects.filter(ticket=ticket or self.ticket)]

    def due(self, title: str = "Call the vendor", *, assignee=None, ticket=None) -> Task:
        task = self.add(title, ticket=ticket)[0]
        task.change(title=title, assignee=assignee, due_at=NOON + HOUR, by=self.admin, at=NOON)
        return task


class ChecklistTests(TaskTestCase):
    def test_every_line_is_a_task_without_its_bullet(self):
        self.add("- Unplug it", "", "  * Wait   a minute ", "3. Plug it in", "[ ] Look", "- [x] Smell", "1.5 litres")
        self.assertEqual(self.titles(), ["Unplug it", "Wait a minute", "Plug it in", "Look", "Smell", "1.5 litres"])
        self.add("Last")
        self.assertEqual(self.titles()[-1], "Last")

    def test_nothing_and_too_much_are_refused(self):
        with self.assertRaises(NoTask):
            self.add(" ", "- ")
        with self.assertRaises(TooManyTasks):
            self.add(*["One more"] * (TASKS_MAX + 1))
        self.assertFalse(Task.objects.exists())

    def test_it_is_ticked_once_and_can_be_taken_up_again(self):
        task = self.add("Unplug it")[0]
        self.assertTrue(task.finish(by=self.ana, at=NOON))
        self.assertFalse(Task.objects.get().finish(by=self.omar, at=NOON + HOUR))
        kept = Task.objects.get()
        self.assertEqual((kept.done_at, kept.done_by), (NOON, self.ana))
        self.assertTrue(task.reopen(by=self.ana))
        self.assertFalse(task.reopen(by=self.ana))
        self.assertIsNone(Task.objects.get().done_at)
        self.assertEqual(kinds(self.ticket)[-3:], ["task.added", "task.done", "task.reopened"])

    def test_the_journal_tells_what_is_to_be_done_by_whom_and_when(self):
        task = self.due(assignee=self.ana)
        task.remove(by=self.ana, at=NOON)
        lines = [line.sentence for line in narrate(Event.objects.about(self.ticket).filter(kind__startswith="task."))]
        self.assertEqual(lines[0], "Task added: Call the vendor")
        self.assertRegex(lines[1], r"^Task changed: Call the vendor; given to Ana Belova; due .*2026")
        self.assertEqual(lines[2], "Task removed: Call the vendor")
        self.assertFalse(task.remove(by=self.ana))

    def test_what_did_not_change_is_not_told(self):
        task = self.due()
        before = Event.objects.count()
        same = {"title": task.title, "assignee": task.assignee, "due_at": task.due_at}
        self.assertFalse(task.change(**same, by=self.ana, at=NOON + 5 * HOUR))
        self.assertEqual(Event.objects.count(), before)

    def test_of_two_who_change_it_at_once_the_second_changes_nothing(self):
        self.add("Unplug it")
        mine, yours = Task.objects.get(), Task.objects.get()
        rest = {"assignee": None, "due_at": None, "by": self.ana}
        self.assertTrue(mine.change(title="Plug it in", **rest))
        self.assertFalse(yours.change(title="Throw it out", **rest))
        self.assertEqual(self.titles(), ["Plug it in"])

    def test_it_moves_up_and_down_and_not_beyond_the_ends(self):
        first, second, third = self.add("One", "Two", "Three")
        third.move(-1)
        self.assertEqual(self.titles(), ["One", "Three", "Two"])
        first.move(-1)
        second.move(1)
        self.assertEqual(self.titles(), ["One", "Three", "Two"])
        first.move(1)
        self.assertEqual(self.titles(), ["Three", "One", "Two"])

    def test_merging_takes_tasks_along_behind_those_that_are_there(self):
        self.add("Mine", "Mine too", ticket=self.other)
        self.add("Theirs", "Theirs too")
        merge(self.ticket, self.other, by=self.ana)
        self.assertEqual(self.titles(self.other), ["Mine", "Mine too", "Theirs", "Theirs too"])

    def test_what_a_merging_brought_goes_back_with_it_and_what_is_new_stays(self):
        self.add("Mine", ticket=self.other)
        self.add("Theirs", "Theirs too")
        spend(self.ticket, 5, by=self.ana, at=NOON)
        merge(self.ticket, self.other, by=self.ana)
        self.add("New", ticket=self.other)
        separate(self.ticket, by=self.ana)
        self.assertEqual((self.titles(self.other), self.titles()), (["Mine", "New"], ["Theirs", "Theirs too"]))
        self.assertEqual(Spell.objects.get().ticket, self.ticket)

    def test_a_merging_that_brought_nothing_is_taken_back_without_what_an_earlier_one_brought(self):
        self.add("Theirs")
        merge(self.ticket, self.other, by=self.ana)
        separate(self.ticket, by=self.ana)
        Task.objects.update(ticket=self.other)
        merge(self.ticket, self.other, by=self.ana)
        separate(self.ticket, by=self.ana)
        self.assertEqual(self.titles(self.other), ["Theirs"])

    def test_others_do_not_see_them(self):
        self.add("Unplug it")
        self.assertEqual([Task.objects.visible_to(one).count() for one in (self.ana, self.omar)], [1, 0])


class DueTests(TaskTestCase):
    def told(self) -> list[str]:
        react_to_all("notices")
        names = Notice.objects.filter(topic="task", event__kind="task.due").order_by("member__name")
        return list(names.values_list("member__name", flat=True))

    def test_its_assignee_is_told_once_when_it_is_due(self):
        self.due(assignee=self.ana)
        self.assertFalse(tell_due(NOON + HOUR - timedelta(seconds=1)))
        self.assertTrue(tell_due(NOON + HOUR))
        self.assertFalse(tell_due(NOON + 2 * HOUR))
        self.assertEqual(kinds(self.ticket).count("task.due"), 1)
        self.assertEqual(self.told(), ["Ana Belova"])
        self.assertEqual(self.told(), ["Ana Belova"])

    def test_two_workers_tell_it_once(self):
        self.due(assignee=self.ana)
        mine, yours = Task.objects.get(), Task.objects.get()
        self.assertEqual([mine.tell(at=NOON + HOUR), yours.tell(at=NOON + HOUR)], [True, False])

    def test_a_task_of_nobody_is_told_to_whoever_has_the_ticket(self):
        self.due()
        self.ticket.assign_to(self.ana, by=self.admin)
        tell_due(NOON + HOUR)
        self.assertEqual(self.told(), ["Ana Belova"])

    def test_who_may_not_see_the_ticket_any_more_is_not_told(self):
        self.due(assignee=self.omar)
        tell_due(NOON + HOUR)
        self.assertEqual(self.told(), [])

    def test_what_is_done_or_put_off_is_not_told_at_the_old_time(self):
        done, later = self.due("Done", assignee=self.ana), self.due("Later", assignee=self.ana)
        done.finish(by=self.ana, at=NOON)
        later.change(title="Later", assignee=self.ana, due_at=NOON + 3 * HOUR, by=self.ana, at=NOON)
        self.assertFalse(tell_due(NOON + HOUR))
        self.assertTrue(tell_due(NOON + 3 * HOUR))
        done.reopen(by=self.ana, at=NOON + 2 * HOUR)
        self.assertFalse(tell_due(NOON + 4 * HOUR))

    def test_what_is_taken_up_again_before_its_time_is_told_then(self):
        task = self.due(assignee=self.ana)
        task.finish(by=self.ana, at=NOON)
        task.reopen(by=self.ana, at=NOON)
        self.assertTrue(tell_due(NOON + HOUR))

    def test_a_time_that_has_passed_is_refused(self):
        task = self.add("Unplug it")[0]
        with self.assertRaises(DueHasPassed):
            task.change(title="Unplug it", assignee=None, due_at=NOON, by=self.ana, at=NOON)

    def test_who_is_given_a_task_is_told_and_who_takes_it_is_not(self):
        eva = make_member("Eva Wolf", self.support)
        self.due(assignee=self.ana)
        mine = self.add("Mine")[0]
        mine.change(title="Mine", assignee=eva, due_at=None, by=eva, at=NOON)
        react_to_all("notices")
        self.assertEqual(
            list(Notice.objects.filter(topic="task").values_list("member__name", flat=True)), ["Ana Belova"]
        )

    def test_looking_for_what_is_due_reads_an_index(self):
        plan = Task.objects.to_tell(NOON).explain()
        self.assertIn("task_tell" if connection.vendor == "sqlite" else "", plan)


class RuleTests(RulesTestCase):
    def test_rules_hear_of_tasks_and_ask_whether_any_is_open(self):
        make_rule("All done", "task.done", do=[{"do": "tag", "value": "done"}], conditions=is_("tasks", "no"))
        first, second = add_tasks(self.ticket, "Unplug it\nPlug it in", by=self.ana)
        first.finish(by=self.ana)
        self.work()
        self.assertFalse(self.ticket.tags.exists())
        second.finish(by=self.ana)
        self.work()
        self.assertEqual(self.ticket.tags.get().name, "done")

    def test_a_rule_puts_a_checklist_on_what_comes_and_no_line_twice(self):
        make_rule("Leaver", "ticket.opened", do=[{"do": "tasks", "value": "- Take the pass\n- Close the account"}])
        add_tasks(self.ticket, "Close the account", by=self.ana)
        self.work()
        self.assertEqual([task.title for task in Task.objects.filter(ticket=self.ticket)],
                         ["Close the account", "Take the pass"])  # fmt: skip
        self.assertEqual(Task.objects.filter(ticket=self.other).count(), 2)
        line = narrate(Event.objects.about(self.other).filter(kind="task.added"))[0]
        self.assertEqual((line.who, line.sentence), ("Leaver", "Task added: Take the pass"))
