from django.test import SimpleTestCase

from otklik.channels.email.addresses import TICKET_PURPOSE, senders, spellings, ticket_number
from otklik.lib.inbound import Sender
from otklik.lib.tokens import sign


class AddressTests(SimpleTestCase):
    def test_every_way_to_write_a_name_is_understood(self) -> None:
        cases = {
            "bea@client.example": [("bea@client.example", "")],
            "<bea@client.example>": [("bea@client.example", "")],
            "Bea <BEA@Client.Example>": [("bea@client.example", "Bea")],
            '"Marten, Bea" <bea@client.example>': [("bea@client.example", "Marten, Bea")],
            '"Bea \\"B\\" Marten" <bea@client.example>': [("bea@client.example", 'Bea "B" Marten')],
            "Marten, Bea <bea@client.example>": [("bea@client.example", "Marten, Bea")],
            "bea@client.example (Bea)": [("bea@client.example", "Bea")],
            "a@x.example, B <b@x.example>; c@x.example": [
                ("a@x.example", ""),
                ("b@x.example", "B"),
                ("c@x.example", ""),
            ],
            "=?utf-8?B?0JHQtdCw?= <bea@client.example>": [("bea@client.example", "Беа")],
            "Friends: a@x.example, b@x.example;": [("a@x.example", "Friends"), ("b@x.example", "")],
            "undisclosed-recipients:;": [],
            "<mailto:bea@client.example>": [("bea@client.example", "")],
            '"bea@client.example" <eve@x.example>': [("eve@x.example", "bea@client.example")],
            '"bea@client.example, x" <eve@x.example>': [("eve@x.example", "bea@client.example, x")],
            "nobody": [],
            "a@b@c": [],
            "": [],
        }
        for field, people in cases.items():
            with self.subTest(field):
                self.assertEqual(senders(field), [Sender("email", *person) for person in people])

    def test_a_signed_number_is_found_behind_any_mailbox_and_in_any_case(self) -> None:
        token = sign(TICKET_PURPOSE, "1042")
        for address in (f"support+{token}@x.example", f"Support+VIP+{token.upper()}@x.example"):
            with self.subTest(address):
                self.assertEqual(ticket_number(["other@x.example", address]), 1042)

    def test_a_number_signed_for_something_else_means_nothing(self) -> None:
        for token in (sign("ticket.status", "1042"), "1042-aaaaaaaaaaaaaaaa", "1042", "", sign(TICKET_PURPOSE, "x")):
            with self.subTest(token):
                self.assertIsNone(ticket_number([f"support+{token}@x.example"]))

    def test_plus_parts_go_one_by_one(self) -> None:
        left = ["a+b+c@x.example", "a+b@x.example", "a@x.example"]
        self.assertEqual(spellings("A+b+c@X.example"), left)
