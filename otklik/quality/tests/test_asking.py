"""Whom a survey asks, whom it leaves alone, and what the mail says."""

from datetime import timedelta

from django.utils.timezone import now

from otklik.channels.email.rendering import render
from otklik.clients.models import Address, Person, identify
from otklik.lib.inbound import Nature
from otklik.quality.models import DoNotAsk, Invitation, Question
from otklik.quality.sending import ask_due
from otklik.testing import CastTestCase, kinds, make_member, make_ticket
from otklik.tickets.models import Channel, Delivery, Message, Ticket

from .cast import invite, make_survey

Kind, Why = Question.Kind, Invitation.Refusal


class AskingTests(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        Person.objects.update(language="en")
        cls.survey = make_survey(Kind.SATISFACTION, Kind.TEXT)

    def refused(self, ticket: Ticket | None = None) -> str:
        return invite(self.survey, ticket or self.ticket).refused_why

    def test_the_worker_sends_what_is_due_once(self):
        Invitation.plan(self.survey, self.ticket, delay=timedelta(hours=2), at=now())
        self.assertFalse(ask_due())
        later = now() + timedelta(hours=2, minutes=1)
        self.assertTrue(ask_due(later))
        self.assertFalse(ask_due(later + timedelta(days=1)))
        self.assertEqual(Delivery.objects.get().address, "bea@alpha.example")
        self.assertEqual(kinds(self.ticket)[-1], "survey.sent")

    def test_the_mail_has_a_link_for_each_mark_and_the_ticket_has_none(self):
        invitation = invite(self.survey, self.ticket)
        mail = render(Delivery.objects.select_related("message", "channel", "person").get())
        html = mail.alternatives[0][0]
        first = self.survey.questions.first()
        for mark in range(1, 6):
            address = f"{invitation.link}?a={first.pk}.{mark}#q{first.pk}"
            self.assertIn(address, mail.body)
            self.assertIn(f'href="{address}"', html)
        self.assertIn("5 – excellent", mail.body)
        self.assertEqual(mail.subject, f"How did we do? Ticket #{self.ticket.pk}")
        self.assertEqual(mail.extra_headers["Auto-Submitted"], "auto-replied")
        self.assertNotIn(invitation.token, invitation.message.text + invitation.message.html)

    def test_a_survey_that_begins_with_words_has_one_link(self):
        survey = make_survey(Kind.TEXT, name="Words")
        invitation = invite(survey, self.ticket)
        mail = render(Delivery.objects.select_related("message", "channel", "person").get())
        self.assertEqual(mail.body.count(invitation.link), 1)

    def test_the_mail_speaks_the_language_of_the_client(self):
        Person.objects.update(language="ru")
        self.survey.change({"texts": {"ru": {"letter": "Оцените, {client}!"}, "en": {"letter": "Rate"}}}, by=None)
        self.assertEqual(invite(self.survey, self.ticket).message.text, "Оцените, Bea Orlova!")

    def test_nobody_is_asked_twice_within_the_days_of_rest(self):
        invite(self.survey, self.ticket, at=now() - timedelta(days=29))
        self.assertEqual(self.refused(self.other), Why.TIRED)
        third = make_ticket(self.bea, self.mailbox)
        self.survey.change({"pause_days": 28}, by=None)
        self.assertEqual(self.refused(third), "")

    def test_what_was_refused_may_be_tried_again_and_what_was_sent_may_not(self):
        self.survey.switch_off(by=None)
        self.assertEqual(self.refused(), Why.OFF)
        self.survey.switch_on(by=None)
        self.assertEqual(self.refused(), "")
        self.assertFalse(Invitation.plan(self.survey, self.ticket, delay=timedelta(), at=now()))

    def test_whoever_wants_no_surveys_gets_none(self):
        DoNotAsk.say(self.bea)
        self.assertEqual(self.refused(), Why.OPTED_OUT)
        self.assertTrue(DoNotAsk.take_back(self.bea))
        self.assertEqual(self.refused(), "")

    def test_a_program_a_list_and_a_broken_address_are_left_alone(self):
        self.ticket.messages.update(nature=Nature.MAILING)
        self.assertEqual(self.refused(), Why.PROGRAM)
        Address.objects.get(value="bea@alpha.example").mark_failing("no such user")
        self.assertEqual(self.refused(self.other), Why.FAILING)
        robot = make_ticket(identify("email", "no-reply@shop.example"), self.mailbox)
        self.assertEqual(self.refused(robot), Why.NOT_READ)
        self.assertEqual(Delivery.objects.count(), 0)

    def test_staff_and_our_own_mailboxes_are_left_alone(self):
        for address in ("ana@demo.example", "sales+x@demo.example"):
            with self.subTest(address=address):
                ticket = make_ticket(identify("email", address), self.mailbox)
                self.assertEqual(self.refused(ticket), Why.STAFF)

    def test_a_ticket_that_was_opened_again_is_not_asked_about(self):
        self.ticket.set_state("resolved", by=self.ana)
        Invitation.plan(self.survey, self.ticket, delay=timedelta(hours=1), at=now())
        self.ticket.set_state("open", by=self.bea)
        ask_due(now() + timedelta(hours=2))
        self.assertEqual(Invitation.objects.get().refused_why, Why.REOPENED)

    def test_a_client_without_mail_and_a_house_without_mailbox_are_noted(self):
        Channel.objects.update(is_active=False)
        type(self.ticket).objects.filter(pk=self.ticket.pk).update(channel=None)
        self.assertEqual(self.refused(Ticket.objects.get(pk=self.ticket.pk)), Why.NO_ADDRESS)

    def test_who_was_responsible_stays_as_it_was(self):
        self.ticket.assign_to(self.ana, by=self.ana)
        invitation = invite(self.survey, self.ticket)
        make_member("Oleg Next", self.sales)
        self.ticket.hand_to(self.sales, by=self.ana)
        invitation.refresh_from_db()
        self.assertEqual((invitation.team, invitation.agent), (self.support, self.ana))

    def test_a_survey_keeps_no_promise_and_wakes_nobody(self):
        self.ticket.set_state("resolved", by=self.ana)
        invite(self.survey, self.ticket)
        self.ticket.refresh_from_db()
        self.assertEqual(self.ticket.state, "resolved")
        self.assertTrue(Message.objects.get(invitation__survey=self.survey).is_ours)
