"""Surveys at the desk: making them without code, and reading what came of them."""

from datetime import timedelta
from unittest import mock

from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from otklik.lib.spreadsheets import safe
from otklik.quality.answering import Said, answer
from otklik.quality.models import Invitation, Question, Response, Survey
from otklik.quality.results import Figures
from otklik.quality.tests.cast import invite, make_survey
from otklik.rules.models import Rule
from otklik.testing import CastTestCase, make_member, make_ticket

Kind = Question.Kind


class MakingTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.admin)

    def test_a_ready_survey_is_taken_up_and_switched_on(self):
        page = self.client.post(reverse("desk:survey_settings"), {"ready": "service"}, follow=True)
        self.assertContains(page, "How satisfied are you with our work on your ticket?")
        survey = Survey.objects.get()
        self.assertEqual(
            survey.questions.first().text("ru"), "Насколько вы довольны нашей работой по вашему обращению?"
        )
        self.client.post(reverse("desk:survey_switch", args=[survey.pk]), {"active": "yes"})
        self.assertContains(
            self.client.get(reverse("desk:survey", args=[survey.pk])), "No rule starts this survey yet."
        )

    def test_a_survey_is_made_with_words_of_ones_own(self):
        said = {"name": "Ours", "pause_days": "7", "open_days": "3", "letter-en": "Dear {client}", "letter-ru": ""}
        self.client.post(reverse("desk:new_survey"), said)
        survey = Survey.objects.get()
        self.assertEqual(
            (survey.texts, survey.pause_days, survey.is_active),
            ({"en": {"letter": "Dear {client}"}, "ru": {}}, 7, False),
        )
        wrong = self.client.post(reverse("desk:survey", args=[survey.pk]), said | {"letter-en": "Dear {klient}"})
        self.assertContains(wrong, "{klient} stands for nothing.")

    def test_a_question_with_options_keeps_the_keys_of_those_that_stay(self):
        survey = make_survey(Kind.TEXT)
        address = reverse("desk:new_question", args=[survey.pk])
        said = {"kind": "one", "text-en": "Which?", "options-en": "Red\nBlue"}
        self.client.post(address, said)
        question = survey.questions.get(kind="one")
        self.assertEqual([each["key"] for each in question.options], ["1", "2"])
        self.client.post(reverse("desk:question", args=[question.pk]), said | {"options-en": "Green\nBlue\nRed"})
        question.refresh_from_db()
        self.assertEqual(
            [(each["texts"]["en"], each["key"]) for each in question.options],
            [("Green", "3"), ("Blue", "2"), ("Red", "1")],
        )
        for options in ("Red", "Red\nRed", "\n".join(map(str, range(13)))):
            self.assertEqual(self.client.post(address, said | {"options-en": options}).status_code, 200)
        self.assertEqual(survey.questions.count(), 2)

    def test_questions_are_moved_and_retired(self):
        survey = make_survey(Kind.TEXT, Kind.SATISFACTION)
        first, second = survey.questions.all()
        self.client.post(reverse("desk:question_place", args=[second.pk]), {"move": "up"})
        self.assertEqual(survey.questions.first(), second)
        self.client.post(reverse("desk:question_place", args=[first.pk]), {"move": "retire"})
        last = self.client.post(reverse("desk:question_place", args=[second.pk]), {"move": "retire"}, follow=True)
        self.assertContains(last, "The last question of a survey that is switched on stays.")
        self.assertEqual(list(survey.questions.current()), [second])

    def test_a_survey_that_a_rule_starts_or_that_was_sent_is_not_removed(self):
        survey = make_survey()
        address = reverse("desk:survey_removal", args=[survey.pk])
        rule = Rule.objects.create(
            name="After", kinds=["ticket.opened"], actions=[{"do": "survey", "value": str(survey.pk)}]
        )
        self.assertContains(self.client.post(address, follow=True), "because rules start it: After")
        rule.remove(by=self.admin)
        invite(survey, self.ticket)
        self.assertContains(self.client.post(address, follow=True), "clients were asked already")

    def test_the_mail_is_tried_out_on_oneself(self):
        survey = make_survey()
        address = reverse("desk:survey_trial", args=[survey.pk])
        with self.settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
            self.client.post(address)
        self.assertEqual(mail.outbox[0].to, [self.admin.email])
        self.assertIn("5 – excellent", mail.outbox[0].body)
        with mock.patch("otklik.quality.trial.EmailMultiAlternatives.send", side_effect=OSError("no line")):
            self.assertContains(self.client.post(address, follow=True), "no line")


class ResultTests(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.survey = make_survey(Kind.SATISFACTION, Kind.RECOMMENDATION, Kind.TEXT, pause_days=0)
        cls.mark, cls.recommend, cls.words = cls.survey.questions.all()
        cls.lead = make_member("Sonya Lead", cls.support, role="supervisor")
        for mark, recommend, text in (("5", "10", ""), ("4", "9", "=1+1"), ("1", "0", "Rude <b>")):
            cls.judge(make_ticket(cls.bea, cls.mailbox, subject=f"Mark {mark}"), mark, recommend, text)
        cls.judge(cls.foreign, "3", "7", "")
        invite(cls.survey, cls.ticket)

    @classmethod
    def judge(cls, ticket, mark: str, recommend: str, text: str) -> None:
        said = [Said(cls.mark, mark), Said(cls.recommend, recommend)]
        answer(invite(cls.survey, ticket), said + ([Said(cls.words, text=text)] if text else []), at=now())

    def address(self, name: str = "survey_results", query: str = "") -> str:
        return reverse(f"desk:{name}", args=[self.survey.pk]) + query

    def test_the_formulas(self):
        figures = Figures(sent=10, answered=4, marked=4, good=3, marks=15, recommended=4, promoters=2, detractors=1)
        self.assertEqual((figures.rate_percent, figures.csi_percent, figures.csi_mean, figures.nps), (40, 75, 3.75, 25))
        self.assertEqual((Figures().rate_percent, Figures().csi_mean, Figures().nps), (None, None, None))

    def test_an_administrator_sees_all_and_a_supervisor_their_teams(self):
        expected = (
            (self.admin, ("answered: 4 of 5", "mean 3.2 of 4", "promoters 2, detractors 1")),
            (self.lead, ("answered: 3 of 4", "mean 3.3 of 3", "promoters 2, detractors 1")),
        )
        for member, sums in expected:
            self.client.force_login(member)
            page = self.client.get(self.address())
            for text in sums:
                with self.subTest(member=member, text=text):
                    self.assertContains(page, text)
        self.assertNotContains(page, "Sales")

    def test_agents_and_observers_see_no_results(self):
        for member in (self.ana, self.olga):
            self.client.force_login(member)
            self.assertEqual(self.client.get(self.address()).status_code, 403)

    def test_every_number_opens_what_is_behind_it(self):
        self.client.force_login(self.admin)
        page = self.client.get(self.address()).content.decode()
        self.assertIn("only=low", page)
        low = self.client.get(self.address("survey_answers", "?only=low"))
        self.assertContains(low, "Mark 1")
        self.assertNotContains(low, "Mark 5")
        five = self.client.get(self.address("survey_answers", f"?answer={self.mark.pk}.5"))
        self.assertContains(five, "5 – excellent")
        self.assertEqual([row.ticket.subject for row in five.context["found"].rows], ["Mark 5"])
        for query, count in (
            ("?only=silent", 1),
            (f"?team={self.sales.pk}", 1),
            ("?agent=none", 5),
            ("?to=2020-01-01", 0),
        ):
            with self.subTest(query=query):
                self.assertEqual(
                    len(self.client.get(self.address("survey_answers", query)).context["found"].rows), count
                )

    def test_addresses_that_are_made_up_do_no_harm(self):
        self.client.force_login(self.admin)
        for query in ("?only=x", "?after=zz"):
            self.assertEqual(self.client.get(self.address("survey_answers", query)).status_code, 404)
        for query in (
            "?from=x&to=9999-99-99&by=y&team=a",
            f"?team={'9' * 18}",
            "?answer=x.y&from=2030-01-01&to=2001-01-01",
        ):
            for name in ("survey_results", "survey_answers", "survey_export"):
                self.assertEqual(self.client.get(self.address(name, query)).status_code, 200)

    def test_comments_are_shown_as_text_and_exported_as_no_formula(self):
        self.client.force_login(self.admin)
        comments = self.client.get(self.address("survey_answers", "?only=words"))
        self.assertContains(comments, "Rude &lt;b&gt;")
        self.assertEqual(len(comments.context["found"].rows), 2)
        export = self.client.get(self.address("survey_export")).content.decode("utf-8-sig")
        self.assertIn(";'=1+1", export)
        self.assertEqual(len(export.splitlines()), 5)
        self.assertEqual(
            [safe(cell) for cell in ("=a", " -a", "@x", -1, None, "a=b")], ["'=a", "' -a", "'@x", "-1", "", "a=b"]
        )

    def test_comments_are_read_page_by_page(self):
        self.client.force_login(self.admin)
        with mock.patch("otklik.desk.views.surveys.SIZE", 2):
            first = self.client.get(self.address("survey_answers"))
            second = self.client.get(self.address("survey_answers", f"?after={first.context['found'].next}"))
        seen = [row.pk for page in (first, second) for row in page.context["found"].rows]
        self.assertEqual(len(set(seen)), 4)
        self.assertContains(first, "Further")

    def test_results_cost_the_same_however_many_there_are(self):
        self.client.force_login(self.admin)
        self.client.get(self.address())
        pages = [self.address(), self.address("survey_answers"), reverse("desk:surveys")]
        few = [self.queries(page) for page in pages]
        for number in range(5):
            self.judge(make_ticket(self.carl, self.sales_box, subject=f"More {number}"), "2", "3", "Slow.")
        self.assertEqual([self.queries(page) for page in pages], few)

    def queries(self, page: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            self.client.get(page)
        return len(captured)

    def test_months_and_weeks_hold_what_was_sent_in_them(self):
        Invitation.objects.filter(ticket=self.foreign).update(sent_at=now() - timedelta(days=70))
        self.client.force_login(self.admin)
        page = self.client.get(self.address(query="?by=month"))
        self.assertEqual([row.figures.sent for row in page.context["tables"][0].rows], [1, 4])
        week = page.context["tables"][0].rows[0].address
        self.assertEqual([row.ticket for row in self.client.get(week).context["found"].rows], [self.foreign])


class TicketTests(CastTestCase):
    def test_the_ticket_shows_the_marks_and_every_answer(self):
        survey = make_survey(Kind.SATISFACTION, Kind.SEVERAL, Kind.TEXT)
        mark, several, words = survey.questions.all()
        said = [Said(mark, "2"), Said(several, "a"), Said(several, "b"), Said(words, text="Too <slow>")]
        answer(invite(survey, self.ticket), said, at=now())
        self.client.force_login(self.ana)
        page = self.client.get(self.ticket.get_absolute_url())
        for text in ("2 of 5", "Speed, Manners", "Too &lt;slow&gt;", "Survey answered: After all"):
            self.assertContains(page, text)
        self.assertNotContains(page, Invitation.objects.get().token)
        self.client.force_login(self.omar)
        self.assertEqual(self.client.get(self.ticket.get_absolute_url()).status_code, 404)
        self.assertEqual(Response.objects.count(), 1)
