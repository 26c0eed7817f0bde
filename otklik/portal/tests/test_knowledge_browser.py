"""The knowledge base as clients have it: on a phone, without JavaScript, by axe-core, and while a form is filled in."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from playwright.sync_api import expect

from otklik.knowledge.models import Article, Section
from otklik.knowledge.tests.cast import KnowledgeTestCase, make_article
from otklik.testing import CastTestCase
from otklik.tickets.models import Channel
from tests.chromium import chromium

PHONE = {"width": 390, "height": 844}
HALF = {"width": 640, "height": 400}  # what 1280 × 800 shows at 200 %
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
LONG = "<p>x</p>" + "".join(f"<h1>Part {number}</h1><pre>{'long' * 40}</pre>" for number in range(3))


@pytest.mark.browser
class PortalBrowserTests(StaticLiveServerTestCase):
    def setUp(self) -> None:
        CastTestCase.setUpTestData.__func__(type(self))
        KnowledgeTestCase.put_articles.__func__(type(self))
        section = Section.objects.create(title_en="Printers", title_ru="Принтеры")
        self.long = make_article("Printer manual, the whole of it from the box to the first page", self.lena, html=LONG)
        Article.objects.update(section=section)
        self.section = f"/help/sections/{section.pk}-printers/"

    def page(self, **options):
        context = chromium.start().new_context(locale="en", **options)
        self.addCleanup(context.close)
        return context.new_page()

    def test_no_page_breaks_a_rule_or_is_wider_than_a_phone_or_half_a_screen(self):
        article = f"/help/articles/{self.long.pk}-{self.long.slug}/"
        found = [f"/help/articles/?q={asked}" for asked in ("printer", "warp")]
        pages = ["/help/", "/help/articles/", *found, self.section, article, f"{article}?said=no"]
        page = self.page(viewport=PHONE)
        for address in pages:
            page.set_viewport_size(PHONE)
            page.goto(self.live_server_url + address)
            with self.subTest(address):
                faults = Axe().run(page, options=WCAG).response["violations"]
                self.assertEqual([f"{each['id']}: {node['html']}" for each in faults for node in each["nodes"]], [])
                self.assertFalse(page.evaluate(WIDER))
                page.set_viewport_size(HALF)
                self.assertFalse(page.evaluate(WIDER))

    def test_without_javascript_it_is_found_read_and_judged(self):
        page = self.page(java_script_enabled=False, viewport=PHONE)
        page.goto(self.live_server_url + "/help/")
        page.get_by_label("What are you looking for?").fill("printers jam")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Printer jams").click()
        page.get_by_role("button", name="No, it was not").click()
        page.get_by_label("What was missing or unclear?").fill("Which button?")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#voice")).to_contain_text("Thank you!")
        self.assertEqual(self.public.opinions.get().why, "Which button?")

    def test_articles_are_suggested_while_a_subject_is_written(self):
        Channel.objects.create(kind="webform", name="x", address="shop", team=self.sales, language="en")
        page = self.page()
        page.goto(self.live_server_url + "/help/form/shop/")
        subject = page.get_by_label("Subject (may be left empty)")
        subject.fill("My printer jams again")
        suggested = page.locator("[data-suggestions]")
        expect(suggested.get_by_role("link").first).to_contain_text("Printer jams")
        expect(suggested).not_to_contain_text("secrets")
        subject.fill("Something else altogether")
        expect(suggested.get_by_role("link")).to_have_count(0)
