"""What the editor makes passes, nothing else does, and neither what is looked through afterwards."""

from django.test import SimpleTestCase

from otklik.lib.html import clean, text_of
from otklik.lib.rich import is_rich, linked, named, pictures, rich, with_pictures

EDITOR = (
    "<div>Hi <strong>you</strong> &amp; <em>me</em><br><br>"
    '<a href="https://x.example/?a=1&amp;b=2">there</a></div><blockquote>said</blockquote><pre>x\n  y</pre>'
    '<figure data-trix-attachment="{}" class="attachment"><img src="cid:a@b" width="3"><figcaption></figcaption>'
    "</figure><ul><li>one<ul><li>two</li></ul></li></ul>"
)


class RichTests(SimpleTestCase):
    def test_what_the_editor_makes_stays_but_for_its_own_marks(self):
        html = rich(EDITOR)
        self.assertTrue(is_rich(html))
        self.assertEqual(clean(html), html)
        for part in ("<strong>you</strong>", "<blockquote>", "<pre>x\n  y</pre>", "<li>two</li>", "cid:a@b"):
            with self.subTest(part):
                self.assertIn(part, html)
        self.assertNotIn("figure", html)

    def test_a_look_a_handler_and_a_foreign_picture_are_gone(self):
        html = rich(
            '<p style="position:fixed" class="nav" id="x" onclick="a()">t<img src="https://x.example/1.png"></p>'
        )
        self.assertEqual(html, "<p>t</p>")

    def test_what_has_more_than_the_editor_makes_is_known(self):
        self.assertFalse(is_rich('<table><tr><td style="color:red">x</td></tr></table>'))
        self.assertFalse(is_rich(""))

    def test_no_attribute_can_end_its_tag(self):
        for html in (
            '<img alt="><script>alert(1)</script>">',
            '<img alt="x><img src=x onerror=alert(1)>" src="cid:a">',
            '<a href="https://x.example/><script>alert(1)</script>">x</a>',
            '<img src="cid:a&quot;><script>alert(1)</script>">',
        ):
            with self.subTest(html):
                shown = with_pictures(named(rich(html), {"a": '"><script>'}), lambda cid, rest: f"[{cid}{rest}]")
                self.assertNotIn("<script", shown)
                self.assertNotIn("<img", shown)

    def test_a_text_from_right_to_left_says_so(self):
        self.assertEqual(rich('<div dir="rtl">שלום</div>'), '<div dir="rtl">שלום</div>')
        self.assertEqual(rich('<div dir="up">Hi</div>'), "<div>Hi</div>")

    def test_an_address_in_the_text_becomes_a_link_and_what_is_one_or_code_stays(self):
        shown = linked(
            rich("<div>See https://x.example/a?b=1&amp;c=2, please&nbsp;(https://x.example/d&nbsp;too).</div>")
        )
        self.assertIn('<a href="https://x.example/a?b=1&amp;c=2" target="_blank"', shown)
        self.assertIn('>https://x.example/a?b=1&amp;c=2</a>, please&nbsp;(<a href="https://x.example/d"', shown)
        self.assertIn(">https://x.example/?b&amp;</a>", linked("https://x.example/?b&amp;"))
        for html in ('<a href="https://x.example">https://x.example</a>', "<pre>https://x.example</pre>"):
            with self.subTest(html):
                self.assertEqual(linked(html), html)

    def test_nothing_to_read_or_see_is_nothing(self):
        for html in ("<div><br></div>", "<div>&nbsp;</div>", "<img>", "   "):
            with self.subTest(html):
                self.assertEqual(rich(html), "")
        self.assertTrue(rich('<img src="cid:a">'))

    def test_a_picture_s_name_reads_in_plain_text(self):
        html = named(rich(EDITOR), {"a@b": 'Screen "1".png'})
        self.assertIn('[Screen "1".png]', text_of(html))
        self.assertEqual(pictures(html), {"a@b"})
