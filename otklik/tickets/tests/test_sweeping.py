"""Bytes that nobody names are swept from the file store, and no others."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils.timezone import now

from otklik.lib.inbound import InboundFile
from otklik.testing import CastTestCase
from otklik.tickets.drafting import add_file
from otklik.tickets.files import Kept, keep
from otklik.tickets.models import Draft, DraftFile, UnusedFile
from otklik.tickets.models.draft import forget
from otklik.tickets.sweeping import look, sweep

DAY = timedelta(days=1)


class SweepingTests(CastTestCase):
    def setUp(self) -> None:
        self.at = now()
        self.used, self.unused = self.keep(b"used"), self.keep(b"unused")
        self.file = add_file(self.ticket, self.ana, self.used, is_note=False)

    def keep(self, content: bytes) -> Kept:
        return keep(InboundFile(f"{self.id()}.txt", "text/plain", content + self.id().encode()))

    def look(self) -> None:
        for kept in (self.used, self.unused):
            look(kept.path[:2], at=self.at)

    def is_there(self, kept: Kept) -> bool:
        return default_storage.exists(kept.path)

    def test_what_nobody_names_goes_days_later(self):
        self.look()
        self.assertFalse(sweep(self.at + DAY))
        self.assertTrue(sweep(self.at + 3 * DAY))
        self.assertEqual((self.is_there(self.used), self.is_there(self.unused)), (True, False))
        self.assertFalse(UnusedFile.objects.filter(path=self.unused.path).exists())

    def test_the_bytes_of_a_draft_go_after_the_draft(self):
        DraftFile.objects.all().delete()
        self.look()
        sweep(self.at + 3 * DAY)
        self.assertFalse(self.is_there(self.used))

    def test_what_is_named_or_stored_again_meanwhile_stays(self):
        self.look()
        self.assertEqual(self.keep(b"unused").path, self.unused.path)
        sweep(self.at + 3 * DAY)
        self.assertTrue(self.is_there(self.unused))
        self.look()
        DraftFile.objects.filter(pk=self.file.pk).update(file=self.unused.path)
        sweep(self.at + 6 * DAY)
        self.assertTrue(self.is_there(self.unused))

    def test_bytes_that_are_going_this_moment_are_stored_beside(self):
        self.look()
        UnusedFile.objects.get(path=self.unused.path).condemn()
        again = self.keep(b"unused")
        self.assertNotEqual(again.path, self.unused.path)
        sweep(self.at + 3 * DAY)
        self.assertEqual((self.is_there(again), self.is_there(self.unused)), (True, False))

    def test_a_folder_has_its_turn(self):
        turns = {f"{int((self.at + n * timedelta(minutes=15)).timestamp() // 900) % 256:02x}": n for n in range(256)}
        sweep(self.at + turns[self.unused.path[:2]] * timedelta(minutes=15))
        self.assertTrue(UnusedFile.objects.filter(path=self.unused.path).exists())

    def test_drafts_that_nobody_touched_go_once_the_ticket_is_over(self):
        Draft.objects.update(at=self.at - 91 * DAY)
        self.assertFalse(forget())
        self.ticket.set_state("closed", by=self.ana)
        self.assertTrue(forget())
        self.assertFalse(Draft.objects.exists())
