"""Handing over at the desk: refused in words, filled in and done on one page; up a line, and back."""

from django.urls import reverse

from otklik.journal.models import Event
from otklik.tickets.models import Terms, Ticket
from otklik.tickets.tests.test_lines import LineTestCase


class HandingTests(LineTestCase):
    def setUp(self) -> None:
        self.ana.teams.add(self.sales)
        self.client.force_login(self.ana)
        self.url = reverse("desk:hand_over", args=[self.ticket.pk])

    def fresh(self) -> Ticket:
        return Ticket.objects.get(pk=self.ticket.pk)

    def test_choosing_the_team_in_the_panel_leads_to_what_is_missing(self):
        change, wanted = reverse("desk:change", args=[self.ticket.pk]), {"name": "team", "value": self.sales.pk}
        answer = self.client.post(change, wanted, follow=True)
        self.assertRedirects(answer, f"{self.url}?team={self.sales.pk}")
        for words in ("wants to be filled in before: the reason", "Serial number", "The client knows."):
            self.assertContains(answer, words)
        answer = self.client.post(change, wanted, headers={"HX-Request": "true"})
        self.assertEqual(answer.headers["HX-Redirect"], f"{self.url}?team={self.sales.pk}")

    def test_all_is_filled_in_and_handed_over_at_one_stroke(self):
        said = {"why": "Wants a contract", "phone": "8 916 000-00-01", "field-serial": "X-1", "confirmed": "on"}
        answer = self.client.post(f"{self.url}?to=next", said, follow=True)
        self.assertContains(answer, "is with “Sales” now.")
        self.assertContains(answer, "why: Wants a contract")
        self.assertEqual((self.fresh().team, self.fresh().fields), (self.sales, {"serial": "X-1"}))
        self.assertEqual(self.bea.address("phone").value, "+79160000001")

    def test_what_is_wrong_is_said_and_nothing_is_kept(self):
        cases = ({"phone": "none"}, {"why": ""}, {"confirmed": ""}, {"field-serial": ""})
        right = {"why": "x", "phone": "+79160000001", "field-serial": "X-1", "confirmed": "on"}
        for wrong in cases:
            with self.subTest(**wrong):
                answer = self.client.post(f"{self.url}?to=next", right | wrong)
                self.assertContains(answer, "errorlist")
        self.assertFalse(Event.objects.filter(kind__in=["ticket.handed_over", "ticket.field_changed"]).exists())

    def test_a_number_that_is_another_clients_is_said_to_be(self):
        self.carl.addresses.create(kind="phone", value="+79160000001")
        said = {"why": "x", "phone": "+79160000001", "field-serial": "X-1", "confirmed": "on"}
        self.assertContains(self.client.post(f"{self.url}?to=next", said), "belongs to Carl Lukin")
        self.assertEqual(self.fresh().fields, {})

    def test_it_is_handed_back_to_where_it_came_from(self):
        Terms.objects.all().delete()
        self.ticket.hand_to(self.sales, by=self.ana, why="Price")
        page = self.client.get(self.ticket.get_absolute_url())
        self.assertContains(page, "?to=back")
        self.client.post(f"{self.url}?to=back", {"why": "No price in it"})
        self.assertEqual(self.fresh().team, self.support)
        self.assertEqual(Event.objects.filter(kind="ticket.handed_over").latest("pk").facts["why"], "No price in it")

    def test_whoever_hands_it_out_of_sight_goes_back_to_the_queue(self):
        answer = self.client.post(f"{self.url}?team={self.network.pk}", {"why": "Cable"})
        self.assertRedirects(answer, reverse("desk:home"), fetch_redirect_response=False)
        self.assertEqual(self.client.get(self.url).status_code, 404)

    def test_several_teams_are_chosen_from_and_a_strange_way_is_none(self):
        self.assertContains(self.client.get(self.url), "Database (L3)")
        self.assertEqual(self.client.get(f"{self.url}?to=nowhere").status_code, 404)
        Ticket.objects.filter(pk=self.ticket.pk).update(team=self.network)
        self.client.force_login(self.admin)
        self.assertContains(self.client.get(f"{self.url}?to=next"), "There is no team to hand it to this way.")

    def test_an_administrator_sets_what_a_team_wants(self):
        self.client.force_login(self.admin)
        url = reverse("desk:edit_setting", args=["teams", self.sales.pk])
        self.assertContains(self.client.get(url), "The client knows.")
        said = {
            "name": "Sales",
            "line": "2",
            "head": self.omar.pk,
            "wants_email": "on",
            "wanted_fields": [self.field.pk],
        }
        self.client.post(url, said)
        self.assertEqual(self.ticket.missing_for(self.sales), ["field:serial"])
        self.client.post(url, {"name": "Sales", "line": "2"})
        self.assertFalse(Terms.objects.exists())
