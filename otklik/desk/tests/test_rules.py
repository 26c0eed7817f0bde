"""Building a rule without code: rows of a plain form, the dry run, the switch, the log."""

from otklik.journal.models import Event
from otklik.rules.models import Rule
from otklik.rules.running import run_due
from otklik.testing import CastTestCase, kinds, react_to_all
from otklik.tickets.models import Ticket

NEW = "/desk/settings/rules/new/"
FILLED = {
    "name": "Fire",
    "position": "1",
    "kinds": ["ticket.opened"],
    "number": "0",
    "unit": "hours",
    "all-0-if": "text",
    "all-0-is": "contains",
    "all-0-value": "fire",
    "any-0-if": "type",
    "any-0-is": "is",
    "any-0-value": "question",
    "any-1-if": "age",
    "any-1-is": "less",
    "any-1-value": "0,5",
    "do-0-do": "priority",
    "do-0-value": "4",
    "do-1-do": "answer",
    "do-1-value": "We have your message, {client}.",
}
CONDITIONS = {
    "all": [
        {"if": "text", "is": "contains", "value": "fire"},
        {"any": [{"if": "type", "is": "is", "value": "question"}, {"if": "age", "is": "less", "value": "0,5"}]},
    ]
}


class RulesScreenTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.admin)

    def post(self, address: str = NEW, **changes: object):
        return self.client.post(address, FILLED | {"save": "1"} | changes)

    def test_a_rule_is_built_of_rows_and_is_off_at_first(self):
        self.post()
        rule = Rule.objects.get()
        self.assertEqual((rule.name, rule.kinds, rule.is_active), ("Fire", ["ticket.opened"], False))
        self.assertEqual(rule.conditions, CONDITIONS)
        self.assertEqual(rule.actions[1], {"do": "answer", "value": "We have your message, {client}."})
        self.assertEqual(kinds(rule), ["rule.made"])

    def test_a_kept_rule_comes_back_as_rows_and_is_saved_as_it_was(self):
        self.post()
        rule = Rule.objects.get()
        page = self.client.get(f"/desk/settings/rules/{rule.pk}/")
        self.assertContains(page, 'name="any-1-value" id="any-1-value" value="0,5"')
        self.assertContains(page, 'name="all-1-if"')
        self.assertNotContains(page, 'name="all-2-if"')
        self.post(f"/desk/settings/rules/{rule.pk}/", number="3", unit="days")
        rule.refresh_from_db()
        self.assertEqual((rule.conditions, rule.after.days), (CONDITIONS, 3))
        self.assertEqual(kinds(rule), ["rule.made", "rule.changed"])

    def test_choosing_a_condition_brings_what_belongs_to_it_and_a_new_row(self):
        posted = {"all-0-if": "priority", "lay": "1", "kinds": ["message.sent"]}
        page = self.client.post(NEW, posted)
        self.assertContains(page, '<option value="4">Critical</option>')
        self.assertContains(page, 'name="all-1-if"')
        part = self.client.post(NEW, posted, headers={"HX-Request": "true"})
        self.assertNotContains(part, "<html")
        self.assertContains(part, '<option value="4">Critical</option>')
        self.assertNotContains(part, "This field is required")
        self.assertContains(part, 'value="message.sent" id="id_kinds_2" checked')

    def test_a_row_can_be_dropped(self):
        page = self.client.post(NEW, FILLED | {"drop": "any-0"})
        self.assertContains(page, 'name="any-0-value" id="any-0-value" value="0,5"')
        self.assertNotContains(page, 'name="any-1-value"')

    def test_what_is_wrong_is_said_at_its_row_and_nothing_is_kept(self):
        cases = (
            ({"name": ""}, "This field is required"),
            ({"all-0-value": " "}, "does not fit"),
            ({"any-1-value": "soon"}, "“soon” does not fit"),
            ({"do-0-value": "9"}, "“9” does not fit"),
            ({"do-1-value": "Hello {clinet}"}, "There is no placeholder {clinet} here."),
            ({"do-0-do": "", "do-1-do": ""}, "Choose at least one action"),
            ({"number": "400", "unit": "days"}, "a year at most"),
        )
        for changes, words in cases:
            with self.subTest(changes):
                self.assertContains(self.post(**changes), words)
        self.assertFalse(Rule.objects.exists())

    def test_the_dry_run_shows_what_it_fits_and_keeps_nothing(self):
        self.client.get(NEW)  # the presence is written down
        before = Event.objects.count()
        page = self.client.post(NEW, FILLED | {"try": "1"})
        self.assertContains(page, "It fits 2 of 3 tickets")
        self.assertContains(page, "Second printer")
        self.assertEqual((Rule.objects.count(), Event.objects.count()), (0, before))

    def test_conditions_that_the_builder_cannot_show_are_left_as_they_are(self):
        deep = {"any": [{"all": CONDITIONS["all"]}]}
        rule = Rule.objects.create(name="Deep", kinds=["ticket.opened"], conditions=deep, actions=[])
        address = f"/desk/settings/rules/{rule.pk}/"
        self.assertContains(self.client.get(address), "Text of the message contains “fire”")
        self.post(address)
        rule.refresh_from_db()
        self.assertEqual((rule.name, rule.conditions), ("Fire", deep))

    def test_from_the_switch_to_the_log(self):
        self.post()
        rule = Rule.objects.get()
        self.client.post(f"/desk/settings/rules/{rule.pk}/switch/", {"on": "yes"})
        Event.objects.filter(kind="ticket.opened").update(at=Rule.objects.get().active_since)
        react_to_all("rules")
        run_due()
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).priority, Ticket.Priority.CRITICAL)
        log = self.client.get(f"/desk/settings/rules/{rule.pk}/runs/")
        self.assertContains(log, "Priority: Normal → Critical", count=2)
        self.assertContains(log, "did not hold: Text of the message contains “fire”")
        self.assertContains(self.client.get("/desk/settings/rules/"), "2 times today")
        only = self.client.get(f"/desk/settings/rules/{rule.pk}/runs/?only=would_not")
        self.assertNotContains(only, "Priority: Normal")

    def test_one_that_switched_itself_off_says_why(self):
        rule = Rule.objects.create(name="Mad", kinds=["ticket.opened"], is_active=True)
        rule.switch_off(by=None, why=Rule.Why.TOO_OFTEN)
        self.assertContains(self.client.get("/desk/settings/rules/"), "more than ten times within an hour")

    def test_a_removed_rule_is_gone_and_what_it_did_stays(self):
        rule = Rule.objects.create(name="Old", kinds=["ticket.opened"])
        self.ticket.tag("x", by=rule)
        self.client.post(f"/desk/settings/rules/{rule.pk}/removal/")
        self.assertFalse(Rule.objects.exists())
        self.assertContains(self.client.get(f"/desk/tickets/{self.ticket.pk}/history/"), "Tag added: x")

    def test_nobody_else_makes_or_switches_rules(self):
        rule = Rule.objects.create(name="Mine", kinds=["ticket.opened"])
        self.client.force_login(self.ana)
        for address in (NEW, f"/desk/settings/rules/{rule.pk}/switch/", f"/desk/settings/rules/{rule.pk}/removal/"):
            with self.subTest(address):
                self.assertEqual(self.post(address, on="yes").status_code, 403)
        self.assertEqual(list(Rule.objects.values_list("name", "is_active")), [("Mine", False)])
