"""Tokens that we hand out are recognised, and nothing else is."""

from django.test import SimpleTestCase, override_settings

from otklik.lib.tokens import sign, unsign


class TokenTests(SimpleTestCase):
    def test_our_own_token_is_recognised_whatever_its_case(self):
        token = sign("ticket.address", "1042")
        self.assertEqual(unsign("ticket.address", token), "1042")
        self.assertEqual(unsign("ticket.address", token.upper()), "1042")

    def test_a_token_of_another_purpose_or_value_is_not(self):
        token = sign("ticket.address", "1042")
        self.assertIsNone(unsign("ticket.status", token))
        self.assertIsNone(unsign("ticket.address", token.replace("1042", "1043")))

    def test_damaged_tokens_are_not(self):
        for token in ("", "-", "1042", "1042-", "-abc", "1042-абв", "\x00-\x00"):
            with self.subTest(token=token):
                self.assertIsNone(unsign("ticket.address", token))

    def test_a_token_outlives_a_change_of_the_key(self):
        with override_settings(SECRET_KEY="old"):
            token = sign("ticket.status", "1.2")
        with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
            self.assertEqual(unsign("ticket.status", token), "1.2")
        with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]):
            self.assertIsNone(unsign("ticket.status", token))
