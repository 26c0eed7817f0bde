"""Answers are kept once, changed for a day, and told to whoever should know."""

from datetime import timedelta

from django.utils.timezone import now

from otklik.journal.models import Event
from otklik.notices.models import Notice
from otklik.quality.answering import Said, answer
from otklik.quality.errors import AnswerSettled, NoQuestions, SurveyOver, WasSent
from otklik.quality.models import Answer, DoNotAsk, Invitation, Question, Response
from otklik.testing import CastTestCase, kinds, make_member, react_to_all

from .cast import invite, make_survey

Kind = Question.Kind


class AnsweringTests(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.survey = make_survey(Kind.SATISFACTION, Kind.RECOMMENDATION, Kind.RESOLVED, Kind.TEXT)
        cls.mark, cls.recommend, cls.resolved, cls.words = cls.survey.questions.all()
        cls.invitation = invite(cls.survey, cls.ticket)

    def say(self, mark: str = "5", *rest: Said, at=None) -> bool:
        return answer(self.invitation, [Said(self.mark, mark), *rest], at=at or now())

    def test_an_answer_is_kept_with_its_marks(self):
        said = (Said(self.recommend, "0"), Said(self.resolved, "no"), Said(self.words, text="Slow."))
        self.assertTrue(self.say("2", *said))
        response = Response.objects.get()
        self.assertEqual((response.mark, response.recommend, response.is_resolved), (2, 0, False))
        self.assertEqual(
            set(Answer.objects.values_list("value", "text")), {("2", ""), ("0", ""), ("no", ""), ("", "Slow.")}
        )

    def test_the_same_answer_twice_is_one(self):
        self.assertTrue(self.say("4"))
        self.assertFalse(self.say("4"))
        self.assertEqual(kinds(self.ticket).count("survey.answered"), 1)

    def test_an_answer_can_be_changed_for_a_day(self):
        self.say("5", Said(self.words, text="Fine."))
        self.assertTrue(self.say("1"))
        response = Response.objects.get()
        self.assertEqual((response.mark, response.answers.count(), kinds(self.ticket)[-1]), (1, 1, "survey.revised"))
        with self.assertRaises(AnswerSettled):
            self.say("3", at=now() + timedelta(days=1, minutes=1))

    def test_a_first_answer_comes_in_time_or_not_at_all(self):
        with self.assertRaises(SurveyOver):
            self.say(at=now() + timedelta(days=15))
        self.assertEqual(Response.objects.count(), 0)

    def test_a_bad_mark_is_told_to_whoever_has_the_ticket_and_leads_the_team(self):
        head = make_member("Sonya Lead", self.support, role="supervisor")
        self.ticket.assign_to(self.ana, by=self.admin)
        self.say("2")
        react_to_all("notices")
        told = Notice.objects.filter(topic="bad_mark").values_list("member", flat=True)
        self.assertEqual(set(told), {self.ana.pk, head.pk})

    def test_a_good_mark_is_told_to_nobody_until_it_turns_bad(self):
        make_member("Sonya Lead", self.support, role="supervisor")
        self.say("5")
        react_to_all("notices")
        self.assertFalse(Notice.objects.filter(topic="bad_mark").exists())
        self.say("1")
        react_to_all("notices")
        self.assertTrue(Notice.objects.filter(topic="bad_mark").exists())

    def test_the_journal_says_the_marks_even_nought(self):
        self.say("5", Said(self.recommend, "0"))
        event = Event.objects.get(kind="survey.answered")
        self.assertEqual((event.by, event.by_id, event.facts["is_bad"]), ("person", self.bea.pk, True))
        self.client.force_login(self.ana)
        page = self.client.get(self.ticket.get_absolute_url())
        self.assertContains(page, "satisfaction 5 of 5; would recommend us: 0 of 10; a bad mark")


class QuestionTests(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.survey = make_survey(Kind.SATISFACTION, Kind.ONE)
        cls.first, cls.second = cls.survey.questions.all()

    def reworded(self) -> dict[str, object]:
        return {"kind": Kind.SATISFACTION, "texts": {"en": "How fast?"}, "options": [], "is_required": False}

    def test_what_nobody_was_asked_is_changed_in_place(self):
        self.assertEqual(self.first.change(self.reworded(), by=self.admin).pk, self.first.pk)

    def test_what_was_asked_is_retired_and_its_answers_stay_readable(self):
        invitation = invite(self.survey, self.ticket)
        new = self.first.change(self.reworded(), by=self.admin, at=now() + timedelta(seconds=1))
        self.assertNotEqual(new.pk, self.first.pk)
        self.assertEqual([each.pk for each in self.survey.questions.current()], [new.pk, self.second.pk])
        # Whoever was asked before still answers what they were asked.
        self.assertEqual([each.pk for each in invitation.questions()], [self.first.pk, self.second.pk])
        answer(invitation, [Said(self.first, "4")], at=now())
        self.assertEqual(str(Answer.objects.get().question), "What of satisfaction?")

    def test_that_an_answer_is_a_must_changes_no_meaning(self):
        invite(self.survey, self.ticket)
        same = {"kind": self.first.kind, "texts": self.first.texts, "options": [], "is_required": False}
        self.assertEqual(self.first.change(same, by=self.admin).pk, self.first.pk)
        self.first.refresh_from_db()
        self.assertFalse(self.first.is_required)

    def test_the_last_question_of_a_survey_in_use_stays(self):
        self.assertTrue(self.first.retire(by=self.admin))
        self.assertFalse(Question.objects.filter(pk=self.first.pk).exists())
        with self.assertRaises(NoQuestions):
            self.second.retire(by=self.admin)

    def test_questions_are_put_in_order(self):
        self.second.move(-1)
        self.assertEqual([each.pk for each in self.survey.questions.current()], [self.second.pk, self.first.pk])

    def test_a_survey_that_was_sent_stays(self):
        invite(self.survey, self.ticket)
        with self.assertRaises(WasSent):
            self.survey.remove(by=self.admin)
        empty = type(self.survey).make({"name": "Empty"}, by=self.admin)
        with self.assertRaises(NoQuestions):
            empty.switch_on(by=self.admin)
        empty.remove(by=self.admin)

    def test_a_merged_person_takes_along_what_they_were_asked_and_wished(self):
        invite(self.survey, self.ticket)
        DoNotAsk.say(self.bea)
        self.carl.absorb(self.bea, by=self.admin)
        self.assertEqual(Invitation.objects.get().person, self.carl)
        self.assertEqual(DoNotAsk.objects.get().person, self.carl)
