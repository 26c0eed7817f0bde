"""Words and their forms."""

from django.test import SimpleTestCase

from otklik.lib.morphology import fold, forms, is_known


class FormsTests(SimpleTestCase):
    def test_russian_words_are_found_in_any_form(self):
        table = {
            "вернули": "вернуть вернул верну вернем вернувшего",
            "счетами": "счет счета счетов",
            "деньгами": "деньги деньга денег деньгам",
            "накладную": "накладная накладной накладные",
            "анне": "анна анны анну",
            "иванову": "иванов ивановым ивановы",
            "печатает": "печатать печатал печатали",
            "принтеров": "принтер принтера принтером",
            "красная": "красный красного красна",
            "роутере": "роутер роутеры",
        }
        for word, others in table.items():
            for other in others.split():
                with self.subTest(word=word, other=other):
                    self.assertIn(other, forms(word))
                    self.assertIn(word, forms(other))

    def test_english_words_are_found_in_any_form(self):
        table = {
            "invoices": "invoice",
            "boxes": "box",
            "printers": "printer",
            "replies": "reply replied replying",
            "returned": "return returns returning",
            "running": "run runs",
            "companies": "company",
            "payment": "payments",
            "parties": "party",
        }
        for word, others in table.items():
            for other in others.split():
                with self.subTest(word=word, other=other):
                    self.assertIn(other, forms(word))
                    self.assertIn(word, forms(other))

    def test_a_rare_reading_of_a_word_is_left_out(self):
        self.assertNotIn("сталь", forms("стали"))
        self.assertNotIn("почтить", forms("почту"))
        self.assertNotIn("иван", forms("иванов"))

    def test_what_is_no_word_is_only_itself(self):
        for word in ("1042", "a4", "x1", "эцп", "日本", "ok"):
            with self.subTest(word=word):
                self.assertEqual(forms(word), {word})

    def test_no_word_has_more_forms_than_a_query_can_bear(self):
        for word in ("вернувшимися", "стекла", "печь", "вести", "university", "а" * 300, "z" * 300):
            with self.subTest(word=word):
                self.assertLess(len(forms(word)), 160)

    def test_folding_takes_away_what_tells_nothing_apart(self):
        self.assertEqual(fold("Счёт"), "счет")
        self.assertEqual(fold("СЧЕ\u0308Т"), "счет")
        self.assertEqual(fold("№ Й"), "№ й")

    def test_the_dictionary_knows_words_from_gibberish(self):
        self.assertTrue(is_known("принтером"))
        for gibberish in ("ghbynth", "зкштеук", "1042", ""):
            self.assertFalse(is_known(gibberish))
