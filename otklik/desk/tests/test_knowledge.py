"""The knowledge base at the desk: writing, publishing, and articles while one answers."""

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate

from otklik.desk.articles import give
from otklik.knowledge.errors import ClosedToClients, ForStaffOnly
from otklik.knowledge.models import Article, ArticleDraft, ArticleFile, Audience, Base, Section, State
from otklik.knowledge.personal import personal_in
from otklik.knowledge.tests.cast import KnowledgeTestCase, make_article
from otklik.testing import kinds
from otklik.tickets.models import DraftFile
from otklik.tickets.replying import reply

LIST = reverse("desk:knowledge")


class DeskTestCase(KnowledgeTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def at(self, name, *args):
        return reverse(f"desk:{name}", args=args)

    def write(self, article, html, *, title="Plans", seen=1, **rest):
        typed = {"title": title, "html": html, "text": "", "seen": seen, **rest}
        return self.client.post(self.at("edit_article", article.pk), typed)


class ListTests(DeskTestCase):
    def listed(self, query=""):
        page = self.client.get(f"{LIST}?{query}")
        return {article.title.split()[1] for article in page.context["articles"].rows}

    def test_it_is_narrowed_and_never_shows_what_one_may_not_see(self):
        Article.objects.filter(pk=self.public.pk).update(review_on=localdate(), unhelpful=3, owner=self.lena)
        for query, titles in {
            "": {"jams", "warranty", "secrets", "plans", "museum"},
            "state=draft": {"plans"},
            "text=discounts": set(),
            "text=ьгыугь": {"museum"},
            "attention=check": {"jams"},
            "attention=unhelpful": {"jams"},
            "attention=unowned": {"warranty", "secrets"},
            f"owner={self.lena.pk}": {"jams"},
            "audience=clients&state=published": {"warranty"},
            "state=nonsense&section=999999&owner=x": {"jams", "warranty", "secrets", "plans", "museum"},
        }.items():
            with self.subTest(query):
                self.assertEqual(self.listed(query), titles)

    def test_a_page_costs_the_same_however_many_there_are(self):
        self.client.get(LIST)  # from then on she is known to be here
        for number in range(5):
            make_article(f"More {number}", self.lena, section=Section.objects.create(title_en=f"S{number}"))
        with self.assertNumQueries(8):
            self.client.get(LIST)

    def test_an_observer_reads_what_is_published(self):
        self.client.force_login(self.olga)
        self.assertEqual(self.listed(), {"jams", "warranty", "secrets"})
        self.assertEqual(self.client.get(self.at("article", self.draft.pk)).status_code, 404)
        self.assertNotContains(self.client.get(self.at("article", self.public.pk)), "edit/")


class WritingTests(DeskTestCase):
    def test_an_agent_begins_writes_and_asks_and_a_supervisor_publishes(self):
        typed = {"title": "Refunds", "audience": "public", "language": "en"}
        self.client.post(self.at("new_article"), typed)
        article = Article.objects.get(title="Refunds")
        self.write(article, "<h1>How</h1><p>So</p><script>x</script>", title="Refunds", then="review")
        article.refresh_from_db()
        self.assertEqual((article.state, article.html), (State.REVIEW, "<h1>How</h1><p>So</p>"))
        self.client.post(self.at("article_state", article.pk), {"state": "published"})
        article.refresh_from_db()
        self.assertEqual(article.state, State.REVIEW)
        self.client.force_login(self.lena)
        self.client.post(self.at("article_state", article.pk), {"state": "published"})
        article.refresh_from_db()
        self.assertEqual(article.state, State.PUBLISHED)

    def test_what_was_typed_is_kept_until_it_is_saved(self):
        draft = self.at("article_draft", self.draft.pk)
        typed = {"title": "New plans", "html": "<p>Half</p>", "text": "", "seen": 1}
        self.assertEqual(self.client.post(draft, typed).json()["text"], "Half")
        self.assertEqual(self.client.get(draft).json(), {"text": "Half", "html": "<p>Half</p>"})
        page = self.client.get(self.at("edit_article", self.draft.pk))
        self.assertContains(page, "New plans")
        self.assertContains(page, "This is what you had typed and not saved.")
        self.write(self.draft, "<p>Whole</p>")
        self.assertEqual(ArticleDraft.objects.count(), 0)

    def test_whoever_was_overtaken_is_told_and_keeps_their_text(self):
        self.draft.write(title="Plans", html="<p>First</p>", by=self.lena, seen=1)
        answer = self.write(self.draft, "<p>Second</p>")
        self.assertEqual(answer.status_code, 422)
        self.assertContains(answer, "Somebody else changed this article", status_code=422)
        self.assertContains(answer, "Second", status_code=422)
        self.write(self.draft, "<p>Second</p>", seen=answer.context["seen"])
        self.draft.refresh_from_db()
        self.assertEqual(self.draft.newest.text, "Second")

    def test_an_empty_text_is_refused_and_said(self):
        self.assertContains(self.write(self.draft, ""), "it needs a title and a text", status_code=422)

    def test_only_those_who_publish_place_what_is_published(self):
        place = {"audience": "public", "tags": "a, b ,a", "owner": self.ana.pk, "review_on": "2030-01-02"}
        self.client.post(self.at("article_place", self.staff.pk), place)
        self.staff.refresh_from_db()
        self.assertEqual(self.staff.audience, Audience.STAFF)
        self.client.post(self.at("article_place", self.draft.pk), place)
        self.draft.refresh_from_db()
        self.assertEqual((self.draft.owner, str(self.draft.remind_on)), (self.ana, "2030-01-02"))
        self.assertEqual(list(self.draft.tags.values_list("name", flat=True)), ["a", "b"])

    def test_a_picture_stands_in_the_text_and_a_file_comes_with_the_next_version(self):
        files = self.at("article_files", self.public.pk)
        picture = SimpleUploadedFile("a.png", b"x", "image/png")
        url = self.client.post(files, {"file": picture, "shown": "1"}).json()["url"]
        hostile = SimpleUploadedFile("<b>.html", b"<script>", "text/html")
        self.assertIn("&lt;b&gt;.html", self.client.post(files, {"file": hostile}).json()["row"])
        self.assertEqual(self.public.files.of_version(1).count(), 0)
        self.write(self.public, f'<p>Look</p><img src="http://testserver{url}" onerror="x">')
        self.public.refresh_from_db()
        newest = self.public.newest
        cid = ArticleFile.objects.exclude(content_id="").get().content_id
        self.assertEqual(newest.html, f'<p>Look</p><img src="cid:{cid}" alt="a.png">')
        self.assertEqual(self.client.get(url).status_code, 200)
        file = self.public.files.of_version(2).get()
        self.assertEqual(self.client.get(self.at("article_file", file.pk))["Content-Type"], "application/octet-stream")
        self.client.post(self.at("drop_article_file", file.pk))
        self.assertEqual([self.public.files.of_version(number).count() for number in (2, 3)], [1, 0])

    def test_a_version_is_compared_and_comes_back(self):
        self.write(self.draft, "<p>Line one</p><p>Line three</p>")
        page = self.client.get(self.at("article_versions", self.draft.pk))
        self.assertContains(page, "<del>")
        self.client.post(self.at("article_versions", self.draft.pk), {"number": 1})
        self.assertEqual(self.draft.versions.count(), 3)

    def test_a_translation_is_begun_from_the_page(self):
        answer = self.client.post(self.at("article_translation", self.public.pk), {"language": "ru"})
        made = self.public.translations().get()
        self.assertRedirects(answer, self.at("edit_article", made.pk))
        nonsense = self.client.post(self.at("article_translation", self.public.pk), {"language": "xx"})
        self.assertEqual(nonsense.status_code, 404)

    def test_sections_have_two_levels_and_are_for_those_who_publish(self):
        self.assertEqual(self.client.get(self.at("knowledge_sections")).status_code, 404)
        self.client.force_login(self.lena)
        new = self.at("new_knowledge_section")
        self.client.post(new, {"title_en": "Shop", "position": 0})
        shop = Section.objects.get()
        self.client.post(new, {"title_en": "Returns", "parent": shop.pk, "position": 0})
        self.assertContains(self.client.get(self.at("knowledge_sections")), "Returns")
        self.assertEqual(self.client.post(new, {"position": 0}).status_code, 200)
        self.client.post(self.at("knowledge_section", shop.pk), {"remove": "1"})
        self.assertEqual(Section.objects.count(), 2)


class AnsweringTests(DeskTestCase):
    def use(self, article, kind="reply", way="link"):
        return self.client.post(self.at("use_article", self.ticket.pk, article.pk), {"kind": kind, "way": way})

    def test_words_find_articles_with_who_reads_them(self):
        page = self.client.get(self.at("articles_for", self.ticket.pk) + "?text=зкштеук")
        self.assertContains(page, "Printer secrets")
        self.assertContains(page, "Staff only")
        self.assertNotContains(page, "Printer plans")
        self.assertNotContains(page, "Printer discounts")

    def test_a_link_is_given_and_the_ticket_keeps_it(self):
        said = self.use(self.public).json()
        address = f"{settings.URL}/help/articles/{self.public.pk}-printer-jams/"
        self.assertEqual(said["html"], f'<a href="{address}">Printer jams</a>&nbsp;')
        self.assertIn("article.used", kinds(self.ticket))
        self.assertContains(self.client.get(self.at("article", self.public.pk)), self.ticket.get_absolute_url())
        self.assertIn("?key=", self.use(self.clients).json()["text"])

    def test_what_is_for_staff_goes_to_no_client_by_link(self):
        refusal = self.use(self.staff)
        self.assertEqual(refusal.status_code, 422)
        self.assertIn("for staff only", refusal.json()["why"])
        self.assertNotIn("article.used", kinds(self.ticket))
        self.assertIn("/desk/knowledge/", self.use(self.staff, kind="note").json()["text"])
        told = self.use(self.staff, way="text").json()
        self.assertIn("ten seconds", told["html"])
        self.assertIn("for staff only", told["why"])

    def test_drafts_and_articles_of_others_are_not_given(self):
        for article in (self.draft, self.archived, self.sales_only):
            self.assertEqual(self.use(article).status_code, 404)

    def test_switched_off_no_link_is_given(self):
        Base.objects.create(is_open=False)
        with self.assertRaises(ClosedToClients):
            give(self.public, self.ticket, by=self.ana, way="link", is_note=False)
        with self.assertRaises(ForStaffOnly):
            give(self.staff, self.ticket, by=self.ana, way="link", is_note=False)

    def test_pictures_of_a_text_go_along_once(self):
        article = make_article("Shown", self.lena, html='<p>x</p><img src="cid:a@x">')
        ArticleFile.objects.create(
            article=article, file="aa/b", name="a.png", type="image/png", size_bytes=1, content_id="a@x"
        )
        for _time in range(2):
            said = self.use(article, way="text").json()
        self.assertIn(f"/desk/tickets/{self.ticket.pk}/inline/a@x/", said["html"])
        self.assertEqual(DraftFile.objects.count(), 1)

    def test_the_panel_suggests_by_what_the_ticket_says(self):
        page = self.client.get(self.at("ticket_knowledge", self.ticket.pk), headers={"HX-Request": "true"})
        self.assertContains(page, "Printer jams")
        self.assertNotContains(page, "Printer discounts")
        page = self.client.get(self.at("ticket_knowledge", self.other.pk) + "?text=warp")
        self.assertContains(page, "No article fits")

    def test_an_answer_becomes_an_article_and_warns_of_what_is_personal(self):
        message = reply(self.ticket, by=self.ana, text="Dear Bea, call +7 000 123-45-67.")
        page = self.client.post(self.at("article_of_message", message.pk), follow=True)
        self.assertContains(page, "It is about somebody: +7 000 123-45-67, Bea.")
        self.assertEqual(personal_in("Nothing here", self.ticket), [])


class ReportTests(DeskTestCase):
    def test_it_tells_what_was_missed_and_lets_one_tick_it_off(self):
        self.client.get("/help/articles/?q=warp+drive")
        page = self.client.get(self.at("knowledge_report"))
        self.assertContains(page, "warp drive")
        miss = page.context["report"].misses[0]
        self.client.post(self.at("knowledge_miss"), {"miss": miss.pk})
        self.assertNotContains(self.client.get(self.at("knowledge_report")), "warp drive")
