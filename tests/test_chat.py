"""One talk in a real browser: a site of another origin with the chat on it, and an agent’s desk; the real programs."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import SimpleTestCase
from playwright.sync_api import FrameLocator, Page, expect

from otklik.testing import PASSWORD
from tests.chromium import PROGRAM, chromium
from tests.installation import Installation
from tests.site import Site

pytestmark = [
    pytest.mark.processes,
    pytest.mark.browser,
    pytest.mark.skipif(not PROGRAM, reason="Chromium is not installed"),
]
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
HOSTILE = "<img src=x onerror=document.title='owned'> <script>document.title='owned'</script> https://a.example/?\"x"

FOUND = """
from otklik.calendars.models import Calendar
from otklik.channels.chat.options import ChatOptions
from otklik.staff.models import Company, Member, Team
from otklik.tickets.models import Channel
Company.objects.create(name="Demo", language="en")
team = Team.objects.create(name="Support")
ana = Member.objects.create_user("ana@demo.example", "PASSWORD", name="Ana Belova", language="en")
ana.teams.add(team)
never = Calendar.objects.create(name="Never", week=[[]] * 7)
for name, hours in (("shop", None), ("closed", never.pk)):
    options = ChatOptions(origins=("ORIGIN",), greeting="Good day!", asks_email="no", calendar=hours)
    Channel.objects.create(kind="chat", name="Shop chat", address=name, team=team, language="en",
                           options=options.as_json())
"""


class ChatTests(SimpleTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        chromium.start()  # its event loop gives this thread other connections, and Django forbids those that it finds
        super().setUpClass()
        cls.here = cls.enterClassContext(Installation())
        cls.here.migrate()
        cls.desk = f"http://127.0.0.1:{cls.here.web_port}"
        cls.site = cls.enterClassContext(Site(cls.desk, "shop"))
        cls.closed = cls.enterClassContext(Site(cls.desk, "closed"))
        cls.here.python(
            FOUND.replace("PASSWORD", PASSWORD).replace('"ORIGIN",', f'"{cls.site.url}", "{cls.closed.url}"')
        )
        cls.here.serve()

    def visit(self, site: Site, **options: Any) -> tuple[Page, FrameLocator]:
        context = chromium.start().new_context(locale="en", **options)
        self.addCleanup(context.close)
        page = context.new_page()
        page.goto(site.url)
        return page, page.frame_locator("#otklik-chat iframe")

    def open(self, page: Page) -> None:
        """By keyboard: behind the one link of the page stands the button of the chat."""
        page.get_by_role("link").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

    def agent(self) -> Page:
        context = chromium.start().new_context(locale="en", viewport={"width": 1400, "height": 900})
        self.addCleanup(context.close)
        page = context.new_page()
        page.goto(f"{self.desk}/staff/login/")
        page.get_by_label("Email").fill("ana@demo.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.desk}/desk/**")
        return page

    def complaints(self, page: Page) -> list[str]:
        """What axe-core finds in the frame."""
        (frame,) = [each for each in page.frames if each.url.startswith(self.desk)]
        found = Axe().run(frame, options=WCAG).response["violations"]
        return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]

    def test_a_talk_goes_both_ways_and_is_there_after_reloading_and_by_keyboard(self) -> None:
        page, chat = self.visit(self.site)
        self.open(page)
        box = chat.get_by_label("Your message")
        expect(box).to_be_focused()
        page.keyboard.type("Where is my kettle?")
        page.keyboard.press("Enter")
        expect(chat.get_by_role("log")).to_contain_text("Where is my kettle?")
        self.assertEqual(self.complaints(page), [])

        desk = self.agent()
        desk.goto(f"{self.desk}/desk/queue/open/")
        desk.get_by_text("Where is my kettle?").first.click()
        expect(desk.locator("#together")).to_contain_text("The visitor is here")
        desk.locator("#reply trix-editor").click()
        desk.keyboard.type("It is on its way.")
        expect(chat.get_by_text("Ana Belova is writing…")).to_be_visible()
        desk.locator("[data-kind=reply] [data-send]").click()
        expect(chat.get_by_role("log")).to_contain_text("It is on its way.")
        expect(desk.locator(".msg--ours")).to_contain_text("read")
        page.keyboard.type("Thank")
        expect(desk.locator("#together")).to_contain_text("The visitor is writing")
        page.keyboard.type(" you")
        page.keyboard.press("Enter")
        expect(desk.locator("#line")).to_contain_text("Thank you")

        page.goto(f"{self.site.url}/other")
        desk.locator("#reply trix-editor").click()
        desk.keyboard.type("You are welcome.")
        desk.locator("[data-kind=reply] [data-send]").click()
        expect(page.get_by_role("button", name="Open the chat, unread messages: 1")).to_be_visible()
        self.open(page)
        for said in ("Where is my kettle?", "It is on its way.", "Thank you", "You are welcome."):
            expect(chat.get_by_role("log").get_by_text(said)).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Open the chat")).to_be_focused()

    def test_hostile_words_stay_words_on_both_sides(self) -> None:
        page, chat = self.visit(self.site, viewport={"width": 390, "height": 700}, color_scheme="dark")
        self.open(page)
        chat.get_by_label("Your name").fill(HOSTILE)
        chat.get_by_label("Your message").fill(HOSTILE)
        page.keyboard.press("Enter")
        expect(chat.get_by_role("log")).to_contain_text("<script>document.title")
        expect(chat.locator(".line--pending")).to_have_count(0)
        self.assertEqual(self.complaints(page), [])
        (frame,) = [each for each in page.frames if each.url.startswith(self.desk)]
        desk = self.agent()
        desk.goto(f"{self.desk}/desk/queue/open/")
        desk.get_by_text("<img src=x").first.click()
        expect(desk.locator("#line")).to_contain_text("<script>document.title")
        self.assertEqual([each for each in (page.title(), frame.title(), desk.title()) if each == "owned"], [])

    def test_while_nobody_is_there_a_message_is_left_for_an_answer_by_mail(self) -> None:
        page, chat = self.visit(self.closed)
        self.open(page)
        expect(chat.get_by_text("Nobody is here just now.")).to_be_visible()
        chat.get_by_label("Your message").fill("Call me back")
        page.keyboard.press("Enter")
        expect(chat.get_by_role("alert")).to_contain_text("Fill this in, so that we can answer you.")
        expect(chat.get_by_label("Your message")).to_have_value("Call me back")
        chat.get_by_label("Your e-mail").fill("lev@visitor.example")
        chat.get_by_label("Your message").press("Enter")
        expect(chat.get_by_text("We will answer by mail to lev@visitor.example.")).to_be_visible()
