"""Raw messages that became nothing can be read again."""

from io import StringIO

from django.core.management import CommandError, call_command

from otklik.testing import CastTestCase
from otklik.tickets.models import Message, RawMessage
from otklik.tickets.raw import read_due

MAIL = b"From: bea@alpha.example\r\nMessage-ID: <again@alpha.example>\r\nSubject: Help\r\n\r\nIt burns.\r\n"


class ReplayTests(CastTestCase):
    def setUp(self) -> None:
        self.raw = RawMessage.objects.create(
            channel=self.mailbox, digest="x", body=MAIL, outcome="failed", due_at=None, tries=5
        )

    def replay(self, *words: str) -> str:
        out = StringIO()
        call_command("replay", *words, stdout=out)
        return out.getvalue()

    def test_without_really_it_only_says_what_would_be(self):
        self.assertIn("would be a message from bea@alpha.example: Help", self.replay())
        self.assertFalse(read_due())

    def test_really_gives_it_to_the_worker(self):
        self.assertIn("due again", self.replay("--really"))
        self.assertTrue(read_due())
        self.assertEqual(Message.objects.get(external_id="<again@alpha.example>").ticket.subject, "Help")
        self.assertIn("left alone", self.replay(str(self.raw.pk), "--really"))

    def test_what_was_dropped_is_found_by_its_reason(self):
        RawMessage.objects.update(outcome="dropped", reason="empty")
        self.assertIn("1 in all", self.replay("--dropped", "empty"))
        self.assertIn("0 in all", self.replay("--dropped", "own"))

    def test_a_number_that_is_none_is_said_so(self):
        with self.assertRaises(CommandError):
            self.replay("999")
