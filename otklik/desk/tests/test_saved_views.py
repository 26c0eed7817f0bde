"""Views at the desk: built without code, counted while they are built, shared, put in order, removed."""

from django.urls import reverse
from django.utils import translation

from otklik.desk.listing import counted
from otklik.desk.saved_views import ViewForm
from otklik.staff.models import Member
from otklik.testing import CastTestCase, make_member
from otklik.tickets.models import TicketField, View

PLAIN = {"name": "Hot", "audience": "own", "standing": "open", "sort": "activity", "layout": "list", "match": "all"}
PRIORITY = {"g0-0-if": "priority", "g0-0-is": "is", "g0-0-choices": ["3", "4"]}


class BuilderTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def post(self, *parts, pk: int | None = None, **query: str):
        typed = {name: value for part in parts for name, value in part.items()}
        address = reverse("desk:view", args=[pk]) if pk else reverse("desk:new_view")
        return self.client.post(address, typed, headers={"HX-Request": "true"} if query else {}, query_params=query)

    def save(self, *parts, pk: int | None = None) -> View:
        answer = self.post(PLAIN, {"save": "1"}, *parts, pk=pk)
        view = View.objects.get()
        self.assertRedirects(answer, reverse("desk:queue", args=[view.key]))
        return view

    def test_what_was_built_is_kept_as_a_tree_and_shown_again(self):
        view = self.save(PRIORITY, {"g1-0-if": "subject", "g1-0-is": "contains", "g1-0-text": "fire",
                                    "g1-1-if": "due", "g1-1-is": "next", "g1-1-length": "4",
                                    "g1-1-unit": "hours"})  # fmt: skip
        either = [{"if": "subject", "is": "contains", "value": ["fire"]},
                  {"if": "due", "is": "next", "value": ["4", "hours"]}]  # fmt: skip
        self.assertEqual(
            view.conditions, {"all": [{"if": "priority", "is": "is", "value": ["3", "4"]}, {"any": either}]}
        )
        page = self.client.get(reverse("desk:view", args=[view.pk]))
        self.assertEqual(page.context["draft"].conditions, view.conditions)
        self.assertContains(page, 'value="fire"')

    def test_any_on_top_has_groups_of_which_all_must_hold(self):
        view = self.save(PRIORITY, {"match": "any", "g1-0-if": "state", "g1-0-is": "is", "g1-0-choices": "new"})
        self.assertEqual(list(view.conditions), ["any"])
        self.assertEqual(view.conditions["any"][1], {"all": [{"if": "state", "is": "is", "value": ["new"]}]})

    def test_the_order_of_a_list_is_not_what_somebody_buys(self):
        with translation.override("ru"):
            self.assertEqual(str(ViewForm(member=self.ana)["sort"].label), "Порядок")

    def test_tickets_are_counted_while_the_view_is_built(self):
        self.ticket.set_priority(4, by=self.ana)
        answer = self.post(PLAIN, PRIORITY, count="1")
        self.assertNotContains(answer, "<form")
        self.assertContains(answer, "Tickets that are so now: 1")
        self.assertContains(answer, "Printer")
        self.assertFalse(View.objects.exists())

    def test_a_condition_that_is_not_whole_yet_does_not_count_and_is_not_saved(self):
        empty = {"g0-1-if": "subject", "g0-1-is": "contains", "g0-1-text": " "}
        self.assertEqual(self.post(PLAIN, PRIORITY, empty).context["count"], "0")
        self.assertContains(self.post(PLAIN, {"save": "1"}, PRIORITY, empty), "Choose or enter a value.")
        self.assertFalse(View.objects.exists())

    def test_another_criterion_forgets_the_value_of_the_old_one(self):
        answer = self.post(PLAIN, PRIORITY, {"g0-0-if": "opened"})
        row = answer.context["draft"].groups[0].rows[0]
        self.assertEqual((row.operator, row.values), ("during", ()))

    def test_a_row_is_dropped(self):
        answer = self.post(PLAIN, PRIORITY, {"drop": "g0-0"})
        self.assertEqual(answer.context["draft"].conditions, {"all": []})

    def test_values_that_were_never_offered_are_refused(self):
        answer = self.post(PLAIN, {"save": "1"}, PRIORITY, {"g0-0-choices": "9"})
        self.assertContains(answer, "does not fit")
        answer = self.post(PLAIN, {"save": "1", "columns": "password"})
        self.assertContains(answer, "errorlist")

    def test_open_and_closed_tickets_together_have_no_deadline_to_be_sorted_by(self):
        answer = self.post(PLAIN, {"save": "1", "standing": "any", "sort": "deadline"})
        self.assertContains(answer, "have no such order")

    def test_an_agent_shares_with_their_own_teams_and_who_leads_with_everybody(self):
        self.assertContains(self.post(PLAIN, {"save": "1", "audience": "team", "team": self.sales.pk}), "errorlist")
        self.assertContains(self.post(PLAIN, {"save": "1", "audience": "everyone"}), "errorlist")
        self.assertContains(self.post(PLAIN, {"save": "1", "audience": "team"}), "Choose the team")
        self.save({"audience": "team", "team": self.support.pk})
        self.client.force_login(make_member("Boris Head", role=Member.Role.SUPERVISOR))
        self.post(PLAIN, {"save": "1", "audience": "everyone"})
        self.assertEqual(View.objects.filter(audience="everyone").count(), 1)

    def test_a_view_that_is_not_theirs_is_not_changed_by_anybody(self):
        view = self.save()
        view.change({"audience": "everyone"}, by=self.ana)
        self.client.force_login(self.olga)
        self.assertEqual(self.post(PLAIN, {"save": "1", "name": "Mine"}, pk=view.pk).status_code, 404)
        self.assertEqual(self.client.post(reverse("desk:view_removal", args=[view.pk])).status_code, 404)
        self.assertEqual(View.objects.get().name, "Hot")

    def test_a_copy_is_one_s_own(self):
        view = self.save(PRIORITY)
        view.change({"audience": "everyone"}, by=self.ana)
        self.client.force_login(self.omar)
        self.client.post(reverse("desk:view_copy", args=[view.key]))
        self.client.post(reverse("desk:view_copy", args=["waiting"]))
        first, second = View.objects.filter(owner=self.omar).order_by("pk")
        self.assertEqual((first.name, first.audience, first.conditions), ("Hot, a copy", "own", view.conditions))
        self.assertEqual((second.name, second.conditions["all"][0]["if"]), ("Waiting, a copy", "state"))

    def test_a_view_is_removed(self):
        view = self.save()
        answer = self.client.post(reverse("desk:view_removal", args=[view.pk]), follow=True)
        self.assertContains(answer, "was removed")
        self.assertEqual(self.client.get(reverse("desk:queue", args=[view.key])).status_code, 404)


class MenuTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)
        self.view = View.make({"name": "Hot"}, by=self.ana)

    def keys(self, member: Member | None = None) -> list[str]:
        return [entry.key for entry in counted(Member.objects.get(pk=(member or self.ana).pk))[0]]

    def move(self, key: str, way: str) -> None:
        self.client.post(reverse("desk:views_order"), {"key": key, "move": way})

    def test_views_stand_below_the_standing_lists_and_move_where_they_are_wanted(self):
        self.assertEqual(self.keys()[-1], self.view.key)
        self.assertNotIn(self.view.key, self.keys(self.olga))
        self.move(self.view.key, "up")
        self.move("waiting", "hide")
        self.move("mine", "up")
        self.assertEqual(
            self.keys(), ["mine", "unassigned", "teams", "overdue", "asleep", "open", self.view.key, "closed"]
        )
        self.assertEqual(len(self.keys(self.olga)), 8)
        self.move("waiting", "show")
        self.assertIn("waiting", self.keys())

    def test_a_list_that_is_not_theirs_cannot_be_put_anywhere(self):
        self.client.force_login(self.olga)
        self.move(self.view.key, "hide")
        self.olga.refresh_from_db()
        self.assertEqual(self.olga.habits, {})

    def test_a_member_keeps_the_order_they_like_for_each_list(self):
        address = reverse("desk:like", args=["open"])
        self.client.post(address, {"sort": "oldest"})
        self.client.post(address, {"sort": "password", "position": "1"})
        answer = self.client.get(reverse("desk:queue", args=["open"]))
        self.ana.refresh_from_db()
        self.assertEqual((answer.context["sort"], self.ana.habits), ("oldest", {"open": {"sort": "oldest"}}))
        self.client.force_login(self.olga)
        self.assertEqual(self.client.get(reverse("desk:queue", args=["open"])).context["sort"], "activity")

    def test_a_view_whose_field_is_gone_says_so_and_breaks_no_page(self):
        TicketField.objects.create(key="device", label="Device", kind="text")
        self.view.change(
            {"conditions": {"all": [{"if": "field:device", "is": "contains", "value": ["x"]}]}}, by=self.ana
        )
        TicketField.objects.all().delete()
        self.assertContains(self.client.get(reverse("desk:queue", args=["open"])), "Hot")
        answer = self.client.get(reverse("desk:queue", args=[self.view.key]))
        self.assertContains(answer, "This view cannot be shown")
        self.assertContains(self.client.get(reverse("desk:views")), "does not exist any more")
        self.assertEqual(self.client.get(reverse("desk:view", args=[self.view.pk])).status_code, 200)

    def test_a_list_is_narrowed_by_its_address(self):
        self.ticket.set_priority(4, by=self.ana)
        address = reverse("desk:queue", args=["open"])
        answer = self.client.get(address, {"only": "priority:is:3,4"})
        self.assertEqual([ticket.pk for ticket in answer.context["tickets"].rows], [self.ticket.pk])
        for wrong in ("priority", "priority:is:", "size:is:1", "opened:is:1", "team:is:x", "::", "a:b:c:d:e"):
            with self.subTest(wrong):
                self.assertEqual(self.client.get(address, {"only": wrong}).status_code, 404)

    def test_the_menu_costs_as_many_queries_with_views_as_without(self):
        for number in range(9):
            View.make({"name": str(number), "conditions": {"all": [{"if": "state", "is": "is", "value": ["new"]}]}},
                      by=self.ana)  # fmt: skip
        self.client.get(reverse("desk:menu"))
        with self.assertNumQueries(4):
            self.client.get(reverse("desk:menu"))
