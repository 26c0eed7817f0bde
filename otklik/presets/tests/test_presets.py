"""Each preset is made once, in the company’s language, of parts that the screens can show and change."""

from django.test import TestCase
from django.utils.translation import override

from otklik.calendars.models import Calendar
from otklik.journal.models import Event
from otklik.lib.judging import check_actions, check_tree
from otklik.lib.rulebook import events, rulebook
from otklik.presets.book import PRESETS
from otklik.presets.making import apply, rehearsal
from otklik.rules.models import Rule
from otklik.sla.models import Policy
from otklik.staff.models import Company, Team
from otklik.testing import CastTestCase


class MakingTests(CastTestCase):
    def test_each_makes_all_it_names_and_again_nothing(self):
        for preset in PRESETS.values():
            with self.subTest(preset.key), rehearsal(preset, by=self.admin) as first:
                again = apply(preset, by=self.admin)
                self.assertEqual([one.row for one in first], [one.row for one in again])
                self.assertTrue(all(one.is_new for one in first))
                self.assertFalse(any(one.is_new for one in again))

    def test_what_people_changed_stays(self):
        apply(PRESETS["shop"], by=self.admin)
        policy = Policy.objects.get(name="Orders, round the clock")
        policy.targets.all().delete()
        Rule.objects.get(name="Mails about orders").switch_off(by=self.admin)
        Team.objects.filter(name="Shop").update(head=None)
        apply(PRESETS["shop"], by=self.admin)
        self.assertFalse(policy.targets.exists())
        self.assertFalse(Rule.objects.get(name="Mails about orders").is_active)
        self.assertIsNone(Team.objects.get(name="Shop").head)

    def test_a_rehearsal_leaves_nothing_behind(self):
        before = Event.objects.count()
        for preset in PRESETS.values():
            with self.subTest(preset.key), rehearsal(preset, by=self.admin) as made:
                self.assertTrue(made)
        self.assertEqual((Policy.objects.count(), Calendar.objects.count(), Event.objects.count()), (0, 0, before))

    def test_rules_are_on_and_made_of_parts_that_exist(self):
        for preset in PRESETS.values():
            apply(preset, by=self.admin)
        book, known = rulebook(), events()
        for rule in Rule.objects.all():
            with self.subTest(rule.name):
                check_tree(rule.conditions, book)
                check_actions(rule.actions, book)
                self.assertTrue(rule.is_active)
                self.assertLessEqual(set(rule.kinds), set(known))

    def test_whoever_takes_it_heads_the_teams_so_that_somebody_is_told(self):
        apply(PRESETS["it-desk"], by=self.admin)
        self.assertEqual(set(Team.objects.filter(line__isnull=False).values_list("head", flat=True)), {self.admin.pk})

    def test_agreements_come_after_those_that_are_there(self):
        own = Policy.objects.create(name="Own", calendar=Calendar.objects.create(name="Own"), position=7)
        apply(PRESETS["shop"], by=self.admin)
        self.assertEqual(Policy.objects.first(), own)

    def test_it_is_told_in_the_journal(self):
        apply(PRESETS["shop"], by=self.admin)
        self.assertEqual(Event.objects.get(kind="preset.applied").facts["preset"], "shop")


class RussianTests(TestCase):
    def test_all_that_a_preset_makes_speaks_russian(self):
        for key, preset in PRESETS.items():
            with self.subTest(key):
                company = Company.objects.create(name="Пример", language="ru")
                with override("en"):  # whatever language the administrator reads the pages in
                    made = apply(preset, by=None)
                names = [str(one.row) for one in made]
                self.assertEqual([name for name in names if name.isascii()], [])
                company.delete()
