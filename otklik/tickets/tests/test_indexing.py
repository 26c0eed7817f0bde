"""How the index of the search follows what happens."""

from django.db import connection

from otklik.clients.models import identify
from otklik.testing import make_ticket, react_to_all
from otklik.tickets import search
from otklik.tickets.merging import merge, split
from otklik.tickets.models import Message, Unindexed
from otklik.tickets.replying import reply
from otklik.tickets.undoing import undo

from .searching import SearchTestCase


class FollowingTests(SearchTestCase):
    def test_a_new_subject_is_found_and_the_old_one_is_not(self):
        self.find("printer")
        self.ticket.set_subject("Сканер", by=self.ana)
        self.assert_found("сканеры ", self.ticket)
        self.assert_found("printer ", self.other)

    def test_answers_are_found_and_no_more_when_they_were_taken_back(self):
        message = reply(self.ticket, by=self.ana, text="Выключите и включите")
        self.assert_found("включить ", self.ticket)
        self.assertTrue(undo(message, by=self.ana))
        self.assert_found("включить ")

    def test_a_merged_ticket_leads_to_where_it_went(self):
        self.say("тонер")
        self.find("тонер")
        merge(self.ticket, self.foreign, by=self.admin)
        merge(self.foreign, self.other, by=self.admin)
        self.assert_found("тонер ", self.other)
        self.assert_found(f"#{self.ticket.pk}", self.other)
        self.assert_found("price list", self.other)  # a subject of before
        self.assert_found("price list", self.other, member=self.ana)
        self.assert_found("price list", member=self.omar)

    def test_a_message_that_was_split_off_is_found_where_it_is(self):
        message = self.say("тонер")
        self.find("тонер")
        new = split(message, by=self.ana, subject="Заправка")
        self.assert_found("тонер ", new)
        self.assert_found("заправки ", new)

    def test_a_ticket_without_messages_is_found(self):
        message = Message.objects.get(ticket=self.ticket)
        self.find("printer")
        new = split(message, by=self.ana, subject="Заправка")
        self.assert_found("printer orlova", self.ticket, self.other)
        self.say("тонер")
        self.assert_found("printer orlova тонер", self.ticket)
        self.assert_found("заправка", new)

    def test_events_may_be_told_twice_and_of_what_is_gone(self):
        message = self.say("тонер")
        self.read()
        self.read()
        self.assert_found("тонер ", self.ticket)
        message.delete()
        self.assert_found("тонер ")

    def test_the_duty_reads_what_is_marked_and_ends(self):
        self.say("тонер")
        search.mark([self.ticket.pk, self.ticket.pk, self.other.pk])
        search.mark([self.ticket.pk])
        self.assertEqual(Unindexed.objects.count(), 2)
        self.assertTrue(search.index_due())
        self.assertFalse(search.index_due())
        self.assertEqual(list(search.find("тонер ", member=self.admin).tickets), [self.ticket.pk])

    def test_a_batch_costs_the_same_however_large(self):
        for number in range(3):
            self.say(f"тонер {number}")
        with self.assertNumQueries(13 + (connection.vendor == "postgresql")):
            react_to_all("search")
        for number in range(30):
            make_ticket(identify("email", f"c{number}@alpha.example"), self.mailbox)
            self.say(f"тонер {number}", ticket=self.other)
        with self.assertNumQueries(13 + (connection.vendor == "postgresql")):
            react_to_all("search")
