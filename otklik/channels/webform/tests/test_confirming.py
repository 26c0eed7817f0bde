"""The mail by which whoever sent a form gets its number and the link to its page."""

from dataclasses import replace

from otklik.channels.email.rendering import render
from otklik.channels.webform.options import FormOptions
from otklik.channels.webform.settings import FormOptionsForm
from otklik.channels.webform.submitting import Submission, submit
from otklik.clients.models import Person
from otklik.testing import CastTestCase
from otklik.tickets.models import Channel, Delivery, Ticket

from .test_submitting import ORIGIN, WRITTEN

WORDS = "Hello, {client}! {company} has your message {number}."


class ConfirmingTests(CastTestCase):
    def setUp(self):
        options = FormOptions(title="Ask", confirmation=WORDS).as_json()
        self.form = Channel.objects.create(
            kind="webform", name="Shop", address="shop", team=self.sales, answers_by=self.mailbox, options=options
        )
        Person.objects.update(language="en")

    def submit(self, **changed) -> Ticket:
        written: Submission = replace(WRITTEN, **changed)
        return submit(written, self.form, origin=ORIGIN).message.ticket

    def test_the_mail_has_the_words_of_the_form_and_the_link_to_the_page(self):
        ticket = self.submit()
        delivery = Delivery.objects.get()
        mail = render(delivery)
        self.assertEqual((delivery.address, delivery.channel), ("bea@alpha.example", self.mailbox))
        self.assertIn(f"Hello, Bea Orlova! Demo has your message {ticket.number}.", mail.body)
        self.assertIn(ticket.status_link(self.bea), mail.body)
        self.assertEqual(mail.message()["Auto-Submitted"], "auto-replied")
        self.assertEqual((ticket.state, ticket.assignee), ("new", None))

    def test_sent_twice_it_is_one_mail(self):
        self.submit()
        self.submit()
        self.assertEqual(Delivery.objects.count(), 1)

    def test_a_form_without_such_words_mails_nothing(self):
        Channel.objects.filter(pk=self.form.pk).update(options=FormOptions(title="Ask").as_json())
        self.submit()
        self.assertFalse(Delivery.objects.exists())

    def test_our_own_mailbox_is_never_answered(self):
        self.submit(email="Support@demo.example")
        self.assertFalse(Delivery.objects.exists())

    def test_without_a_mailbox_the_ticket_is_there_all_the_same(self):
        Channel.objects.filter(kind="email").update(is_active=False)
        Channel.objects.filter(pk=self.form.pk).update(answers_by=None)
        self.assertEqual(self.submit().subject, "Printer")
        self.assertFalse(Delivery.objects.exists())

    def test_a_stranger_cannot_have_somebody_mailed_all_day(self):
        for number in range(6):
            self.submit(text=f"Number {number}")
        self.assertEqual(Delivery.objects.count(), 5)

    def test_a_word_that_stands_for_nothing_is_refused(self):
        form = FormOptionsForm({"title": "Ask", "confirmation": "Dear {name}"}, channel=self.form)
        self.assertEqual(form.errors["confirmation"], ["“{name}” stands for nothing."])
        self.assertEqual(FormOptionsForm(channel=self.form).initial["confirmation"], WORDS)
