import mailbox
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils.translation import override

from otklik.channels.email.models import OutboxMail
from otklik.testing import CastTestCase
from otklik.tickets.models import Message, RawMessage
from otklik.tickets.raw import read_due
from otklik.tickets.replying import reply
from otklik.tickets.sending import send_due

MAILS = Path(__file__).parent / "mail"


def said_by(*words: str, **options: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


class ImportTests(CastTestCase):
    def setUp(self) -> None:
        self.enterContext(override("en"))
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def take(self, *paths: Path) -> str:
        return said_by("mail", "import", *map(str, paths), "--to", "support@demo.example")

    def test_a_mail_an_mbox_and_a_maildir_become_messages(self) -> None:
        mbox = mailbox.mbox(self.folder / "old.mbox")
        mbox.add((MAILS / "plain-ascii.eml").read_bytes())
        mbox.add((MAILS / "line-ends-lf.eml").read_bytes())
        mbox.close()
        maildir = mailbox.Maildir(self.folder / "Maildir")
        maildir.add((MAILS / "thunderbird-flowed.eml").read_bytes())
        said = self.take(MAILS / "subject-only.eml", self.folder / "old.mbox", self.folder / "Maildir")
        self.assertIn("4 mails were stored for support@demo.example", said)
        read_due()
        self.assertEqual(RawMessage.objects.filter(outcome="received").count(), 4)

    def test_a_second_run_changes_nothing(self) -> None:
        self.take(MAILS / "plain-ascii.eml")
        read_due()
        said = self.take(MAILS / "plain-ascii.eml")
        read_due()
        self.assertIn("0 mails were stored for support@demo.example.\n1 mail was there already.", said)
        self.assertEqual(Message.objects.filter(external_id="<plain-1@client.example>").count(), 1)

    def test_old_mail_keeps_its_date(self) -> None:
        self.take(MAILS / "plain-ascii.eml", MAILS / "date-broken.eml")
        read_due()
        self.assertEqual(Message.objects.get(external_id="<plain-1@client.example>").at.year, 2025)
        self.assertGreater(Message.objects.get(external_id="<date@client.example>").at.year, 2025)

    def test_bad_files_are_named_and_the_rest_is_stored(self) -> None:
        empty = self.folder / "empty.eml"
        empty.touch()
        errors = StringIO()
        with self.assertRaises(CommandError), self.assertLogs("otklik.channels.email.importing") as logs:
            call_command(
                "mail",
                "import",
                *map(str, (self.folder / "missing.eml", empty, self.folder, MAILS / "plain-ascii.eml")),
                "--to",
                "support@demo.example",
                stdout=StringIO(),
                stderr=errors,
            )
        self.assertIn("missing.eml", errors.getvalue())
        self.assertIn("not a Maildir", errors.getvalue())
        self.assertIn("empty.eml", logs.output[0])
        self.assertEqual(RawMessage.objects.count(), 1)

    def test_the_mailbox_must_be_clear(self) -> None:
        for to in ((), ("--to", "nobody@demo.example")):
            with self.subTest(to), self.assertRaisesRegex(CommandError, "sales@demo.example"):
                call_command("mail", "import", str(MAILS / "plain-ascii.eml"), *to)


@override_settings(SMTP_URL="")
class OutboxCommandTests(CastTestCase):
    def setUp(self) -> None:
        self.enterContext(override("en"))

    def test_the_list_names_what_waits_and_show_tells_it(self) -> None:
        reply(self.ticket, by=self.ana, text="Is it still on fire?")
        send_due()
        self.assertIn("Re: Printer → bea@alpha.example", said_by("outbox"))
        shown = said_by("outbox", "show", str(OutboxMail.objects.get().pk))
        self.assertIn("To: Bea Orlova <bea@alpha.example>", shown)
        self.assertIn("Is it still on fire?", shown)

    def test_an_empty_outbox_says_so(self) -> None:
        self.assertEqual(said_by("outbox", "list"), "Nothing waits.\n")

    def test_what_cannot_be_done_is_said(self) -> None:
        for words in (("outbox", "show", "17"), ("outbox", "release")):
            with self.subTest(words), self.assertRaises(CommandError):
                said_by(*words)
