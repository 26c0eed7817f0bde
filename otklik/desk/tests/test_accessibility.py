"""Every page, looked at by axe-core: WCAG 2.2 AA, by day and by night; all of it is there when magnified."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from otklik.desk.urls import urlpatterns
from otklik.quality.models import Question
from otklik.quality.tests.cast import make_survey
from otklik.quality.trial import trial_path
from otklik.testing import make_mailbox

from . import test_doors
from .browser import SIZE, BrowserTestCase

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BY_DAY = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
BY_NIGHT = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}

TWICE = {"width": 640, "height": 400}  # 1280 × 800 at 200 %
NARROWEST = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %, WCAG 1.4.10
# What stands beyond an edge and cannot be brought into view: all but what scrolls by itself, as a table may.
LOST = """() => {
    const edge = document.documentElement.clientWidth + 1;
    const scrolls = (node) =>
        /auto|scroll/.test(getComputedStyle(node).overflowX) && node.scrollWidth > node.clientWidth;
    const isSeen = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest(".skip, .unseen");
    const beyond = (node) => {
        const { left, right, width } = node.getBoundingClientRect();
        if (width < 2 || !isSeen(node)) return false;
        for (let around = node.parentElement; around && around !== document.body; around = around.parentElement)
            if (scrolls(around)) return false;
        return left < -1 || right > edge;
    };
    const said = (node) => node.outerHTML.replace(/\\s+/g, " ").slice(0, 160);
    const parts = "a, button, input, select, textarea, summary, h1, h2, h3, p, label, li, dd";
    const found = [...document.querySelectorAll(parts)];
    const wide = document.documentElement.scrollWidth > edge ? ["the page scrolls sideways"] : [];
    return [...wide, ...found.filter(beyond).map(said)];
}"""


# Streams, files, and frames within a page that is looked at itself.
NO_PAGES = {
    "article_file",
    "draft_file",
    "draft_files",
    "live",
    "wizard",
    "file",
    "picture",
    "body",
    "body_with_pictures",
    "letter_body",
}


@pytest.mark.browser
class AccessibilityTests(BrowserTestCase):
    email = "vera@demo.example"

    def setUp(self) -> None:
        super().setUp()
        test_doors.DoorTests.put_things.__func__(type(self))
        self.client.force_login(self.admin)

    address = test_doors.DoorTests.address

    def whole_pages(self) -> dict[str, str]:
        """The addresses that answer with a page of their own, by name."""
        addresses = {str(each.name): self.address(each) for each in urlpatterns if each.name not in NO_PAGES}
        answers = {name: self.client.get(address) for name, address in addresses.items()}
        return {
            name: addresses[name]
            for name, answer in answers.items()
            if answer.status_code == 200
            and not answer.streaming
            and answer.content.lstrip()[:9].lower() == b"<!doctype"
        }

    def complaints(self, options: dict[str, Any]) -> list[str]:
        found = Axe().run(self.page, options=options).response["violations"]
        return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]

    def look_at(self, name: str, address: str) -> None:
        self.open(address)
        for scheme, options in (("light", BY_DAY), ("dark", BY_NIGHT)):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            with self.subTest(page=name, scheme=scheme):
                self.assertEqual(self.complaints(options), [])
        for size in (TWICE, NARROWEST):
            self.page.set_viewport_size(size)
            with self.subTest(page=name, width=size["width"]):
                self.assertEqual(self.page.evaluate(LOST), [])
        self.page.set_viewport_size(SIZE)

    def test_no_page_of_the_desk_breaks_a_rule(self) -> None:
        pages = self.whole_pages()
        self.assertGreater(len(pages), 30)
        for name, address in pages.items():
            self.look_at(name, address)

    def test_what_stands_over_a_page_breaks_no_rule(self) -> None:
        for keys in ("Control+KeyK", "Shift+Slash"):
            self.open("/desk/queue/open/")
            self.page.keyboard.press(keys)
            expect(self.page.locator(".over:visible :focus")).to_have_count(1)
            for scheme, options in (("light", BY_DAY), ("dark", BY_NIGHT)):
                # Half-way between two schemes a colour that fades is neither.
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                with self.subTest(keys=keys, scheme=scheme):
                    self.assertEqual(self.complaints(options), [])

    def test_no_page_of_the_clients_breaks_a_rule(self) -> None:
        form = make_mailbox("shop", self.support, kind="webform", answers_by=self.mailbox)
        status = self.ticket.status_link(self.bea).removeprefix(settings.URL)
        pages = {
            "home": reverse("portal:home"),
            "form": reverse("portal:form", args=[form.address]),
            "status": status,
            "survey": f"{trial_path(make_survey(*Question.Kind.values, name='All kinds'))}?a=1.1",
            "change": f"{status}messages/{self.ticket.messages.filter(person=self.bea).last().pk}/",
        }
        for name, address in pages.items():
            self.look_at(name, address)

    def test_no_page_of_an_account_breaks_a_rule(self) -> None:
        for name in ("profile", "mfa_index", "usersessions_list", "account_change_password"):
            self.look_at(name, reverse(name))
        self.page.context.clear_cookies()
        self.look_at("account_login", reverse("account_login"))
