"""Colleagues at one ticket: watching it, being named, and seeing who else is there."""

from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import now

from otklik.testing import CastTestCase
from otklik.tickets.models import Looking, Watch


class TogetherTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def address(self, name: str) -> str:
        return reverse(f"desk:{name}", args=[self.ticket.pk])

    def test_one_watches_and_stops_watching(self):
        page = self.client.post(self.address("watching"), {"watch": "yes"}, follow=True)
        self.assertContains(page, "Stop watching")
        self.client.post(self.address("watching"), {"watch": "no"})
        self.assertFalse(Watch.objects.exists())

    def test_a_few_keys_name_people_and_teams_that_see_the_ticket(self):
        def named(text: str) -> str:
            return self.client.get(self.address("mentions"), {"text": text}).content.decode()

        self.assertIn('data-name="Vera Chief"', named("ch"))
        self.assertIn('data-name="Vera Chief"', named("\u043c\u0443\u043a\u0444"))  # “vera” on the other layout
        self.assertIn('data-name="Support"', named("sup"))
        for nobody in ("Ana", "Omar", "Sales"):
            with self.subTest(nobody):
                self.assertNotIn("data-name", named(nobody))

    def test_who_looks_and_who_writes_is_seen_by_the_others(self):
        self.client.post(self.address("looking"), {"doing": "reply"})
        self.client.force_login(self.admin)
        for page in (self.address("looking"), self.ticket.get_absolute_url()):
            self.assertContains(self.client.get(page), "Ana Belova is writing an answer")
        self.assertContains(self.client.post(self.address("looking"), {"doing": "reading"}), "Ana Belova")
        self.assertEqual(Looking.objects.count(), 2)

    def test_one_does_not_see_oneself(self):
        self.assertNotContains(self.client.post(self.address("looking"), {"doing": "reading"}), "Ana Belova")

    def test_whoever_left_or_fell_silent_is_gone(self):
        self.client.post(self.address("looking"), {"doing": "reading"})
        self.assertEqual(Looking.objects.present(now() + timedelta(seconds=61)).count(), 0)
        self.client.post(self.address("looking"), {"doing": ""})
        self.assertFalse(Looking.objects.exists())

    def test_what_was_looked_at_long_ago_is_forgotten(self):
        Looking.note(self.other, self.ana, "reading", at=now() - timedelta(hours=2))
        Looking.note(self.ticket, self.ana, "reading")
        self.assertEqual([row.ticket for row in Looking.objects.all()], [self.ticket])
