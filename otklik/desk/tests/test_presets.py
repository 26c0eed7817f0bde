"""Examples of whole desks on the screen: told before they are made, and every part open to change afterwards."""

from django.urls import reverse

from otklik.calendars.models import Calendar
from otklik.presets.book import PRESETS
from otklik.presets.making import apply
from otklik.rules.models import Rule
from otklik.sla.models import Policy, Target
from otklik.staff.models import Team
from otklik.testing import CastTestCase
from otklik.tickets.models import Channel, TicketField


class PresetPageTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.admin)

    def page(self, key: str) -> str:
        return self.client.get(reverse("desk:preset", args=[key])).content.decode()

    def test_all_are_offered(self):
        page = self.client.get(reverse("desk:presets")).content.decode()
        for preset in PRESETS.values():
            self.assertIn(str(preset.label), page)

    def test_each_says_in_words_what_it_would_make_and_makes_nothing(self):
        page = self.page("shop")
        for words in (
            "Monday – Friday: 10:00–19:00.",
            "Saturday – Sunday: closed.",
            "First answer within 1 h by the calendar “Round the clock”.",
            "Escalation, at 70 % of the time: Tell the assignee.",
            "When: A ticket is opened.",
            "Then: Put a tag on “order”.",
            "Its head is Vera Chief until you name another.",
        ):
            with self.subTest(words):
                self.assertIn(words, page)
        self.assertFalse(Calendar.objects.exists())

    def test_taking_it_makes_it_and_says_what_was_left_alone(self):
        Team.objects.create(name="Shop")
        answer = self.client.post(reverse("desk:preset", args=["shop"]), follow=True)
        self.assertContains(answer, "There already, and left as they are: “Shop”.")
        self.assertContains(answer, "Everything of this example is there already.")
        self.assertEqual(Policy.objects.count(), 2)

    def test_an_unknown_one_is_not_found(self):
        self.assertEqual(self.client.get(reverse("desk:preset", args=["circus"])).status_code, 404)

    def test_every_part_has_a_page_on_which_it_is_changed(self):
        for preset in PRESETS.values():
            apply(preset, by=self.admin)
        pages = [
            *(reverse("desk:calendar", args=[row.pk]) for row in Calendar.objects.all()),
            *(reverse("desk:policy", args=[row.pk]) for row in Policy.objects.all()),
            *(reverse("desk:rule", args=[row.pk]) for row in Rule.objects.all()),
            *(reverse("desk:edit_setting", args=["teams", row.pk]) for row in Team.objects.all()),
            *(reverse("desk:edit_setting", args=["ticket-fields", row.pk]) for row in TicketField.objects.all()),
            *(reverse("desk:form_options", args=[row.pk]) for row in Channel.objects.filter(kind="webform")),
        ]
        for page in pages:
            with self.subTest(page):
                self.assertEqual(self.client.get(page).status_code, 200)

    def test_saving_an_agreement_as_its_page_shows_it_changes_nothing(self):
        for preset in PRESETS.values():
            apply(preset, by=self.admin)
        for policy in Policy.objects.all():
            with self.subTest(policy.name):
                before = (policy.conditions, self.targets(policy), list(policy.steps.values()))
                address = reverse("desk:policy", args=[policy.pk])
                page = self.client.get(address).context
                forms = (page["form"], page["ladder"].management_form, *page["ladder"])
                fields = [field for form in forms for field in form]
                shown = {field.html_name: field.value() for field in fields if field.value() not in (None, False)}
                self.assertRedirects(self.client.post(address, shown), address)
                policy.refresh_from_db()
                self.assertEqual((policy.conditions, self.targets(policy), list(policy.steps.values())), before)

    def targets(self, policy: Policy) -> set:
        return set(Target.objects.filter(policy=policy).values_list("metric", "priority", "length"))
