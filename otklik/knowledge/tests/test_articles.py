"""Articles: who sees which, their versions, and how they come to be read."""

from datetime import date, timedelta

from django.test import SimpleTestCase
from django.utils.timezone import now

from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.knowledge.beginning import begin, begin_of_message, translate
from otklik.knowledge.counting import Views
from otklik.knowledge.errors import MayNotPublish, NothingWritten, TooManyVoices, WrittenMeanwhile
from otklik.knowledge.judging import MOST, judge
from otklik.knowledge.models import Article, Audience, Base, Opinion, State, ViewsOfDay, Visitor
from otklik.knowledge.outline import laid_out
from otklik.knowledge.reminding import remind_due
from otklik.knowledge.slugs import slug_of
from otklik.knowledge.using import use
from otklik.testing import kinds
from otklik.tickets.replying import reply

from .cast import KnowledgeTestCase


class VisibilityTests(KnowledgeTestCase):
    def seen_by(self, reader):
        return {article.title.split()[1] for article in Article.objects.visible_to(reader)}

    def test_each_reader_sees_what_is_theirs(self):
        for reader, seen in {
            Visitor.ANYBODY: {"jams"},
            Visitor.CLIENT: {"jams", "warranty"},
            self.ana: {"jams", "warranty", "secrets", "plans", "museum"},
            self.omar: {"jams", "warranty", "secrets", "discounts", "plans", "museum"},
            self.olga: {"jams", "warranty", "secrets"},
            self.admin: {"jams", "warranty", "secrets", "discounts", "plans", "museum"},
        }.items():
            with self.subTest(reader=reader):
                self.assertEqual(self.seen_by(reader), seen)

    def test_switched_off_only_the_staff_read(self):
        Base.objects.create(is_open=False)
        self.assertEqual((self.seen_by(Visitor.ANYBODY), self.seen_by(Visitor.CLIENT)), (set(), set()))
        self.assertIn("jams", self.seen_by(self.ana))

    def test_of_translations_the_one_in_the_language_is_shown_and_no_draft_hides_the_other(self):
        russian = translate(self.public, "ru", by=self.lena)

        def shown():
            rows = Article.objects.visible_to(Visitor.ANYBODY).in_language("ru", reader=Visitor.ANYBODY)
            return {article.pk for article in rows}

        self.assertEqual(shown(), {self.public.pk})
        russian.publish(by=self.lena)
        self.assertEqual(shown(), {russian.pk})
        self.assertEqual([one.pk for one in self.public.translations()], [russian.pk])
        self.assertEqual([one.pk for one in russian.translations()], [self.public.pk])


class WritingTests(KnowledgeTestCase):
    def test_readers_see_what_was_published_until_it_is_published_anew(self):
        article = self.public
        self.assertTrue(article.write(title="Paper jams", html="<p>Open the lid.</p>", by=self.ana, seen=1))
        article.refresh_from_db()
        self.assertEqual((article.title, article.has_news, article.newest.title), ("Printer jams", True, "Paper jams"))
        with self.assertRaises(MayNotPublish):
            article.publish(by=self.ana)
        self.assertTrue(article.publish(by=self.lena))
        self.assertFalse(article.publish(by=self.lena))
        article.refresh_from_db()
        self.assertEqual((article.title, article.text, article.slug), ("Paper jams", "Open the lid.", "paper-jams"))
        self.assertEqual(kinds(article), ["article.begun", "article.published", "article.written", "article.published"])

    def test_the_same_words_are_no_version(self):
        self.assertFalse(self.draft.write(title=self.draft.title, html=self.draft.html, by=self.ana, seen=1))
        self.assertEqual(self.draft.versions.count(), 1)

    def test_of_two_who_write_at_once_the_second_is_told_and_nothing_is_lost(self):
        late = Article.objects.get(pk=self.draft.pk)
        self.draft.write(title="Plans", html="<p>First.</p>", by=self.ana, seen=1)
        with self.assertRaises(WrittenMeanwhile):
            late.write(title="Plans", html="<p>Second.</p>", by=self.omar, seen=1)
        self.assertEqual(self.draft.versions.get(number=2).text, "First.")

    def test_what_was_written_after_one_looked_is_not_published_unseen(self):
        looked = Article.objects.get(pk=self.public.pk)
        newer = Article.objects.get(pk=self.public.pk)
        newer.write(title="Jams", html="<p>1</p>", by=self.ana, seen=1)
        looked.refresh_from_db()
        newer.publish(by=self.lena)
        with self.assertRaises(WrittenMeanwhile):
            looked.publish(by=self.lena)

    def test_a_version_comes_back_as_a_new_one(self):
        self.draft.write(title="Other", html="<p>Other.</p>", by=self.ana, seen=1)
        self.assertTrue(self.draft.restore(1, by=self.ana))
        self.assertEqual((self.draft.title, self.draft.latest), ("Printer plans", 3))
        self.assertFalse(self.draft.restore(9, by=self.ana))

    def test_the_states_follow_each_other(self):
        draft = self.draft
        self.assertTrue(draft.ask_for_review(by=self.ana))
        self.assertFalse(draft.ask_for_review(by=self.ana))
        self.assertTrue(draft.publish(by=self.lena))
        with self.assertRaises(MayNotPublish):
            draft.archive(by=self.ana)
        self.assertTrue(draft.archive(by=self.lena))
        self.assertTrue(draft.reopen(by=self.ana))
        self.assertEqual(draft.state, State.DRAFT)
        self.assertEqual(len(narrate(Event.objects.about(draft))), 5)

    def test_an_article_needs_a_title_and_a_text(self):
        with self.assertRaises(NothingWritten):
            begin("  \0 ", by=self.ana)
        with self.assertRaises(NothingWritten):
            self.draft.write(title="X", html="", by=self.ana, seen=1)
        with self.assertRaises(NothingWritten):
            begin("Empty", by=self.lena).publish(by=self.lena)

    def test_an_answer_becomes_a_draft_for_the_staff(self):
        message = reply(self.ticket, by=self.ana, text="Call +7 000 123-45-67 & ask.")
        article = begin_of_message(message, by=self.ana)
        self.assertEqual((article.title, article.audience, article.state), ("Printer", Audience.STAFF, State.DRAFT))
        self.assertIn("&amp; ask", article.html)

    def test_a_translation_is_begun_once_and_is_never_a_second_of_its_language(self):
        first, again = (translate(self.public, "ru", by=self.ana) for _time in range(2))
        self.assertEqual((first.pk, first.state), (again.pk, State.DRAFT))
        self.assertEqual(translate(first, "en", by=self.ana).pk, self.public.pk)


class ReadersTests(KnowledgeTestCase):
    def test_a_visitor_has_one_voice_on_a_version(self):
        for is_helpful in (True, False):
            judge(self.public, is_helpful=is_helpful, why="Too short", visitor="v", network="n")
        self.public.refresh_from_db()
        self.assertEqual((self.public.helpful, self.public.unhelpful), (0, 1))
        self.public.write(title="Jams", html="<p>Longer.</p>", by=self.ana, seen=1)
        self.public.publish(by=self.lena)
        judge(self.public, is_helpful=True, why="", visitor="v", network="n")
        self.public.refresh_from_db()
        self.assertEqual((self.public.helpful, self.public.unhelpful), (1, 0))
        self.assertNotIn("n", Opinion.objects.values_list("network", flat=True))

    def test_a_network_cannot_flood(self):
        at = now()
        for number in range(MOST):
            judge(self.public, is_helpful=False, why="", visitor=str(number), network="n", at=at)
        with self.assertRaises(TooManyVoices):
            judge(self.public, is_helpful=False, why="", visitor="x", network="n", at=at)
        judge(self.public, is_helpful=True, why="", visitor="1", network="n", at=at)
        judge(self.public, is_helpful=True, why="", visitor="x", network="n", at=at + timedelta(hours=1))

    def test_views_are_written_together(self):
        views, at = Views(), now()
        for _view in range(19):
            views.add(self.public, at=at)
        self.assertEqual(ViewsOfDay.objects.count(), 0)
        views.add(self.public, at=at)
        self.public.refresh_from_db()
        self.assertEqual((self.public.views, ViewsOfDay.objects.get().views), (20, 20))

    def test_a_use_is_told_on_the_ticket_once(self):
        self.assertTrue(use(self.public, self.ticket, by=self.ana))
        self.assertFalse(use(self.public, self.ticket, by=self.ana))
        self.public.refresh_from_db()
        self.assertEqual((self.public.uses, kinds(self.ticket).count("article.used")), (1, 1))

    def test_the_day_to_check_it_is_told_once_to_whom_it_is_up(self):
        self.public.checked(date(2026, 1, 1), by=self.lena)
        self.draft.checked(date(2026, 1, 1), by=self.lena)
        self.assertTrue(remind_due())
        self.assertFalse(remind_due())
        told = Event.objects.filter(kind="article.review_due")
        self.assertEqual([(event.about_id, event.facts["told"]) for event in told], [(self.public.pk, self.lena.pk)])


class PageTests(SimpleTestCase):
    def test_headings_have_anchors_of_their_own_and_stand_below_the_title(self):
        page = laid_out("<h1>Шаг <b>1</b></h1><p>x</p><h1>Шаг 1</h1><h1>?</h1>", picture=lambda _cid, _rest: "")
        self.assertEqual([heading.anchor for heading in page.headings], ["s-shag-1", "s-shag-1-2", "s-article"])
        self.assertEqual(page.headings[0].title, "Шаг 1")
        self.assertIn('<h2 id="s-shag-1">Шаг <b>1</b></h2>', page.html)
        self.assertTrue(page.is_long)

    def test_nothing_that_could_do_harm_is_shown(self):
        hostile = '<h1 onclick=x>A<script>1</script></h1><img src="http://x.example/a.png"><a href="javascript:1">b</a>'
        page = laid_out(hostile, picture=lambda _cid, _rest: "")
        self.assertTrue(page.html.startswith('<h2 id="s-a">A</h2><a '), page.html)
        for harm in ("script", "onclick", "x.example"):
            self.assertNotIn(harm, page.html)

    def test_a_title_stands_in_an_address(self):
        self.assertEqual(slug_of("Как вернуть щётку? 50 %"), "kak-vernut-shchetku-50")
        self.assertEqual(slug_of("???"), "article")
