"""What comes in lands on the right ticket, once, as who sent it."""

from dataclasses import replace
from datetime import timedelta

from django.utils.timezone import now

from otklik.clients.models import Person
from otklik.lib.inbound import Dropped, Inbound, Nature, Sender
from otklik.testing import CastTestCase, kinds
from otklik.tickets.intake import Received, receive
from otklik.tickets.models import Message, Ticket
from otklik.tickets.replying import reply

BEA = Sender("email", "Bea@Alpha.example", "Bea")


class IntakeTests(CastTestCase):
    def mail(self, **rest) -> Inbound:
        return Inbound(**({"external_id": "<one@alpha.example>", "sender": BEA, "text": "Help!"} | rest))

    def arrive(self, **rest) -> Received:
        received = receive(self.mail(**rest), channel=self.mailbox)
        self.assertIsInstance(received, Received)
        return received

    def first(self) -> str:
        return self.ticket.messages.get().external_id

    def test_a_new_mail_opens_a_ticket_of_the_mailboxs_team(self):
        ticket = self.arrive(subject="No  paper").message.ticket
        self.assertEqual((ticket.client, ticket.team, ticket.subject), (self.bea, self.support, "No paper"))
        self.assertEqual(ticket.address.value, "bea@alpha.example")
        self.assertEqual(kinds(ticket), ["ticket.opened", "message.received"])

    def test_the_same_mail_again_is_a_duplicate(self):
        self.arrive()
        self.assertEqual(receive(self.mail(), channel=self.mailbox), Dropped("duplicate"))
        self.assertEqual(Message.objects.filter(external_id="<one@alpha.example>").count(), 1)

    def test_a_colleague_of_a_known_domain_joins_the_organisation(self):
        self.arrive(sender=Sender("email", "new@alpha.example", "New"))
        self.assertEqual(Person.objects.get(name="New").organisation, self.alpha)

    def test_an_answer_joins_its_ticket_and_reopens_it(self):
        self.ticket.set_state("resolved", by=self.ana)
        received = self.arrive(replies_to=("<unknown@x.example>", self.first()))
        self.assertEqual(received.message.ticket, self.ticket)
        self.assertFalse(received.opened)
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).state, "open")

    def test_an_answer_to_our_answer_joins_too(self):
        sent = reply(self.ticket, by=self.ana, text="Try water.")
        self.assertEqual(self.arrive(replies_to=(sent.external_id,)).message.ticket, self.ticket)
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).state, "open")

    def test_an_automatic_answer_reopens_nothing(self):
        self.ticket.set_state("resolved", by=self.ana)
        self.arrive(replies_to=(self.first(),), nature=Nature.AUTO_REPLY)
        self.assertEqual(Ticket.objects.get(pk=self.ticket.pk).state, "resolved")

    def test_an_answer_to_a_ticket_closed_long_ago_opens_a_linked_one(self):
        self.ticket.set_state("closed", by=self.ana, at=now() - timedelta(days=15))
        received = self.arrive(replies_to=(self.first(),))
        self.assertTrue(received.opened)
        self.assertEqual(received.message.ticket.links.get().target, self.ticket)

    def test_an_answer_within_the_companys_days_reopens(self):
        self.ticket.set_state("closed", by=self.ana, at=now() - timedelta(days=13))
        self.assertFalse(self.arrive(replies_to=(self.first(),)).opened)

    def test_the_signed_address_finds_the_ticket_when_the_thread_is_lost(self):
        self.assertEqual(self.arrive(ticket_number=self.ticket.pk).message.ticket, self.ticket)

    def test_an_answer_to_a_merged_ticket_goes_where_it_lives_on(self):
        Ticket.objects.filter(pk=self.ticket.pk).update(merged_into=self.other)
        self.assertEqual(self.arrive(replies_to=(self.first(),)).message.ticket, self.other)

    def test_a_stranger_is_heard_but_does_not_take_part(self):
        stranger = Sender("email", "eve@evil.example", "Bea Orlova")
        message = self.arrive(sender=stranger, replies_to=(self.first(),), copied=(stranger,)).message
        self.assertEqual(message.ticket, self.ticket)
        self.assertEqual(message.person.address("email").value, "eve@evil.example")
        self.assertFalse(self.ticket.participants.exists())

    def test_whom_the_client_copies_takes_part(self):
        message = self.arrive(copied=(Sender("email", "boss@alpha.example", "Boss"), BEA)).message
        self.assertEqual([row.person.name for row in message.ticket.participants.all()], ["Boss"])

    def test_a_mail_to_half_the_world_brings_nobody_in(self):
        crowd = tuple(Sender("email", f"p{n}@x.example") for n in range(51))
        self.assertFalse(self.arrive(copied=crowd).message.ticket.participants.exists())

    def test_html_is_cleaned_and_told_as_text(self):
        html = "<p>Hello<script>alert(1)</script></p>"
        message = receive(replace(self.mail(html=html), text=""), channel=self.mailbox).message
        self.assertNotIn("script", message.html)
        self.assertEqual(message.text.strip(), "Hello")

    def test_receiving_costs_a_fixed_number_of_queries(self):
        receive(self.mail(external_id="<before@alpha.example>"), channel=self.mailbox)  # the policies are remembered
        with self.assertNumQueries(8):
            receive(self.mail(), channel=self.mailbox)
