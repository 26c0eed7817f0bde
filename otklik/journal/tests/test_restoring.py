"""A journal that came from another server is read on where it was left."""

from unittest import skipUnless

from django.db import connection, transaction
from django.test import TransactionTestCase

from otklik.journal.models import Event, Reader
from otklik.journal.record import record
from otklik.journal.restoring import rebase
from otklik.staff.models import Member


class RebaseTests(TransactionTestCase):
    def happen(self) -> Event:
        with transaction.atomic():
            return record("member.activated", self.ana)

    def setUp(self) -> None:
        self.ana = Member.objects.create_user("ana@demo.example", name="Ana")

    def test_a_journal_of_this_server_is_left_alone(self):
        self.happen()
        self.assertFalse(rebase())

    @skipUnless(connection.vendor == "postgresql", "SQLite does not number transactions")
    def test_unread_events_stay_unread_and_read_ones_read(self):
        read, late, unread = self.happen(), self.happen(), self.happen()
        ahead = 10**12
        for event, tx in ((read, ahead), (late, ahead + 2), (unread, ahead + 1)):
            Event.objects.filter(pk=event.pk).update(tx=tx)
        Reader.objects.create(name="search", tx=ahead, event_id=read.pk)
        self.assertTrue(rebase())
        new = self.happen()
        place = Reader.objects.get().position
        self.assertEqual(list(Event.objects.settled().after(place)), [late, unread, new])
