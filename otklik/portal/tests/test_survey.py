"""The page of a survey: what its links do, and what they do not."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.timezone import now

from otklik.clients.models import Person
from otklik.lib.tokens import sign
from otklik.quality.models import Answer, DoNotAsk, Invitation, Question, Response
from otklik.quality.tests.cast import invite, make_survey
from otklik.quality.trial import trial_path
from otklik.testing import CastTestCase, kinds

Kind = Question.Kind


class SurveyPageTests(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        Person.objects.update(language="en")
        cls.survey = make_survey(Kind.SATISFACTION, Kind.RESOLVED, Kind.SEVERAL, Kind.TEXT)
        cls.mark, cls.resolved, cls.several, cls.words = cls.survey.questions.all()
        cls.invitation = invite(cls.survey, cls.ticket)
        cls.address = urlsplit(cls.invitation.link).path

    def send(self, address: str = "", **said: object):
        return self.client.post(address or self.address, said, follow=True)

    def test_a_link_of_the_mail_chooses_and_keeps_nothing(self):
        page = self.client.get(f"{self.address}?a={self.mark.pk}.4")
        self.assertContains(page, "checked", count=1)
        self.assertFalse(Response.objects.exists())
        self.assertIsNotNone(Invitation.objects.get().opened_at)
        self.assertEqual(page["Cache-Control"], "no-store")
        self.assertEqual(page["Referrer-Policy"], "no-referrer")

    def test_one_press_answers_and_thanks(self):
        page = self.send(**{f"q{self.mark.pk}": "4"})
        self.assertContains(page, "Thank you!")
        self.assertEqual(Response.objects.get().mark, 4)
        self.assertEqual(kinds(self.ticket).count("survey.answered"), 1)

    def test_every_kind_of_question_is_kept(self):
        said = {f"q{self.mark.pk}": "5", f"q{self.resolved.pk}": "yes", f"q{self.several.pk}": ["a", "b"]}
        self.send(**said, **{f"q{self.words.pk}": "<b>Fine</b>"})
        values = set(Answer.objects.values_list("question", "value", "text"))
        expected = {(self.mark.pk, "5", ""), (self.resolved.pk, "yes", ""), (self.several.pk, "a", "")}
        self.assertEqual(values, expected | {(self.several.pk, "b", ""), (self.words.pk, "", "<b>Fine</b>")})

    def test_what_is_missing_or_made_up_is_refused_in_words(self):
        for said in ({}, {f"q{self.mark.pk}": "6"}, {f"q{self.mark.pk}": "4", f"q{self.several.pk}": "z"}):
            with self.subTest(said=said):
                page = self.client.post(self.address, said)
                self.assertContains(page, "Choose an answer.", status_code=422)
        self.assertFalse(Response.objects.exists())

    def test_an_answer_can_be_looked_at_and_changed_for_a_day(self):
        self.send(**{f"q{self.mark.pk}": "2", f"q{self.words.pk}": "Slow & <late>"})
        thanks = self.client.get(self.address)
        self.assertContains(thanks, "Change my answer")
        form = self.client.get(f"{self.address}?change=yes")
        self.assertContains(form, "Slow &amp; &lt;late&gt;")
        self.send(**{f"q{self.mark.pk}": "5"})
        self.assertEqual(Response.objects.get().mark, 5)
        Response.objects.update(at=now() - timedelta(days=2))
        self.assertNotContains(self.client.get(self.address), "Change my answer")
        late = self.client.post(self.address, {f"q{self.mark.pk}": "1"})
        self.assertContains(late, "possible for a day", status_code=422)
        self.assertEqual(Response.objects.get().mark, 5)

    def test_a_survey_that_is_over_says_so(self):
        Invitation.objects.update(expires_at=now() - timedelta(minutes=1))
        for answer in (self.client.get(self.address), self.client.post(self.address, {f"q{self.mark.pk}": "5"})):
            self.assertContains(answer, "This survey is over", status_code=410)
        self.assertFalse(Response.objects.exists())

    def test_links_that_are_not_ours_open_nothing(self):
        tokens = ["x", f"{self.invitation.pk}", self.invitation.token[:-1] + "x", sign("ticket.status", "1.1"),
                  sign("survey.answer", "999"), sign("survey.answer", "1' OR 1"), "a" * 300]  # fmt: skip
        for token in tokens:
            with self.subTest(token=token[:40]):
                for name in ("portal:survey", "portal:survey-wishes"):
                    answer = self.client.post(reverse(name, args=[token]), {f"q{self.mark.pk}": "5"})
                    self.assertContains(answer, "This link does not work", status_code=404)
        self.assertFalse(Response.objects.exists() or DoNotAsk.objects.exists())

    def test_a_query_that_is_made_up_chooses_nothing(self):
        for query in ("a=x", f"a={self.mark.pk}.9", "a=99.5", f"a={self.words.pk}.x", "a=%00", "a=" + "9" * 400):
            with self.subTest(query=query[:20]):
                self.assertNotContains(self.client.get(f"{self.address}?{query}"), "checked")

    def test_do_not_ask_me_again_and_back(self):
        wishes = reverse("portal:survey-wishes", args=[self.invitation.token])
        self.assertEqual(self.client.get(wishes).status_code, 405)
        self.assertContains(self.send(wishes, ask="no"), "We will not ask you again.")
        self.assertTrue(DoNotAsk.objects.filter(person=self.bea).exists())
        self.assertContains(self.send(wishes, ask="yes"), "We may ask you again.")
        self.assertFalse(DoNotAsk.objects.exists())

    def test_nobody_presses_without_end(self):
        marks = [str(number % 5 + 1) for number in range(8)]
        answers = [self.client.post(self.address, {f"q{self.mark.pk}": mark}).status_code for mark in marks]
        self.assertEqual(answers, [303] * 6 + [422] * 2)

    def test_a_trial_keeps_nothing(self):
        address = trial_path(self.survey)
        self.assertContains(self.client.get(address), "is not kept")
        self.assertContains(self.send(address, **{f"q{self.mark.pk}": "5"}), "Thank you!")
        self.send(address + "wishes/", ask="no")
        self.assertFalse(Response.objects.exists() or DoNotAsk.objects.exists())

    def test_the_page_speaks_the_language_of_the_client(self):
        Person.objects.update(language="ru")
        self.assertContains(self.client.get(self.address), 'lang="ru"')
