"""Unread: what somebody else has written since a member looked."""

from datetime import timedelta

from django.utils.timezone import now

from otklik.staff.models import Member
from otklik.testing import CastTestCase
from otklik.tickets.automatic import answer_automatically
from otklik.tickets.listing import LISTS, Listing
from otklik.tickets.models import Message, Seen, Ticket
from otklik.tickets.models.seen import KEPT, forget, look, mark_unread, read_all
from otklik.tickets.replying import note, reply
from otklik.tickets.revising import revise


class SeenTests(CastTestCase):
    def setUp(self) -> None:
        # The cast came before its tickets: for them everything is new.
        Member.objects.update(read_until=now() - timedelta(days=1))
        self.ana.refresh_from_db()

    def newest(self, ticket: Ticket) -> int:
        return Message.objects.filter(ticket=ticket).latest("pk").pk

    def unread(self, member: Member | None = None) -> list[str]:
        rows = Listing(LISTS["open"], member or self.ana, "oldest").page().rows
        return [ticket.subject for ticket in rows if ticket.is_unread]

    def test_a_ticket_is_read_by_looking_and_unread_by_what_others_write_then(self):
        self.assertEqual(self.unread(), ["Printer", "Second printer"])
        self.assertTrue(look(self.ana, self.ticket, self.newest(self.ticket)))
        self.assertFalse(look(self.ana, self.ticket, self.newest(self.ticket)))
        self.assertEqual(self.unread(), ["Second printer"])
        note(self.ticket, by=self.olga, text="I saw that, too.")
        self.assertEqual(self.unread(), ["Printer", "Second printer"])

    def test_what_a_client_changes_is_read_again_and_what_staff_change_is_not(self):
        answer = reply(self.ticket, by=self.admin, text="Try water.")
        first = self.ticket.messages.filter(person=self.bea).get()
        look(self.ana, self.ticket, self.newest(self.ticket))
        revise(first, by=self.bea, text="It only smokes.")
        self.assertIn("Printer", self.unread())
        look(self.ana, self.ticket, self.newest(self.ticket))
        revise(answer, by=self.admin, text="Try sand.")
        self.assertNotIn("Printer", self.unread())

    def test_it_is_each_member_s_own_matter(self):
        look(self.ana, self.ticket, self.newest(self.ticket))
        self.olga.refresh_from_db()
        self.assertEqual(self.unread(self.olga), ["Printer", "Second printer"])

    def test_what_one_wrote_oneself_or_otklik_did_is_nothing_to_read(self):
        for ticket in (self.ticket, self.other):
            look(self.ana, ticket, self.newest(ticket))
        reply(self.ticket, by=self.ana, text="Pour water over it.")
        answer_automatically(self.other, by=None, text="We got it.", at=now())
        self.assertEqual(self.unread(), [])

    def test_an_answer_that_is_to_be_sent_later_is_not_there_yet(self):
        look(self.olga, self.ticket, self.newest(self.ticket))
        reply(self.ticket, by=self.ana, text="Soon.", send_at=now() + timedelta(hours=1))
        self.olga.refresh_from_db()
        self.assertEqual(self.unread(self.olga), ["Second printer"])

    def test_a_ticket_is_marked_to_come_back_to_until_it_is_looked_at(self):
        look(self.ana, self.ticket, self.newest(self.ticket))
        self.assertTrue(mark_unread(self.ana, self.ticket))
        self.assertFalse(mark_unread(self.ana, self.ticket))
        self.assertIn("Printer", self.unread())
        look(self.ana, self.ticket, self.newest(self.ticket))
        self.assertNotIn("Printer", self.unread())

    def test_everything_is_read_at_once(self):
        mark_unread(self.ana, self.ticket)
        read_all(self.ana)
        self.assertEqual(self.unread(), [])
        Message.objects.create(ticket=self.ticket, person=self.bea, text="Again!")
        self.assertEqual(self.unread(), ["Printer"])

    def test_what_is_far_back_counts_as_read_and_is_forgotten(self):
        look(self.ana, self.ticket, self.newest(self.ticket))
        mark_unread(self.ana, self.other)
        Message.objects.update(at=now() - KEPT - timedelta(days=1))
        Member.objects.filter(pk=self.ana.pk).update(read_until=now() - 2 * KEPT)
        self.ana.refresh_from_db()
        self.assertEqual(self.unread(), ["Second printer"])
        Seen.objects.update(at=now() - KEPT - timedelta(days=1))
        self.assertTrue(forget())
        self.assertFalse(forget())
        self.assertEqual(Seen.objects.get().ticket, self.other)
