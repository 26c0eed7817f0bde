"""`otklik apitoken`."""

from io import StringIO

from django.core.management import CommandError, call_command

from otklik.api.models import ApiToken, digest_of
from otklik.journal.models import Event
from otklik.testing import CastTestCase


class ApiTokenCommandTests(CastTestCase):
    def run_it(self, *words: str) -> str:
        out = StringIO()
        call_command("apitoken", *words, stdout=out)
        return out.getvalue().strip()

    def test_a_token_is_printed_once_and_only_its_digest_is_kept(self):
        text = self.run_it("shop", "--as", "ANA@demo.example", "--scope", "tickets:read", "clients:read")
        token = ApiToken.objects.get()
        self.assertTrue(text.startswith("otk_"))
        self.assertEqual(token.digest, digest_of(text))
        self.assertEqual((token.member, token.scopes), (self.ana, ["tickets:read", "clients:read"]))

    def test_without_a_member_it_acts_as_the_administrator(self):
        self.run_it("shop")
        self.assertEqual(ApiToken.objects.get().member, self.admin)

    def test_it_is_listed_and_revoked_and_the_name_is_free_again(self):
        self.run_it("shop")
        self.assertIn("never used", self.run_it("--list"))
        self.run_it("--revoke", "shop")
        self.assertIn("revoked", self.run_it("--list"))
        self.run_it("shop")
        kinds = Event.objects.filter(about="api_token").values_list("kind", flat=True).order_by("pk")
        self.assertEqual(list(kinds), ["api_token.issued", "api_token.revoked", "api_token.issued"])

    def test_what_cannot_be_is_one_clear_line(self):
        self.run_it("shop")
        for words in ((), ("shop",), ("x", "--as", "nobody@demo.example"), ("--revoke", "x"), ("x", "--scope", "all")):
            with self.subTest(words), self.assertRaises(CommandError):
                self.run_it(*words)
