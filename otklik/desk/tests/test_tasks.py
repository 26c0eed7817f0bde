"""Tasks and time spent at the desk: on the ticket, on Home, and who may touch them."""

from datetime import timedelta
from uuid import uuid4

from django.urls import reverse
from django.utils.timezone import localdate, localtime, now

from otklik.desk.home import MY, TEAM, home
from otklik.desk.listing import Chosen, leaf_text
from otklik.staff.models import Member
from otklik.testing import CastTestCase
from otklik.tickets.models import Bulk, Macro
from otklik.tickets.replying import reply
from otklik.work.models import Spell, Task
from otklik.work.models.spell import spend, start_timer
from otklik.work.models.task import add_tasks

HTMX = {"HX-Request": "true"}


class TaskPageTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def post(self, name: str, number: int | None = None, /, **form: str):
        return self.client.post(reverse(f"desk:{name}", args=[number or self.ticket.pk]), form, follow=True)

    def add(self, *titles: str) -> list[Task]:
        return add_tasks(self.ticket, "\n".join(titles), by=self.ana)

    def test_pasted_lines_are_tasks_that_are_ticked_moved_and_removed(self):
        page = self.post("tasks", text="- Unplug it\r\n- Plug it in")
        self.assertContains(page, "0 of 2")
        first, second = Task.objects.all()
        self.assertContains(self.post("task", first.pk, done="yes"), "1 of 2")
        self.assertContains(self.post("task", first.pk, done="no"), "0 of 2")
        self.post("task", second.pk, move="up")
        self.assertEqual(list(Task.objects.all()), [second, first])
        self.post("task", second.pk, move="down")
        self.assertEqual(list(Task.objects.all()), [first, second])
        self.assertNotContains(self.post("task", second.pk, remove="yes"), ">Plug it in</span>")

    def test_a_task_is_given_and_due_by_the_company_s_clock(self):
        task = self.add("Unplug it")[0]
        due = (localtime(now()) + timedelta(days=1)).replace(second=0, microsecond=0)
        said = {"title": "Unplug all", "assignee": str(self.ana.pk), "due_at": due.strftime("%Y-%m-%dT%H:%M")}
        page = self.post("task", task.pk, **said)
        task.refresh_from_db()
        self.assertEqual((task.title, task.assignee, task.due_at), ("Unplug all", self.ana, due))
        self.assertContains(page, f'value="{said["due_at"]}"')

    def test_what_cannot_be_is_said(self):
        task = self.add("Unplug it")[0]
        past = {"title": "Unplug it", "due_at": "2020-01-01T10:00"}
        self.assertContains(self.post("task", task.pk, **past), "this time has passed")
        self.assertContains(self.post("task", task.pk, title=" "), "flash--error")
        stranger = {"title": "Unplug it", "assignee": str(self.omar.pk)}
        self.assertContains(self.post("task", task.pk, **stranger), "flash--error")
        self.assertContains(self.post("tasks", text=" "), "say in a line what is to be done")
        self.assertEqual(list(Task.objects.values_list("title", "assignee")), [("Unplug it", None)])

    def test_a_late_task_can_be_renamed_without_a_new_time(self):
        task = self.add("Unplug it")[0]
        passed = now() - timedelta(hours=2)
        Task.objects.filter(pk=task.pk).update(due_at=passed)
        page = self.client.get(self.ticket.get_absolute_url())
        self.assertContains(page, "overdue:")
        shown = localtime(passed).strftime("%Y-%m-%dT%H:%M")
        self.post("task", task.pk, title="Unplug all", due_at=shown)
        task.refresh_from_db()
        self.assertEqual((task.title, task.due_at), ("Unplug all", passed))

    def test_so_it_is_told_on_the_board_and_of_many_at_once(self):
        add_tasks(self.ticket, "Plug it in", by=self.ana)
        posted = {"ticket": self.ticket.pk, "group": "state", "value": "resolved"}
        answer = self.client.post(reverse("desk:move"), posted, headers=HTMX)
        self.assertContains(answer, "1 task is not done: Plug it in")
        answer = self.client.post(reverse("desk:move"), posted | {"value": "open"}, headers=HTMX)
        self.assertEqual(answer.status_code, 204)
        wish = {"ticket": [self.ticket.pk, self.other.pk], "state": "closed"}
        answer = self.client.post(reverse("desk:bulk"), wish, follow=True)
        self.assertContains(answer, f"1 ticket is over, but has tasks that are not done: #{self.ticket.pk}")
        self.assertContains(self.client.get(reverse("desk:bulk_progress", args=[Bulk.objects.get().pk])), "not done")

    def test_resolving_with_open_tasks_is_told_and_not_held_back(self):
        self.add("Unplug it", "Plug it in")[0].finish(by=self.ana)
        page = self.post("change", name="state", value="resolved")
        self.assertContains(page, "The ticket is over, but 1 task is not done: Plug it in")
        self.ticket.refresh_from_db()
        self.assertEqual(self.ticket.state, "resolved")

    def test_an_answer_that_resolves_tells_it_too_and_one_that_does_not_is_silent(self):
        self.add("Unplug it")
        self.assertNotContains(self.post("compose", kind="reply", text="Wait.", then=""), "The ticket is over")
        self.assertContains(self.post("compose", kind="reply", text="Done.", then="resolved"), "The ticket is over")

    def test_a_macro_puts_a_checklist_on_it_and_tells_what_is_left(self):
        steps = [{"do": "tasks", "value": "- Unplug it\n- Plug it in"}, {"do": "state", "value": "resolved"}]
        macro = Macro.objects.create(title="By the book", steps=steps)
        address = reverse("desk:use_macro", args=[self.ticket.pk, macro.pk])
        page = self.client.post(address, {"press": str(uuid4()), "seen": 10**9, "version": macro.version}, follow=True)
        self.assertContains(page, "2 tasks are not done: Unplug it; Plug it in")

    def test_an_observer_reads_and_changes_nothing(self):
        task = self.add("Unplug it")[0]
        self.client.force_login(self.olga)
        page = self.client.get(self.ticket.get_absolute_url())
        self.assertContains(page, "Unplug it")
        self.assertNotContains(page, reverse("desk:task", args=[task.pk]))

    def test_tasks_and_time_cost_the_ticket_two_queries_however_many(self):
        address = self.ticket.get_absolute_url()

        def fill() -> None:
            for task in self.add("Unplug it", "Wait", "Plug it in"):
                task.change(title=task.title, assignee=self.ana, due_at=None, by=self.ana)
            spend(self.ticket, 15, by=self.ana)

        reply(self.ticket, by=self.ana, text="We look into it.")
        fill()
        self.client.get(address)
        with self.assertNumQueries(15):
            self.client.get(address)
        fill()
        with self.assertNumQueries(15):
            self.client.get(address)


class TimePageTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def post(self, name: str, number: int | None = None, /, **form: str):
        return self.client.post(reverse(f"desk:{name}", args=[number or self.ticket.pk]), form, follow=True)

    def test_it_is_written_down_summed_by_member_and_corrected(self):
        today = localdate().isoformat()
        self.post("spells", length="1:30", day=today, note="Looked inside")
        page = self.post("spells", length="15 мин", day=today)
        self.assertContains(page, "1 h 45 min")
        spend(self.ticket, 30, by=self.admin)
        page = self.client.get(self.ticket.get_absolute_url())
        sums = page.context["spent"].sums
        self.assertEqual([(member.name, text) for member, text in sums],
                         [("Ana Belova", "1 h 45 min"), ("Vera Chief", "30 min")])  # fmt: skip
        self.assertContains(page, '<span class="chip" id="time-total">2 h 15 min</span>', html=True)
        mine = Spell.objects.get(minutes=15)
        self.post("spell", mine.pk, length="20 m", day=today, note="")
        mine.refresh_from_db()
        self.assertEqual(mine.minutes, 20)
        self.post("spell", mine.pk, remove="yes")
        self.assertFalse(Spell.objects.filter(pk=mine.pk).exists())

    def test_what_is_no_length_or_no_day_is_said(self):
        today, tomorrow = localdate().isoformat(), (localdate() + timedelta(days=1)).isoformat()
        self.assertContains(self.post("spells", length="soon", day=today), "“soon” is not a length of time.")
        self.assertContains(self.post("spells", length="25 h", day=today), "at most 24 hours")
        self.assertContains(self.post("spells", length="1 h", day=tomorrow), "still to come")
        self.assertFalse(Spell.objects.exists())

    def test_another_s_entry_is_not_found(self):
        theirs = spend(self.ticket, 30, by=self.admin)
        self.assertEqual(self.post("spell", theirs.pk, remove="yes").status_code, 404)
        self.assertTrue(Spell.objects.filter(pk=theirs.pk).exists())

    def test_the_timer_survives_the_page_moves_on_and_is_written_down(self):
        self.assertContains(self.post("timer", run="yes"), "Stop the timer")
        Spell.objects.update(began_at=now() - timedelta(minutes=7, seconds=-30))
        self.assertContains(self.client.get(reverse("desk:home")), "The timer runs:")
        page = self.post("timer", self.other.pk, run="yes")
        self.assertContains(page, f"The timer of #{self.ticket.pk} was stopped")
        self.assertEqual(Spell.objects.over().get().minutes, 7)
        self.assertContains(self.post("timer", self.other.pk, run="no"), "Written down: 1 min.")
        self.post("timer", run="yes")
        self.post("timer", run="forget")
        self.assertEqual(Spell.objects.count(), 2)

    def test_a_colleague_s_timer_is_seen(self):
        start_timer(self.ticket, by=self.admin)
        self.assertContains(self.client.get(self.ticket.get_absolute_url()), "The timer of Vera Chief runs here.")


class HomeTaskTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def give(self, title: str, hours: float | None, *, ticket=None, assignee=None) -> Task:
        task = add_tasks(ticket or self.ticket, title, by=self.admin)[0]
        due_at = None if hours is None else now() + timedelta(hours=hours)
        Task.objects.filter(pk=task.pk).update(assignee=assignee or self.ana, due_at=due_at)
        return task

    def titles(self, member: Member, scope: str = MY) -> list[str]:
        return [task.title for task in home(member, scope, now()).tasks]

    def test_my_open_tasks_stand_there_by_due_time(self):
        self.give("Some day", None)
        self.give("Later", 5)
        self.give("Late", -1)
        self.give("Done", 1).finish(by=self.ana)
        self.give("Another’s", 1, assignee=self.admin)
        self.give("Out of sight", 1, ticket=self.foreign)
        self.assertEqual(self.titles(self.ana), ["Late", "Later", "Some day"])
        self.assertContains(self.client.get(reverse("desk:home")), "overdue:")

    def test_the_team_s_day_has_what_its_people_are_to_do(self):
        self.give("Hers", 1)
        self.give("Elsewhere", 1, ticket=self.foreign, assignee=self.omar)
        add_tasks(self.ticket, "A line of a checklist", by=self.ana)
        Member.objects.filter(pk=self.ana.pk).update(role=Member.Role.SUPERVISOR)
        self.assertEqual(self.titles(Member.objects.get(pk=self.ana.pk), TEAM), ["Hers"])

    def test_it_is_ticked_there_and_leads_back(self):
        task = self.give("Unplug it", 1)
        answer = self.client.post(reverse("desk:task", args=[task.pk]), {"done": "yes", "from": "home"})
        self.assertRedirects(answer, reverse("desk:home"))
        self.assertEqual(self.titles(self.ana), [])

    def test_the_questions_do_not_grow_with_the_tasks(self):
        self.give("First", 1)
        self.client.get(reverse("desk:home"))
        with self.assertNumQueries(9):
            self.client.get(reverse("desk:home"))
        for number in range(3):
            self.give(f"Task {number}", number)
        with self.assertNumQueries(9):
            self.client.get(reverse("desk:home"))


class TaskViewTests(CastTestCase):
    def test_views_ask_for_tickets_with_tasks_left_mine_or_overdue(self):
        mine = add_tasks(self.ticket, "Unplug it", by=self.ana)[0]
        Task.objects.filter(pk=mine.pk).update(assignee=self.ana, due_at=now() - timedelta(hours=1))
        add_tasks(self.other, "Plug it in", by=self.ana)
        add_tasks(self.foreign, "Out of sight", by=self.omar)
        self.client.force_login(self.ana)
        both, first = {self.ticket, self.other}, {self.ticket}
        for value, found in (("open", both), ("mine", first), ("late", first)):
            with self.subTest(value):
                page = self.client.get(str(Chosen("open", only=(leaf_text("tasks", value),))))
                self.assertEqual(set(page.context["tickets"].rows), found)
        mine.finish(by=self.ana)
        page = self.client.get(str(Chosen("open", only=(leaf_text("tasks", "open"),))))
        self.assertEqual(set(page.context["tickets"].rows), {self.other})
