from django.test import SimpleTestCase

from otklik.desk.framing import remote_pictures, with_hosts, with_pictures
from otklik.lib.html import clean


class HostTests(SimpleTestCase):
    def test_a_link_that_hides_where_it_leads_is_marked(self):
        cases = {
            '<a href="https://evil.example/x">bank.example</a>': "evil.example",
            '<a href="https://evil.example/bank.example">https://bank.example/</a>': "evil.example",
            '<a href="https://bank.example.evil.example/">bank.example</a>': "bank.example.evil.example",
            '<a href="https://bank.example@evil.example/">bank.example</a>': "evil.example",
            '<a href="https://evil.example"><img alt="Pay"></a>': "evil.example",
            '<a href="https://бaнк.example/">bank.example</a>': "xn--",
        }
        for html, host in cases.items():
            with self.subTest(html):
                self.assertIn(f'data-host="{host}', with_hosts(clean(html)))

    def test_a_link_that_says_it_is_left_alone(self):
        for text in ("https://shop.example/a", "shop.example", "see <b>shop.example</b>"):
            with self.subTest(text):
                self.assertNotIn("data-host", with_hosts(clean(f'<a href="https://shop.example/a">{text}</a>')))

    def test_a_mail_address_needs_no_mark(self):
        self.assertNotIn("data-host", with_hosts(clean('<a href="mailto:a@b.example">Write</a>')))


class PictureTests(SimpleTestCase):
    html = clean(
        '<img src="https://a.example/1.png?a=1&b=2"><img src="cid:x"><img alt="x" src="http://b.example/2.png">'
    )

    def test_remote_pictures_are_told_in_their_order(self):
        self.assertEqual(remote_pictures(self.html), ["https://a.example/1.png?a=1&b=2", "http://b.example/2.png"])

    def test_each_is_fetched_by_its_number(self):
        shown = with_pictures(self.html, lambda number: f"/p/{number}/")
        self.assertIn('src="/p/0/"', shown)
        self.assertIn('src="/p/1/"', shown)
        self.assertIn('src="cid:x"', shown)
        self.assertNotIn(".example", shown)
