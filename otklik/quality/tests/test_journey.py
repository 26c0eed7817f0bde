"""From a rule to a result: the ticket is resolved, the mail goes out, the client answers, and a rule hears of it."""

import re
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.timezone import now

from otklik.channels.email.models import OutboxMail
from otklik.clients.models import Person
from otklik.lib.asking import Asker, Book, compiled
from otklik.lib.rulebook import rulebook
from otklik.lib.ruling import Subject, WrongValue
from otklik.quality.sending import ask_due
from otklik.rules.models import Rule
from otklik.rules.running import run_due
from otklik.testing import CastTestCase, react_to_all
from otklik.tickets.models import Ticket
from otklik.tickets.sending import send_due

from .cast import make_survey


class JourneyTests(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        Person.objects.update(language="en")
        cls.survey = make_survey()
        resolved = {"all": [{"if": "state", "is": "is", "value": "resolved"}]}
        start = {"do": "survey", "value": str(cls.survey.pk), "hours": ""}
        cls.rule("Ask", ["ticket.state_changed"], resolved, [start])
        bad = {"all": [{"if": "satisfaction", "is": "less", "value": "3"}]}
        cls.rule("Bad mark", ["survey.answered", "survey.revised"], bad, [{"do": "tag", "value": "unhappy"}])

    @classmethod
    def rule(cls, name: str, kinds: list[str], conditions: dict, actions: list) -> None:
        values = {"name": name, "kinds": kinds, "conditions": conditions, "actions": actions}
        Rule.make(values, by=None).switch_on(by=None)

    def work(self) -> None:
        react_to_all("rules")
        while any([run_due(), ask_due(), send_due()]):
            pass

    def test_from_resolved_to_a_tag_for_a_bad_mark(self):
        self.ticket.set_state("resolved", by=self.ana)
        self.work()
        letter = bytes(OutboxMail.objects.get().raw).decode()
        self.assertIn("bea@alpha.example", letter)
        question = self.survey.questions.get()
        address = urlsplit(self.ticket.invitations.get().link).path
        self.client.get(f"{address}?a={question.pk}.2")
        self.assertFalse(self.ticket.tags.exists())
        self.client.post(address, {f"q{question.pk}": "2"})
        self.work()
        self.assertEqual([tag.name for tag in self.ticket.tags.all()], ["unhappy"])
        self.client.force_login(self.admin)
        results = self.client.get(reverse("desk:survey_results", args=[self.survey.pk]))
        self.assertEqual(
            (results.context["total"].figures.low, results.context["total"].figures.rate_percent), (1, 100)
        )
        self.assertEqual(self.found("satisfaction", "less", "3"), [self.ticket])
        self.assertEqual(self.found("survey", "is", "bad"), [self.ticket])
        self.assertEqual(self.found("survey", "is", "silent"), [])

    def found(self, key: str, operator: str, value: str) -> list:
        tree = {"if": key, "is": operator, "value": [value]}
        return list(Ticket.objects.filter(compiled(tree, Book(), Asker(self.admin, now()))))

    def test_a_rule_that_runs_twice_asks_once(self):
        for state in ("resolved", "open", "resolved"):
            self.ticket.set_state(state, by=self.ana)
        self.work()
        self.assertEqual(self.ticket.invitations.sent().count(), 1)

    def test_the_delay_is_a_number_of_hours_or_nothing(self):
        action = rulebook().action("survey")
        given = {"value": str(self.survey.pk)}
        for hours in ("", "0", "24", "1,5"):
            action.check(given | {"hours": hours})
        for hours in ("soon", "-1", "99999", "nan"):
            with self.subTest(hours=hours), self.assertRaises(WrongValue):
                action.check(given | {"hours": hours})
        with self.assertRaises(WrongValue):
            action.check({"value": "999", "hours": ""})

    def test_a_survey_that_is_off_is_not_started(self):
        self.survey.switch_off(by=None)
        action, subject = rulebook().action("survey"), Subject(self.ticket, None, self.ticket.opened_at)
        self.assertFalse(action.do(subject, {"value": str(self.survey.pk)}, None, self.ticket.opened_at))

    def test_the_links_of_the_mail_stand_nowhere_else(self):
        self.ticket.set_state("resolved", by=self.ana)
        self.work()
        self.client.force_login(self.ana)
        page = self.client.get(self.ticket.get_absolute_url()).content.decode()
        self.assertIn("Please tell us how we did", page)
        self.assertIsNone(re.search(r"/help/s/", page))
        address = reverse("desk:letter", args=[OutboxMail.objects.get().delivery_id])
        self.assertEqual(self.client.get(address).status_code, 404)
        self.client.force_login(self.admin)
        self.assertEqual(self.client.get(address).status_code, 200)
