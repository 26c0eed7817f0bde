"""Words typed in the wrong layout."""

from django.test import SimpleTestCase

from otklik.lib.layout import other_layout


class LayoutTests(SimpleTestCase):
    def test_each_layout_is_read_as_the_other(self):
        pairs = {
            "ghbynth": "принтер",
            "cx`n pf ,evfue": "счёт за бумагу",
            "J,]trn": "Объект",
            "'kf": "эла",
            "cjcnjzybt^jnrhsnj": "состояние:открыто",
            "@ytn cdzpb@": '"нет связи"',
            "\\fuent": "\\агуте",
            "цкщтп": "wrong",
            'шмфт"ашкь/учфьзду': "ivan@firm|example",
            "№1042 зкштеук": "#1042 printer",
        }
        for typed, meant in pairs.items():
            with self.subTest(typed=typed):
                self.assertEqual(other_layout(typed), meant)

    def test_there_and_back_is_the_same(self):
        for text in ("принтер", "Бюджет, ёлка", "printer", "Hello"):
            with self.subTest(text=text):
                self.assertEqual(other_layout(other_layout(text)), text)

    def test_what_has_no_letters_stays(self):
        for text in ("", "1042", "+7 495 123-45-67", "...", "—", "日本"):
            with self.subTest(text=text):
                self.assertEqual(other_layout(text), text)

    def test_letters_of_both_are_read_by_the_more_frequent(self):
        self.assertEqual(other_layout("ghbynth А"), "принтер А")
