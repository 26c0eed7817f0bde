"""Tasks and time over the API."""

from datetime import timedelta

from django.utils.timezone import now

from otklik.testing import kinds
from otklik.work.models import Spell, Task
from otklik.work.models.spell import spend, start_timer
from otklik.work.models.task import add_tasks

from .cast import ApiTestCase


class TaskTests(ApiTestCase):
    def setUp(self) -> None:
        self.path = f"tickets/{self.ticket.pk}/tasks"

    def test_a_task_is_added_changed_done_and_removed(self):
        due = (now() + timedelta(days=1)).isoformat()
        made = self.post(self.path, {"title": "- Call\nthe plumber", "assignee": self.ana.pk, "due_at": due})
        self.assertEqual((made["title"], made["assignee"]["name"]), ("Call the plumber", "Ana Belova"))
        one = f"{self.path}/{made['id']}"
        changed = self.patch(one, {"done": True, "title": "Call the baker"})
        self.assertEqual((changed["title"], changed["done_by"]["id"]), ("Call the baker", self.ana.pk))
        self.assertEqual(changed["due_at"], made["due_at"])
        self.assertIsNone(self.patch(one, {"done": False, "assignee": None})["assignee"])
        self.assertEqual([row["id"] for row in self.get(self.path)["items"]], [made["id"]])
        self.assertEqual(self.ask("DELETE", one).status_code, 204)
        self.assertEqual(self.get(self.path)["items"], [])
        self.assertIn("task.done", kinds(self.ticket))

    def test_what_cannot_be_is_refused_and_nothing_is_left(self):
        past = "2001-01-01T00:00:00Z"
        for body, code in (
            ({"title": "-"}, (422, "no_task")),
            ({"title": "Call", "assignee": self.omar.pk}, (422, "not_in_team")),
            ({"title": "Call", "due_at": past}, (422, "due_has_passed")),
            ({"title": "Call", "due_at": "9999-12-31T23:59:59-12:00"}, (422, "invalid")),
            ({"title": ""}, (422, "invalid")),
        ):
            with self.subTest(body):
                self.assertEqual(self.refusal("POST", self.path, body)[0], code[0])
        self.assertFalse(Task.objects.exists())

    def test_the_same_request_twice_makes_one(self):
        for _time in range(2):
            self.post(self.path, {"title": "Call"}, key="once")
        self.assertEqual(Task.objects.count(), 1)

    def test_nobody_reaches_what_they_may_not_see(self):
        theirs = add_tasks(self.foreign, "Count the stock", by=self.omar)[0]
        mine = add_tasks(self.ticket, "Call", by=self.ana)[0]
        self.assertEqual([row["id"] for row in self.get("tasks")["items"]], [mine.pk])
        for path in (f"tickets/{self.foreign.pk}/tasks/{theirs.pk}", f"{self.path}/{theirs.pk}"):
            with self.subTest(path):
                self.assertEqual(self.refusal("PATCH", path, {"done": True})[0], 404)
                self.assertEqual(self.refusal("DELETE", path)[0], 404)
        self.assertEqual(self.refusal("POST", f"tickets/{self.foreign.pk}/tasks", {"title": "x"})[0], 404)
        reader = self.token_of(self.olga)
        self.assertEqual(self.refusal("POST", self.path, {"title": "x"}, token=reader)[0], 403)

    def test_tasks_are_found_across_tickets(self):
        first, second = add_tasks(self.ticket, "Call\nWrite", by=self.ana)
        first.change(title="Call", assignee=self.ana, due_at=now() + timedelta(hours=1), by=self.ana)
        second.finish(by=self.ana)
        soon = (now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
        for query, wanted in {
            f"assignee={self.ana.pk}": [first.pk],
            "done=true": [second.pk],
            "done=false": [first.pk],
            f"due_before={soon}": [first.pk],
            f"ticket={self.other.pk}": [],
        }.items():
            with self.subTest(query):
                self.assertEqual([row["id"] for row in self.get(f"tasks?{query}")["items"]], wanted)
        page = self.get("tasks?limit=1")
        self.assertEqual([row["id"] for row in self.get(f"tasks?cursor={page['next']}")["items"]], [first.pk])


class TimeTests(ApiTestCase):
    def setUp(self) -> None:
        self.path = f"tickets/{self.ticket.pk}/time"

    def test_time_is_written_down_corrected_and_taken_back(self):
        made = self.post(self.path, {"minutes": 45, "note": "On the phone"})
        one = f"{self.path}/{made['id']}"
        changed = self.patch(one, {"minutes": 30, "day": "2026-01-09"})
        self.assertEqual((changed["minutes"], changed["note"], changed["day"]), (30, "On the phone", "2026-01-09"))
        self.assertEqual(self.get(self.path)["total_minutes"], 30)
        self.assertEqual(self.ask("DELETE", one).status_code, 204)
        self.assertFalse(Spell.objects.exists())
        self.assertEqual(kinds(self.ticket)[-3:], ["spell.added", "spell.changed", "spell.removed"])

    def test_what_cannot_be_is_refused(self):
        for body in ({"minutes": 0}, {"minutes": 1441}, {"minutes": 5, "day": "2999-01-01"}, {"minutes": 5, "x": 1}):
            with self.subTest(body):
                self.assertEqual(self.refusal("POST", self.path, body)[0], 422)

    def test_only_one_s_own_is_changed_and_only_what_one_sees_is_read(self):
        hers = spend(self.ticket, 10, by=self.admin)
        spend(self.foreign, 20, by=self.omar)
        start_timer(self.ticket, by=self.ana)
        self.assertEqual([row["minutes"] for row in self.get("time")["items"]], [10])
        self.assertEqual(self.get(f"time?member={self.ana.pk}")["items"], [])
        self.assertEqual(self.get("time?since=2999-01-01")["items"], [])
        self.assertEqual(self.refusal("PATCH", f"{self.path}/{hers.pk}", {"minutes": 1})[0], 404)
        self.assertEqual(self.refusal("GET", f"tickets/{self.foreign.pk}/time")[0], 404)
