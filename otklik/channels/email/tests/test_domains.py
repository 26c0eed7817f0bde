"""What `otklik doctor` says of a domain, by a resolver that has learned its answers by heart."""

from unittest import mock

import dns.resolver
from django.test import SimpleTestCase
from django.utils.translation import override

from otklik.channels.email.domains import Dns, Unreachable, dkim, dmarc, is_reserved, spf, verdicts

KEY = "v=DKIM1; k=rsa; p=MIGfMA0"


class Learned:
    def __init__(self, known: dict[str, list[str]]) -> None:
        self.known = known

    def texts(self, name: str) -> list[str]:
        return self.known.get(name, [])


class DomainTests(SimpleTestCase):
    def setUp(self) -> None:
        english = override("en")
        english.__enter__()
        self.addCleanup(english.__exit__, None, None, None)

    def test_spf(self) -> None:
        cases = {
            (): "has no SPF record",
            ("google-site-verification=1",): "has no SPF record",
            ("v=spf1 include:_spf.yandex.net ~all",): "",
            ("v=spf1 mx -all", "something else"): "",
            ("v=spf1 mx -all", "v=spf1 a -all"): "several SPF records",
            ("v=spf1 +all",): "lets everybody send",
            ("v=spf1 mx ?all",): "lets everybody send",
            ("v=spf1 a mx",): "lets everybody send",
            ("v=spf1 +all exp=why.shop.internal",): "lets everybody send",
            ("v=spf1 ~all exp=why.shop.internal",): "",
            ("v=spf1 redirect=_spf.mail.ru",): "",
            ("v=spf10 nonsense",): "has no SPF record",
        }
        for records, expected in cases.items():
            with self.subTest(records):
                verdict = spf("shop.internal", Learned({"shop.internal": list(records)}))
                self.assertEqual(bool(verdict.advice), bool(expected))
                self.assertIn(expected, verdict.text)

    def test_dkim_is_found_where_common_servers_put_it(self) -> None:
        cases = {
            ("mail._domainkey.shop.internal", KEY): ("the key “mail”", False),
            ("selector1._domainkey.shop.internal", KEY): ("the key “selector1”", False),
            ("mail._domainkey.shop.internal", "v=DKIM1; p="): ("was withdrawn", True),
            ("own._domainkey.shop.internal", KEY): ("no key of shop.internal was found", True),
        }
        for (name, record), (expected, is_advised) in cases.items():
            with self.subTest(name):
                verdict = dkim("shop.internal", Learned({name: [record]}))
                self.assertIn(expected, verdict.text)
                self.assertEqual(bool(verdict.advice), is_advised)

    def test_dmarc(self) -> None:
        cases = {
            "v=DMARC1; p=none": "asks for “none”",
            "v=DMARC1;p=reject; rua=mailto:a@shop.internal": "asks for “reject”",
            "v=DMARC1; rua=mailto:a@shop.internal": "no policy",
        }
        for record, expected in cases.items():
            with self.subTest(record):
                self.assertIn(expected, dmarc("shop.internal", Learned({"_dmarc.shop.internal": [record]})).text)
        self.assertIn("no DMARC record", dmarc("shop.internal", Learned({})).text)
        two = Learned({"_dmarc.shop.internal": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]})
        self.assertIn("several DMARC records", dmarc("shop.internal", two).text)

    def test_a_domain_below_another_is_covered_by_its_dmarc(self) -> None:
        resolver = Learned({"_dmarc.shop.internal": ["v=DMARC1; p=quarantine"]})
        self.assertIn("quarantine", dmarc("help.shop.internal", resolver).text)

    def test_all_three_are_told(self) -> None:
        self.assertEqual(len(list(verdicts("shop.internal", Learned({})))), 3)

    def test_made_up_domains_are_known(self) -> None:
        cases = {"demo.example": True, "example.com": True, "shop.internal": False, "myexample.com": False}
        for domain, expected in cases.items():
            with self.subTest(domain):
                self.assertEqual(is_reserved(domain), expected)


class ResolverTests(SimpleTestCase):
    def answer(self, **outcome: object) -> mock.Mock:
        patched = mock.patch("dns.resolver.resolve", **outcome)
        self.addCleanup(patched.stop)
        return patched.start()

    def test_a_name_without_records_has_none(self) -> None:
        for fault in (dns.resolver.NXDOMAIN(), dns.resolver.NoAnswer.__new__(dns.resolver.NoAnswer)):
            with self.subTest(type(fault).__name__):
                self.answer(side_effect=fault)
                self.assertEqual(Dns().texts("shop.internal"), [])

    def test_silence_is_not_an_answer(self) -> None:
        for fault in (dns.resolver.NoResolverConfiguration(), OSError("no network")):
            with self.subTest(type(fault).__name__):
                self.answer(side_effect=fault)
                with self.assertRaises(Unreachable):
                    Dns().texts("shop.internal")

    def test_a_long_record_is_put_together(self) -> None:
        self.answer(return_value=[mock.Mock(strings=(b"v=spf1 ", b"-all"))])
        self.assertEqual(Dns().texts("shop.internal"), ["v=spf1 -all"])
