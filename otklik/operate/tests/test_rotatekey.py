import stat
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from otklik.channels.email.models import Mailbox
from otklik.config import environment
from otklik.lib.tokens import sign, unsign
from otklik.testing import CastTestCase


class RotatingTests(CastTestCase):
    def setUp(self) -> None:
        scratch = TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.home = Path(scratch.name)
        self.old = environment.secret_key({}, self.home)
        ours = override_settings(HOME=self.home, GIVEN={}, SECRET_KEY=self.old, SECRET_KEY_FALLBACKS=[])
        ours.enable()
        self.addCleanup(ours.disable)
        Mailbox.objects.create(channel=self.mailbox, password="sesame")

    def rotate(self, **options) -> str:
        out = StringIO()
        call_command("rotatekey", stdout=out, **options)
        return out.getvalue()

    def restart(self, **given: str) -> override_settings:
        """As the next start of the program reads the keys."""
        return override_settings(
            SECRET_KEY=environment.secret_key(given, self.home),
            SECRET_KEY_FALLBACKS=environment.old_keys(given, self.home),
        )

    def test_after_a_restart_passwords_and_links_still_open(self) -> None:
        link = sign("purpose", "7")
        self.assertIn("Restart Otklik", self.rotate())
        with self.restart():
            self.assertNotEqual(settings.SECRET_KEY, self.old)
            self.assertEqual(settings.SECRET_KEY_FALLBACKS, [self.old])
            self.assertEqual(Mailbox.objects.get().password, "sesame")
            self.assertEqual(unsign("purpose", link), "7")

    def test_the_new_key_alone_opens_the_passwords(self) -> None:
        self.rotate()
        with override_settings(SECRET_KEY=environment.secret_key({}, self.home), SECRET_KEY_FALLBACKS=[]):
            self.assertEqual(Mailbox.objects.get().password, "sesame")

    def test_the_keys_are_for_their_owner_alone(self) -> None:
        self.rotate()
        modes = {stat.S_IMODE(path.stat().st_mode) for path in self.home.iterdir()}
        self.assertEqual(modes, {0o600})

    def test_twice_keeps_both_old_keys(self) -> None:
        self.rotate()
        self.rotate()
        self.assertEqual(len(environment.old_keys({}, self.home)), 2)
        with self.restart():
            self.assertEqual(Mailbox.objects.get().password, "sesame")

    def test_a_given_key_is_not_replaced(self) -> None:
        with self.settings(GIVEN={"OTKLIK_SECRET_KEY": self.old}), self.assertRaisesMessage(CommandError, "--keep"):
            self.rotate()
        self.assertEqual(environment.secret_key({}, self.home), self.old)

    def test_a_new_given_key_encrypts_everything_anew(self) -> None:
        given = {"OTKLIK_SECRET_KEY": "the new given key", "OTKLIK_SECRET_KEY_FALLBACKS": self.old}
        with self.restart(**given):
            self.assertIn("1 secret was", self.rotate(keep=True))
        with override_settings(SECRET_KEY="the new given key"):
            self.assertEqual(Mailbox.objects.get().password, "sesame")

    def test_a_secret_that_no_key_opens_is_told(self) -> None:
        with override_settings(SECRET_KEY="lost", SECRET_KEY_FALLBACKS=[]):
            Mailbox.objects.update(password="sesame")
        with self.assertRaisesMessage(CommandError, "1 secret cannot be opened"):
            self.rotate()
