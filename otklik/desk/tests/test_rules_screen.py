"""Building a rule in a real browser: what belongs to a choice comes by itself."""

import pytest
from playwright.sync_api import expect

from otklik.rules.models import Rule

from .browser import BrowserTestCase


@pytest.mark.browser
class RulesScreenTests(BrowserTestCase):
    email = "vera@demo.example"

    def test_a_rule_is_built_without_a_page_load_and_nothing_typed_is_lost(self):
        page = self.page
        self.open("/desk/settings/rules/new/")
        page.fill("#id_name", "Critical first")
        page.get_by_label("A ticket is opened").check()
        page.select_option("[name=all-0-if]", "priority")
        page.select_option("[name=all-0-value]", "4")
        expect(page.locator("[name=all-0-if]")).to_be_visible()
        page.select_option("[name=all-1-if]", "text")
        expect(page.locator("[name=all-1-value]")).to_be_visible()
        page.fill("[name=all-1-value]", "fire")
        page.select_option("[name=do-0-do]", "tag")
        expect(page.locator("[name=do-0-value]")).to_be_visible()
        page.fill("[name=do-0-value]", "hot")
        expect(page.locator("#id_name")).to_have_value("Critical first")
        page.get_by_role("button", name="Try on past tickets").click()
        expect(page.locator("#tried")).to_contain_text("It fits 0 of 3 tickets")
        page.get_by_role("button", name="Save", exact=True).last.click()
        expect(page.locator(".flash")).to_contain_text("was saved")
        rule = Rule.objects.get()
        self.assertEqual(rule.conditions["all"][1], {"if": "text", "is": "contains", "value": "fire"})
        self.assertEqual((rule.kinds, rule.actions), (["ticket.opened"], [{"do": "tag", "value": "hot"}]))
