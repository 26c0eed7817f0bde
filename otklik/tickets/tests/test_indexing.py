"""How the index of the search follows what happens."""

from io import StringIO
from unittest.mock import patch

from django.core.management import call_command
from django.db import connection

from otklik.clients.models import identify
from otklik.testing import make_ticket, react_to_all
from otklik.tickets import search
from otklik.tickets.merging import merge, split
from otklik.tickets.models import Message, Unindexed
from otklik.tickets.replying import reply
from otklik.tickets.search import documents
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

    def test_a_ticket_that_cannot_be_read_holds_up_nobody_and_is_tried_again_when_it_changes(self):
        self.say("тонер", ticket=self.other)
        search.mark([self.ticket.pk, self.other.pk])

        def broken(keys):
            if self.ticket.pk in keys:
                raise ValueError("not today")
            return of_tickets(keys)

        of_tickets = documents.of_tickets
        Message.objects.filter(ticket=self.ticket).delete()
        with patch.object(documents, "of_tickets", broken), self.assertLogs("otklik.tickets.search", "ERROR"):
            while search.index_due():
                pass
        self.assertEqual(list(search.find("тонер ", member=self.admin).tickets), [self.other.pk])
        self.assertEqual(list(Unindexed.objects.values_list("pk", "tries")), [(self.ticket.pk, 3)])
        self.assertEqual(search.unread(), 1)
        search.mark([self.ticket.pk])
        self.assertTrue(search.index_due())
        self.assertEqual(search.unread(), 0)

    def test_the_whole_index_is_made_anew_by_one_command(self):
        gone = self.say("тонер")
        self.read()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM tickets_document")
        self.assertEqual(list(search.find("printer ", member=self.admin).tickets), [])
        search.mark([self.other.pk])
        said = StringIO()
        call_command("reindex", stdout=said)
        self.assertEqual(said.getvalue(), "3 tickets were read.\n")
        self.assertEqual(len(search.find("printer ", member=self.admin).tickets), 2)
        Message.objects.filter(pk=gone.pk).delete()
        self.assertEqual(self.documents(), 4)
        call_command("reindex", stdout=said)
        self.assertEqual(self.documents(), 3)

    def documents(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM tickets_document")
            return cursor.fetchone()[0]
