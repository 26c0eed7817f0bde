"""The demo company: whole, real and never in the future."""

from datetime import datetime, timedelta
from io import StringIO
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.core.management import CommandError, call_command
from django.test import SimpleTestCase, TestCase
from django.utils.timezone import now

from otklik.demo.stories import BadStory, all_stories, read
from otklik.journal.models import Event
from otklik.knowledge.finding import find
from otklik.knowledge.models import Article, Section, Visitor
from otklik.routing.models import Route
from otklik.rules.models import Rule
from otklik.sla.models import Clock
from otklik.staff.models import Member
from otklik.tickets import search
from otklik.tickets.models import CannedReply, Delivery, Macro, Message, Ticket


class CompanyTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        call_command("demo", verbosity=0)

    def test_every_story_is_a_ticket_and_every_state_occurs(self):
        self.assertEqual(Ticket.objects.count(), len(all_stories()))
        self.assertEqual(set(Ticket.objects.values_list("state", flat=True)), set(Ticket.State.values))

    def test_everybody_of_the_staff_is_there_and_nobody_has_a_password(self):
        self.assertEqual(set(Member.objects.values_list("role", flat=True)), set(Member.Role.values))
        self.assertFalse(any(member.has_usable_password() for member in Member.objects.all()))

    def test_the_journal_follows_the_clock_and_ends_now(self):
        times = list(Event.objects.order_by("id").values_list("at", flat=True))
        stories = [at for at in times if at > now() - timedelta(days=100)]
        # A delivery is noted two seconds after its answer, when the next step may have happened.
        jumps = [late - early for late, early in pairwise(stories)]
        self.assertLessEqual(max(jumps), timedelta(seconds=2))
        self.assertLessEqual(max(times), now())

    def test_nothing_is_left_to_send(self):
        self.assertFalse(Delivery.objects.filter(sent_at=None).exists())

    def test_tickets_are_found_at_once(self):
        self.assertTrue(search.find("марина касса ", member=Member.objects.get(role="administrator")).tickets)

    def test_no_message_is_empty(self):
        self.assertFalse(Message.objects.filter(text="", html="").exists())

    def test_what_is_promised_was_mostly_kept_and_some_of_it_still_runs(self):
        clocks = Clock.objects.filter(metric="first_answer")
        kept = clocks.exclude(ended_at=None).filter(is_met=True, broken_at=None)
        self.assertGreater(kept.count(), clocks.count() // 2)
        self.assertTrue(Clock.objects.going().exists())

    def test_routes_rules_replies_and_a_macro_can_be_looked_at(self):
        for model in (Route, Rule, CannedReply, Macro):
            self.assertTrue(model.objects.exists(), model)

    def test_articles_are_published_in_the_sections_in_both_languages(self):
        rows = Article.objects.published()
        self.assertEqual((rows.count(), rows.filter(section=None).count(), Section.objects.count()), (12, 0, 7))
        self.assertEqual(rows.exclude(original=None).count(), 4)
        [first, *_rest] = find("касса не печатает чеки", reader=Visitor.ANYBODY, language="ru").hits
        self.assertEqual(first.article.language, "ru")
        self.assertGreater(first.article.uses, 0)

    def test_a_second_time_is_refused(self):
        with self.assertRaises(CommandError):
            call_command("demo", stderr=StringIO())


class StoryTests(SimpleTestCase):
    def test_a_step_that_is_not_understood_is_named(self):
        with self.assertRaisesMessage(BadStory, "@soon anna answers"):
            list(read("# A\nkey: a | from: b | to: support | start: 5m\nHello\n@soon anna answers\nYes"))

    def test_no_story_ends_in_the_future_whatever_the_hour(self):
        for hour in range(24):
            at = datetime(2026, 3, 2, hour, 1, tzinfo=ZoneInfo("Europe/Moscow"))
            for story in all_stories():
                self.assertLessEqual(story.times(at, at.tzinfo)[-1], at)

    def test_a_story_may_not_end_in_the_future(self):
        story = next(read("# A\nkey: a | from: b | to: support | start: 5m\nHello\n@9m anna answers\nYes"))
        with self.assertRaises(BadStory):
            story.times(now(), now().tzinfo)
