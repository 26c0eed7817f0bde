"""The first page of the client's side, and the visitor's own switches."""

from django.test import Client, SimpleTestCase
from django.urls import reverse

from otklik.testing import CastTestCase
from otklik.tickets.models import Channel

HOME = "/help/"
LOOK = "/help/look/"


class HomeTests(CastTestCase):
    def test_the_ways_in_use_are_offered(self):
        Channel.objects.create(kind="webform", name="x", address="shop", team=self.sales, options={"title": "Ask us"})
        Channel.objects.filter(pk=self.sales_box.pk).update(is_active=False)
        page = self.client.get(HOME)
        self.assertContains(page, "Ask us")
        self.assertContains(page, "mailto:support@demo.example")
        self.assertNotContains(page, "sales@demo.example")

    def test_before_anything_is_set_up_the_page_says_so(self):
        Channel.objects.update(is_active=False)
        self.assertContains(self.client.get(HOME), "There is no way to write to us here yet.")

    def test_the_page_costs_the_same_however_many_forms_there_are(self):
        for number in range(5):
            Channel.objects.create(kind="webform", name="x", address=f"f{number}", team=self.sales)
        with self.assertNumQueries(3):
            self.client.get(HOME)

    def test_the_address_of_the_whole_leads_here(self):
        self.assertRedirects(self.client.get("/"), HOME)


class LookTests(CastTestCase):
    def test_large_type_is_kept_and_given_up(self):
        back = self.client.post(LOOK, {"look": "large", "next": HOME})
        self.assertRedirects(back, HOME, status_code=303)
        self.assertContains(self.client.get(HOME), 'data-look="large"')
        self.client.post(LOOK, {"look": ""})
        self.assertNotContains(self.client.get(HOME), 'data-look="large"')

    def test_the_language_is_kept(self):
        self.client.post(LOOK, {"language": "ru"})
        self.assertContains(self.client.get(HOME), '<html lang="ru">')

    def test_nonsense_changes_nothing(self):
        answer = self.client.post(LOOK, {"look": "huge", "language": "xx"})
        self.assertEqual(dict(answer.cookies), {})

    def test_the_switch_works_without_a_token_and_leads_nowhere_else(self):
        strict = Client(enforce_csrf_checks=True)
        for wanted in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "help"):
            with self.subTest(next=wanted):
                self.assertEqual(strict.post(LOOK, {"look": "large", "next": wanted}).url, HOME)

    def test_it_is_no_matter_of_a_link(self):
        self.assertEqual(self.client.get(LOOK).status_code, 405)


class AddressTests(SimpleTestCase):
    def test_the_addresses_in_mails_stay_what_they_are(self):
        self.assertEqual(reverse("portal:ticket", args=["1.2-abc"]), "/help/t/1.2-abc/")
