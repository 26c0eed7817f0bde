"""Marking the words of a query in what was found."""

from django.test import SimpleTestCase

from otklik.tickets.search.marking import SNIPPET, Marker, Piece
from otklik.tickets.search.query import parse


def shown(pieces: tuple[Piece, ...]) -> str:
    return "".join(f"[{piece.text}]" if piece.is_marked else piece.text for piece in pieces)


class MarkerTests(SimpleTestCase):
    def test_what_is_meant_is_marked(self):
        table = {
            ("вернуть ", "Деньги вернули."): "Деньги [вернули].",
            ("счёт ", "Счета, счетом, СЧЕТ, счётчик"): "[Счета], [счетом], [СЧЕТ], счётчик",
            ("принт", "Принтеры и принц"): "[Принтеры] и принц",
            ('"не печатает" ', "Не печатает. Печатает не то"): "[Не печатает]. Печатает не то",
            ("bea@alpha.example ", "от bea@alpha.example и bea"): "от [bea@alpha.example] и bea",
            ("45-67 ", "звонил 8 (495) 123-45-67"): "звонил [8 (495) 123-45-67]",
            ("мой ", "Мои\u0306 заказ"): "[Мой] заказ",
            ("касса -чек ", "касса и чек"): "[касса] и чек",
            ("от:иванов ", "Пётр Иванов"): "Пётр [Иванов]",
            ("strasse ", "Straße"): "[Straße]",
            ("x ", ""): "",
        }
        for (query, text), marked in table.items():
            with self.subTest(query=query, text=text):
                self.assertEqual(shown(Marker(parse(query)).pieces(text)), marked)

    def test_nothing_of_a_text_is_lost_by_marking_it(self):
        text = "İstanbul, ﬁle 🙂 Straße: касса " * 5
        pieces = Marker(parse("касса file ")).pieces(text)
        self.assertEqual("".join(piece.text for piece in pieces), text)

    def test_a_snippet_shows_where_most_of_it_stands_together(self):
        far, near = "касса " + "слово " * 100, "Вечером касса не пробила чек"
        snippet = Marker(parse("касса чеки ")).snippet(far + near + " слово" * 100)
        self.assertIn("Вечером [касса] не пробила [чек]", shown(snippet.pieces))
        self.assertEqual(snippet.terms, 2)
        self.assertTrue(shown(snippet.pieces).startswith("…") and shown(snippet.pieces).endswith("…"))

    def test_a_snippet_is_short_and_keeps_the_word_in_a_text_without_spaces(self):
        for text in ("-".join(["слово"] * 300) + "-касса", "касса", "а" * 5000 + " касса " + "б" * 5000):
            with self.subTest(text=text[:10]):
                snippet = Marker(parse("касса ")).snippet(text)
                self.assertIn("[касса]", shown(snippet.pieces))
                self.assertLess(len(shown(snippet.pieces)), SNIPPET + 10)

    def test_a_subject_has_all_of_it_or_not(self):
        marker = Marker(parse('касса "не печатает" '))
        self.assertTrue(marker.covers("Кассы: не печатает"))
        self.assertFalse(marker.covers("Касса печатает"))
