"""Two workers, two presses, two rules at once: everybody is asked once and answers once."""

from datetime import timedelta

from django.test import TransactionTestCase
from django.utils.timezone import now

from otklik.quality.answering import Said, answer
from otklik.quality.models import Answer, Invitation, Response
from otklik.quality.sending import ask_due
from otklik.testing import CastTestCase, at_once, kinds
from otklik.tickets.models import Delivery

from .cast import invite, make_survey


class RaceTests(TransactionTestCase):
    def setUp(self) -> None:
        CastTestCase.setUpTestData.__func__(type(self))
        self.survey = make_survey()
        self.question = self.survey.questions.get()

    def test_two_workers_send_one_invitation_once(self):
        Invitation.plan(self.survey, self.ticket, delay=timedelta(), at=now())
        at = now()
        at_once(*[lambda: ask_due(at)] * 3)
        self.assertEqual((Delivery.objects.count(), kinds(self.ticket).count("survey.sent")), (1, 1))

    def test_two_rules_at_once_plan_one(self):
        at = now()
        plan = lambda: Invitation.plan(self.survey, self.ticket, delay=timedelta(), at=at)  # noqa: E731 one call, twice
        self.assertEqual(sorted(at_once(plan, plan)), [False, True])

    def test_two_tickets_of_one_client_bring_one_survey(self):
        at = now()
        for ticket in (self.ticket, self.other):
            Invitation.plan(self.survey, ticket, delay=timedelta(), at=at)
        at_once(lambda: ask_due(at), lambda: ask_due(at))
        self.assertEqual(Delivery.objects.count(), 1)
        self.assertEqual(Invitation.objects.filter(refused_why="tired").count(), 1)

    def test_an_answer_that_is_pressed_twice_is_kept_once(self):
        invitation, at = invite(self.survey, self.ticket), now()
        press = lambda: answer(invitation, [Said(self.question, "4")], at=at)  # noqa: E731 one call, twice
        self.assertEqual(sorted(at_once(press, press)), [False, True])
        self.assertEqual((Response.objects.count(), Answer.objects.count()), (1, 1))

    def test_two_different_answers_at_once_leave_one_whole(self):
        invitation, at = invite(self.survey, self.ticket), now()
        jobs = [lambda mark=mark: answer(invitation, [Said(self.question, mark)], at=at) for mark in ("1", "5")]
        self.assertEqual(at_once(*jobs), [True, True])
        self.assertEqual(str(Response.objects.get().mark), Answer.objects.get().value)
        self.assertEqual(kinds(self.ticket)[-2:], ["survey.answered", "survey.revised"])
