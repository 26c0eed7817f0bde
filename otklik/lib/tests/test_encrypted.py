from django.conf import settings
from django.core.exceptions import FieldError
from django.db import connection
from django.test import override_settings

from otklik.channels.email.models import Mailbox
from otklik.lib.encrypted import Undecipherable, rotate_all
from otklik.testing import CastTestCase


class EncryptedTextTests(CastTestCase):
    def setUp(self) -> None:
        self.kept = Mailbox.objects.create(channel=self.mailbox, password="“s3cret” по-русски")

    def stored(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT password FROM email_mailbox WHERE id = %s", [self.kept.pk])
            return cursor.fetchone()[0]

    def test_the_store_has_only_the_encryption(self) -> None:
        self.assertNotIn("s3cret", self.stored())
        self.assertEqual(Mailbox.objects.get().password, "“s3cret” по-русски")

    def test_an_update_encrypts_too(self) -> None:
        Mailbox.objects.update(password="other")
        self.assertNotIn("other", self.stored())
        self.assertEqual(Mailbox.objects.get().password, "other")

    def test_nothing_is_stored_as_nothing(self) -> None:
        Mailbox.objects.update(password="")
        self.assertEqual(self.stored(), "")
        self.assertEqual(Mailbox.objects.get().password, "")

    def test_neither_lists_nor_serializers_show_it(self) -> None:
        shown = repr(list(Mailbox.objects.values()))
        field = Mailbox._meta.get_field("password")
        self.assertNotIn("s3cret", shown + field.value_to_string(Mailbox.objects.get()))

    def test_it_cannot_be_searched_for(self) -> None:
        with self.assertRaises(FieldError):
            Mailbox.objects.filter(password="“s3cret”").exists()

    def test_a_row_that_another_key_closed_loads_and_says_so_when_read(self) -> None:
        with override_settings(SECRET_KEY="quite another key"):
            kept = Mailbox.objects.get()
            self.assertEqual(kept.incoming_port, 993)
            with self.assertRaisesMessage(Undecipherable, "Enter the password again"):
                _ = kept.password

    def test_an_older_key_still_opens_it_until_it_is_rotated(self) -> None:
        with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
            self.assertEqual(Mailbox.objects.get().password, "“s3cret” по-русски")
            self.assertEqual(rotate_all(), (1, 0))
        with override_settings(SECRET_KEY="new"):
            self.assertEqual(Mailbox.objects.get().password, "“s3cret” по-русски")

    def test_what_no_key_opens_is_counted_and_left_as_it_is(self) -> None:
        before = self.stored()
        with override_settings(SECRET_KEY="quite another key"):
            self.assertEqual(rotate_all(), (0, 1))
        self.assertEqual(self.stored(), before)
