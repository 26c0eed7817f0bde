"""The knowledge base of the client’s side: what each reader finds there, and what leaves it."""

import re
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from otklik.knowledge.beginning import translate
from otklik.knowledge.models import Article, ArticleFile, Base, Miss, Opinion, Section
from otklik.knowledge.sharing import link_to
from otklik.knowledge.tests.cast import KnowledgeTestCase, make_article
from otklik.portal.access import BY_FORM, Seat
from otklik.tickets.models import Channel

HOME = reverse("portal:knowledge")


class PortalTestCase(KnowledgeTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.section = Section.objects.create(title_en="Printers", title_ru="Принтеры")
        Article.objects.update(section=cls.section)
        # Whatever is not for everybody has a Russian translation of the public one beside it, a draft.
        cls.russian = translate(cls.public, "ru", by=cls.lena)
        cls.russian.write(title="Printer замысел", html="<p>Secret plan.</p>", by=cls.lena, seen=1)
        cls.key = quote(Seat(cls.ticket, cls.bea).token)

    def of(self, article, key=""):
        return reverse("portal:article", args=[article.pk, article.slug]) + (f"?key={key}" if key else "")


class LeakTests(PortalTestCase):
    """Titles are “Printer …”: of those that a reader may not read none stands on any page."""

    def titles(self, *addresses, key=""):
        found = set()
        for address in addresses:
            sign = "&" if "?" in address else "?"
            body = re.sub("<mark>|</mark>", "", self.client.get(f"{address}{sign}key={key}").content.decode())
            found |= set(re.findall(r"Printer(?: |-)(\w+)", body)) | set(re.findall(r"printer-(\w+)", body))
        return found - {"printer"}

    def every_page(self):
        section = reverse("portal:section", args=[self.section.pk, self.section.slug])
        suggestions = reverse("portal:article-suggestions") + "?text=printer+button+warranty+secrets"
        return [HOME, f"{HOME}?q=printer", f"{HOME}?q=secret", section, self.of(self.public), suggestions,
                reverse("portal:home"), reverse("portal:sitemap"), f"{HOME}?q=vanished"]  # fmt: skip

    def test_anybody_reads_the_public_ones_alone(self):
        self.assertEqual(self.titles(*self.every_page()), {"jams"})
        form = Seat(self.ticket, self.bea, BY_FORM).token
        for key in ("nonsense", quote(form), "1-aaaa"):
            self.assertEqual(self.titles(*self.every_page(), key=key), {"jams"})

    def test_a_client_reads_theirs_too_and_the_key_goes_along(self):
        self.assertEqual(self.titles(*self.every_page(), key=self.key), {"jams", "warranty"})
        page = self.client.get(f"{HOME}?key={self.key}")
        self.assertContains(page, self.of(self.clients, self.key))
        self.assertEqual(page["Cache-Control"], "no-store")

    def test_the_address_of_what_one_may_not_read_leads_nowhere(self):
        for article in (self.clients, self.staff, self.sales_only, self.draft, self.archived, self.russian):
            self.assertEqual(self.client.get(self.of(article)).status_code, 404)
            voice = self.client.post(reverse("portal:article-voice", args=[article.pk]), {"helpful": "yes"})
            self.assertEqual(voice.status_code, 404)
        for article in (self.staff, self.draft, self.russian):
            self.assertEqual(self.client.get(self.of(article, self.key)).status_code, 404)

    def test_a_link_that_we_gave_opens_its_article_alone(self):
        link = link_to(self.clients, self.of(self.clients)).removeprefix(settings.URL)
        page = self.client.get(link)
        self.assertContains(page, "Printer warranty")
        key = link.partition("key=")[2]
        self.assertEqual(self.client.get(self.of(self.staff, key)).status_code, 404)
        self.assertEqual(self.titles(HOME, f"{HOME}?q=printer", key=key), {"jams"})
        self.clients.archive(by=self.lena)
        self.assertEqual(self.client.get(link).status_code, 404)

    def test_switched_off_there_is_nothing(self):
        Base.objects.create(is_open=False)
        for address in (HOME, self.of(self.public), reverse("portal:sitemap")):
            self.assertEqual(self.client.get(address).status_code, 404)
        self.assertEqual(self.titles(reverse("portal:home"), reverse("portal:article-suggestions")), set())
        self.assertNotContains(self.client.get("/robots.txt"), "Sitemap")

    def test_a_section_without_anything_to_read_is_not_there(self):
        hidden = Section.objects.create(title_en="Hidden")
        Article.objects.filter(pk=self.staff.pk).update(section=hidden)
        self.assertEqual(self.client.get(reverse("portal:section", args=[hidden.pk, "hidden"])).status_code, 404)
        self.assertNotContains(self.client.get(HOME), "Hidden")


class PagesTests(PortalTestCase):
    def test_an_article_has_what_search_engines_and_people_want(self):
        html = "<h1>One</h1><p>a</p><h1>Two</h1><p>b</p><h1>Three</h1><p>c</p>"
        article = make_article("Long story", self.lena, html=html)
        page = self.client.get(self.of(article))
        for part in ('<a href="#s-two">Two</a>', '<h2 id="s-two">Two</h2>', "og:title",
                     f'<link rel="canonical" href="{settings.URL}{self.of(article)}">'):  # fmt: skip
            self.assertContains(page, part)

    def test_an_old_address_leads_to_the_new_one(self):
        self.assertRedirects(self.client.get(f"/help/articles/{self.public.pk}-old/"), self.of(self.public))
        self.assertRedirects(self.client.get(f"/help/articles/{self.public.pk}/"), self.of(self.public))

    def test_the_sitemap_lists_and_robots_may_read_it(self):
        self.assertContains(self.client.get(reverse("portal:sitemap")), settings.URL + self.of(self.public))
        self.assertContains(self.client.get("/robots.txt"), f"Sitemap: {settings.URL}/help/sitemap.xml")

    def test_what_was_not_found_is_counted_and_goes_along_to_the_form(self):
        page = self.client.get(f"{HOME}?q=warp drive")
        self.assertEqual(Miss.objects.get().text, "warp drive")
        self.assertContains(page, "?subject=warp%20drive")
        Channel.objects.create(kind="webform", name="x", address="shop", team=self.sales)
        self.assertContains(self.client.get("/help/?subject=warp%20drive"), "/help/form/shop/?subject=warp%20drive")
        form = self.client.get("/help/form/shop/?subject=warp%20drive")
        self.assertContains(form, 'value="warp drive"')
        self.assertContains(form, "data-suggestions")

    def test_a_voice_is_heard_once_and_why_after_it(self):
        address = reverse("portal:article-voice", args=[self.public.pk])
        no = self.client.post(address, {"helpful": "no"})
        self.assertRedirects(no, self.of(self.public) + "?said=no#voice", status_code=303)
        self.assertContains(self.client.get(self.of(self.public) + "?said=no"), "What was missing")
        self.client.post(address, {"helpful": "no", "why": "<script>alert(1)</script>"})
        self.assertEqual(Opinion.objects.get().why, "<script>alert(1)</script>")
        Client().post(address, {"helpful": "yes"})
        self.public.refresh_from_db()
        self.assertEqual((self.public.helpful, self.public.unhelpful), (1, 1))
        self.assertEqual(self.client.post(address, {"helpful": "maybe"}).status_code, 404)

    def test_pictures_and_files_are_given_with_the_version_that_has_them(self):
        path = default_storage.save("aa/picture", ContentFile(b"bytes"))
        article = make_article("Pictures", self.lena, html='<p>x</p><img src="cid:a@x">')
        common = {"article": article, "file": path, "size_bytes": 5}
        shown = ArticleFile.objects.create(**common, name="a.png", type="image/png", content_id="a@x")
        unused = ArticleFile.objects.create(**common, name="b.png", type="image/png", content_id="b@x")
        hostile = ArticleFile.objects.create(**common, name="c.html", type="text/html")
        waiting = ArticleFile.objects.create(**common, name="d.pdf", type="application/pdf", since=2)
        page = self.client.get(self.of(article))
        self.assertContains(page, f"files/{shown.pk}/")
        self.assertNotContains(page, "d.pdf")

        def get(file):
            return self.client.get(reverse("portal:article-file", args=[article.pk, file.pk]))

        self.assertEqual([get(file).status_code for file in (shown, unused, hostile, waiting)], [200, 404, 200, 404])
        self.assertEqual(get(shown)["Content-Type"], "image/png")
        self.assertEqual(get(hostile)["Content-Type"], "application/octet-stream")
        self.assertIn("attachment", get(hostile)["Content-Disposition"])

    def test_pages_cost_the_same_however_much_there_is(self):
        costs = []
        for _round in range(2):
            costs.append([self.cost(address) for address in (HOME, f"{HOME}?q=printer", self.of(self.public))])
            for number in range(4):
                make_article(f"Printer {number}", self.lena, section=self.section)
        self.assertEqual(costs[0], costs[1])

    def cost(self, address):
        with CaptureQueriesContext(connection) as asked:
            self.client.get(address)
        return len(asked)
