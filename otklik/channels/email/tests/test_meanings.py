"""What the servers' own words in reports mean to whoever wrote."""

# cyrillic: some of the words are Russian
from django.test import SimpleTestCase

from otklik.channels.email.meanings import meaning, reported

REPORTED = {
    # status and the recipient's server's words, as Postfix, Exim, Exchange and Russian providers report them
    ("5.1.1", "550 5.1.1 <bea@alpha.example>: Recipient address rejected: User unknown"): "bad_address",
    ("5.0.0", "550 Message was not accepted -- invalid mailbox. User not found"): "bad_address",
    ("5.0.0", "550 spam message rejected"): "unwanted",
    ("5.7.1", "554 5.7.1 [2] Message rejected under suspicion of SPAM"): "unwanted",
    ("5.7.1", "550 5.7.1 No such user!"): "bad_address",
    ("5.2.2", "552 5.2.2 Mailbox size limit exceeded"): "full",
    ("5.0.0", "550 Ящик переполнен"): "full",
    ("5.0.0", "552 Message size exceeds the maximum permitted"): "too_large",
    ("5.3.4", ""): "too_large",
    ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found"): "bad_address",
    ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied"): "bad_address",
    ("5.4.4", "Host or domain name not found. Name service error for name=alpha.example"): "no_route",
    ("4.4.1", "connect to mx.alpha.example[192.0.2.5]:25: Connection timed out"): "no_route",
    ("4.4.7", ""): "no_route",
    ("", "retry time not reached for any host after a long failure period"): "no_route",
    ("5.1.8", "553 5.1.8 Sender address rejected: Domain not found"): "unwanted",
    ("5.0.0", "550 Такого ящика не существует"): "bad_address",
    ("5.9.9", "599 Something of its own"): "",
    ("", ""): "",
}


class MeaningTests(SimpleTestCase):
    def test_a_report_is_understood_by_its_code_else_by_its_words(self) -> None:
        for (status, said), expected in REPORTED.items():
            with self.subTest(said or status):
                self.assertEqual(reported(status, said), expected)

    def test_the_numbers_of_an_address_are_no_code(self) -> None:
        self.assertEqual(meaning("Host 5.1.2.3 refused it"), "")
        self.assertEqual(meaning("mx[10.5.1.1]: 550 5.7.1 No"), "unwanted")
