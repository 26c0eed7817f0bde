from django.test import SimpleTestCase

from otklik.lib.html import MAX_CHARS, clean, html_of, text_of
from otklik.testing import growth


class CleaningTests(SimpleTestCase):
    def test_nothing_that_runs_or_submits_is_left(self) -> None:
        cases = {
            "<p onclick=x()>a</p>": "<p>a</p>",
            "<script>x()</script><p>a</p>": "<p>a</p>",
            "<style>p{color:red}</style><p>a</p>": "<p>a</p>",
            "<form action=https://evil.example><input name=a>b</form>": "b",
            "<svg><script>x()</script></svg>a": "a",
            "<iframe src=https://evil.example></iframe>a": "a",
            "<base href=https://evil.example/><p>a</p>": "<p>a</p>",
            "<!-- [if mso]><p>x</p><![endif] --><p>a</p>": "<p>a</p>",
        }
        for html, left in cases.items():
            with self.subTest(html):
                self.assertEqual(clean(html), left)

    def test_links_lead_only_to_places_named_in_full_and_open_apart(self) -> None:
        kept = clean('<a href="https://shop.example/a">a</a>')
        self.assertIn('href="https://shop.example/a"', kept)
        self.assertIn('rel="noopener noreferrer"', kept)
        self.assertIn('target="_blank"', kept)
        for address in (
            "javascript:x()",
            "data:text/html,x",
            "/desk/",
            "//evil.example",
            "JaVaScRiPt:x",
            "vbscript:x",
        ):
            with self.subTest(address):
                self.assertNotIn("href", clean(f'<a href="{address}">a</a>'))

    def test_pictures_come_from_the_mail_or_the_web_but_never_as_a_drawing_that_can_run(self) -> None:
        kept = ("cid:logo@mail.example", "https://shop.example/a.png", "data:image/png;base64,iVBORw0KGgo=")
        for source in kept:
            with self.subTest(source):
                self.assertIn(f'src="{source}"', clean(f'<img src="{source}">'))
        for source in ("data:image/svg+xml;base64,PHN2Zz4=", "/desk/logout", "file:///etc/passwd"):
            with self.subTest(source):
                self.assertNotIn("src", clean(f'<img src="{source}">'))

    def test_styles_may_colour_but_neither_fetch_nor_cover(self) -> None:
        html = '<p style="color:red;position:fixed;background:url(https://evil.example/x);z-index:9">a</p>'
        self.assertEqual(clean(html), '<p style="color:red">a</p>')

    def test_what_is_clean_stays_clean(self) -> None:
        once = clean("<table><tr><td bgcolor=red>a<td><b>b</table><p>&lt;script&gt;x</p>")
        self.assertEqual(clean(once), once)
        self.assertIn("&lt;script&gt;", once)

    def test_nothing_gives_nothing(self) -> None:
        for html in ("", "   ", "<!-- x -->", "\x00", "<p></p><script>x</script>"):
            with self.subTest(html):
                self.assertEqual(text_of(html), "")


class TextTests(SimpleTestCase):
    def test_what_a_person_would_read(self) -> None:
        cases = {
            "<p>Добрый&nbsp;день!<br>Это   <b>важ</b>но.</p><p>Да</p>": "Добрый день!\nЭто важно.\n\nДа",
            "<div>раз</div><div><br></div><div><br></div><div>два</div>": "раз\n\nдва",
            "<div>раз</div><div>два</div>": "раз\nдва",
            "<ul><li>раз<li><p>два</p><ol><li>а<li>б</ol></ul>": "– раз\n– два\n  1. а\n  2. б",
            "<table><tr><td><p>Счёт</p><td>12<tr><td>Акт<td>13</table>": "Счёт | 12\nАкт | 13",
            "да<blockquote><p>как</p><p>дела?</p></blockquote>": "да\n\n> как\n>\n> дела?",
            "<pre>a\n  b\n\nc</pre>": "a\n  b\n\nc",
            '<a href="https://shop.example/a">сюда</a>': "сюда (https://shop.example/a)",
            '<a href="https://shop.example/">shop.example</a>': "shop.example",
            '<a href="mailto:bea@client.example">bea@client.example</a>': "bea@client.example",
            '<a href="javascript:x()">сюда</a>': "сюда",
            '<img alt="Логотип" src="cid:1">': "[Логотип]",
            '<div style="display: none">скрыто</div>видно<style>p{}</style> и это': "видно и это",
            "a<!-- b -->c": "ac",
        }
        for html, text in cases.items():
            with self.subTest(html):
                self.assertEqual(text_of(html), text)

    def test_half_a_document_is_read_as_far_as_it_goes(self) -> None:
        self.assertEqual(text_of("<html><body><table><tr><td>Да</b></i><p>нет"), "Да\nнет")

    def test_time_grows_with_a_document_and_not_with_its_square(self) -> None:
        for piece in ("<div>", "<a href='https://a.example'>x</a>", "<ul><li>", "x" * 50):
            with self.subTest(piece):
                self.assertLess(growth(lambda much, piece=piece: clean(piece * much), 4_000), 9)
                self.assertLess(growth(lambda much, piece=piece: text_of(piece * much), 4_000), 9)

    def test_what_is_beyond_the_bound_is_not_read(self) -> None:
        self.assertLess(len(text_of("x" * 3 * MAX_CHARS)), MAX_CHARS + 1)


class HtmlTests(SimpleTestCase):
    def test_text_becomes_paragraphs_and_lines_with_everything_escaped(self) -> None:
        self.assertEqual(html_of("a <b> & c\nd\n\n\ne\r\n"), "<p>a &lt;b&gt; &amp; c<br>\nd</p>\n<p>e</p>")

    def test_web_addresses_become_links_without_the_stop_behind_them(self) -> None:
        link = '<a href="https://a.example/?x=1&amp;y=2" rel="noopener noreferrer">https://a.example/?x=1&amp;y=2</a>'
        self.assertEqual(html_of("см. https://a.example/?x=1&y=2."), f"<p>см. {link}.</p>")

    def test_no_quote_mark_breaks_out_of_a_link(self) -> None:
        self.assertNotIn("onclick", html_of('https://a.example/"onclick="x').split(">")[1])
