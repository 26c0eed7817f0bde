from datetime import timedelta

from django.test import override_settings
from django.utils.timezone import now
from django.utils.translation import override

from otklik.channels.email.models import Mailbox
from otklik.operate import checkup
from otklik.operate.checkup import Level
from otklik.testing import CastTestCase


class MailboxTests(CastTestCase):
    def setUp(self) -> None:
        self.enterContext(override("en"))
        self.box = Mailbox.objects.create(channel=self.mailbox, incoming="imap", password="sesame")

    def test_mailboxes_that_are_read_are_fine(self) -> None:
        self.assertEqual(checkup.mailboxes().level, Level.OK)

    def test_a_mailbox_that_fails_is_named_with_the_servers_words_and_advice(self) -> None:
        self.box.note_failure("login_refused", "[AUTHENTICATIONFAILED] no")
        found = checkup.mailboxes()
        self.assertEqual(found.level, Level.FAILED)
        self.assertIn("support@demo.example ([AUTHENTICATIONFAILED] no)", found.text)
        self.assertIn("password", found.advice)

    def test_a_mailbox_that_nobody_takes_fails(self) -> None:
        Mailbox.objects.update(due_at=now() - timedelta(hours=1))
        found = checkup.mailboxes()
        self.assertEqual(found.level, Level.FAILED)
        self.assertIn("Nobody reads the mailboxes: support@demo.example", found.text)

    def test_a_mailbox_out_of_use_is_nobodys_worry(self) -> None:
        self.box.note_failure("unreachable", "refused")
        type(self.mailbox).objects.update(is_active=False)
        self.assertEqual(checkup.mailboxes().level, Level.OK)

    def test_passwords_that_open_are_fine(self) -> None:
        self.assertEqual(checkup.kept_secrets().level, Level.OK)

    def test_a_password_of_another_key_fails(self) -> None:
        with override_settings(SECRET_KEY="quite another key", SECRET_KEY_FALLBACKS=[]):
            found = checkup.kept_secrets()
        self.assertEqual(found.level, Level.FAILED)
        self.assertIn("1 kept password", found.text)
