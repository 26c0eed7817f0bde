"""What a search text means, and how it is asked of either store."""

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from otklik.tickets.search.query import PHONE_MIN, TERMS_MAX, TEXT_MAX, Operator, Term, parse
from otklik.tickets.search.spelling import FTS5, TSQUERY


def word(text: str, **more: object) -> Term:
    return Term((text,), **more)


def phrase(*words: str, **more: object) -> Term:
    return Term(words, is_exact=True, **more)


class WordTests(SimpleTestCase):
    def wanted(self, text: str) -> tuple[Term, ...]:
        return parse(text).wanted

    def test_words_are_folded(self):
        self.assertEqual(self.wanted("Вернули ДЕНЬГИ за счёт "), (word("вернули"), word("деньги"), word("счет")))

    def test_the_last_word_may_still_be_being_typed(self):
        self.assertEqual(self.wanted("касса принт"), (word("касса"), word("принт", is_begun=True)))
        self.assertEqual(self.wanted("касса принт "), (word("касса"), word("принт")))
        self.assertEqual(self.wanted("касса при"), (word("касса"), word("при")))

    def test_a_star_begins_a_word_anywhere(self):
        self.assertEqual(self.wanted("касс* принтер "), (word("касс", is_begun=True), word("принтер")))

    def test_quotes_of_every_kind_make_a_phrase(self):
        for text in (
            '"не печатает чеки"',
            "«не печатает чеки»",
            "“не печатает чеки”",
            "„не печатает чеки“",
            '"не печатает чеки',
        ):
            with self.subTest(text=text):
                self.assertEqual(self.wanted(text), (phrase("не", "печатает", "чеки"),))

    def test_one_word_in_quotes_is_meant_as_it_stands(self):
        self.assertEqual(self.wanted('"счёт"'), (phrase("счет"),))

    def test_addresses_and_names_of_files_are_phrases(self):
        self.assertEqual(self.wanted("bea@alpha.example "), (phrase("bea", "alpha", "example"),))
        self.assertEqual(self.wanted("акт.pdf "), (phrase("акт", "pdf"),))

    def test_a_hyphen_joins_nothing(self):
        self.assertEqual(self.wanted("чек-лист "), (word("чек"), word("лист")))

    def test_digits_are_a_word_and_the_end_of_a_telephone_number(self):
        table = {
            "45-67 ": phrase("45", "67", phone="4567"),
            "+7 495 123-45-67 ": phrase("7", "495", "123", "45", "67", phone="4951234567"),
            "8 (495) 123-45-67 ": phrase("8", "495", "123", "45", "67", phone="4951234567"),
            "(495) 123-45-67 ": phrase("495", "123", "45", "67", phone="4951234567"),
            "4567 ": phrase("4567", phone="4567"),
        }
        for text, term in table.items():
            with self.subTest(text=text):
                self.assertEqual(self.wanted(text), (term,))
        self.assertEqual(len("123"), PHONE_MIN - 1)
        self.assertEqual(self.wanted("123 "), (word("123"),))
        self.assertEqual(self.wanted("12345abc "), (word("12345abc"),))

    def test_words_that_tell_nothing_are_left_out_unless_there_are_no_others(self):
        self.assertEqual(self.wanted("счёт на оплату "), (word("счет"), word("оплату")))
        self.assertEqual(self.wanted("на "), (word("на"),))

    def test_a_minus_leaves_out(self):
        query = parse('касса -принтер -"нет связи" - ')
        self.assertEqual(query.wanted, (word("касса"),))
        self.assertEqual(query.unwanted, (word("принтер"), phrase("нет", "связи")))

    def test_a_number_has_its_sign(self):
        self.assertEqual(parse("#1042").number, 1042)
        self.assertEqual(parse("№ 1042").number, 1042)
        self.assertIsNone(parse("#1042abc").number)
        self.assertEqual(parse("1042").possible_number, 1042)
        self.assertIsNone(parse("1042 касса").possible_number)

    def test_nothing_is_nothing(self):
        for text in ("", "   ", '"', "«»", "- -", "*", "…", ":", "()"):
            with self.subTest(text=text):
                self.assertTrue(parse(text).is_empty)

    def test_what_is_too_long_is_cut(self):
        long = parse(" ".join(f"слово{number}" for number in range(40)))
        self.assertEqual(len(long.wanted), TERMS_MAX)
        self.assertTrue(long.is_cut)
        self.assertTrue(parse("а" * (TEXT_MAX + 1)).is_cut)
        self.assertFalse(parse("а" * TEXT_MAX).is_cut)


class OperatorTests(SimpleTestCase):
    def test_operators_have_russian_and_english_names(self):
        table = {
            "состояние:открыто": Operator("state", "состояние", "открыто"),
            "State:Open": Operator("state", "State", "open"),
            'тег:"Срочный  возврат"': Operator("tag", "тег", "срочный возврат"),
            "тег:«ёлка»": Operator("tag", "тег", "елка"),
            "исполнитель: я": Operator("assignee", "исполнитель", "я"),
            "-priority:low": Operator("priority", "priority", "low", is_excluded=True),
            "до:31.12.2026": Operator("before", "до", "31.12.2026"),
            "есть:файл": Operator("has", "есть", "файл"),
            "группа:": Operator("team", "группа", ""),
        }
        for text, operator in table.items():
            with self.subTest(text=text):
                query = parse(text)
                self.assertEqual(query.operators, (operator,))
                self.assertEqual(query.wanted, ())

    def test_who_wrote_is_asked_of_the_index(self):
        self.assertEqual(parse("от:иванов").senders, ((word("иванов", is_begun=True),),))
        both = parse("from:bea@alpha.example,lee -from:carl")
        names = [[term.words[0] for term in name] for name in both.senders]
        self.assertEqual(names, [["bea", "alpha", "example"], ["lee"]])
        self.assertEqual(both.unwanted_senders, ((word("carl", is_begun=True),),))

    def test_what_only_looks_like_an_operator_is_words(self):
        for text in ("https://alpha.example/a", "10:30", "Re: счёт"):
            with self.subTest(text=text):
                query = parse(text)
                self.assertEqual((query.operators, query.unknown), ((), ()))
                self.assertTrue(query.wanted)

    def test_an_unknown_operator_is_told(self):
        query = parse("цвет:красный")
        self.assertEqual(query.unknown, ("цвет",))
        self.assertEqual([term.words for term in query.wanted], [("цвет",), ("красный",)])


class SpellingTests(SimpleTestCase):
    def test_each_store_is_asked_in_its_own_language(self):
        query = parse('"a b" эцп -ok from:li ')
        marks, complete = [["team_1", "team_2"]], lambda word: None
        self.assertEqual(
            FTS5.write(query, marks=marks, complete=complete),
            '("team_1" OR "team_2") AND ("a" + "b") AND ("эцп") AND ((people : (("li"))) NOT (("ok")))',
        )
        self.assertEqual(
            TSQUERY.parts(query, marks=marks, complete=complete),
            ["('team_1' | 'team_2')", "('a' <-> 'b')", "('эцп')", "(((('li':A))) & !(('ok')))"],
        )

    def test_a_begun_word_is_completed_by_the_store_or_by_us(self):
        query = parse("эцпя")
        self.assertIn('"эцпя" *', FTS5.write(query, marks=[], complete=lambda word: None))
        self.assertIn("'эцпя':*", TSQUERY.write(query, marks=[], complete=lambda word: None))
        completed = FTS5.write(query, marks=[], complete=lambda word: [f"{word}ми"])
        self.assertIn('"эцпями"', completed)
        self.assertNotIn("*", completed)

    @given(st.text(max_size=60))
    def test_no_text_writes_more_than_words_into_a_question(self, text):
        query = parse(f"x {text}")
        for spelling, other in ((FTS5, "'\\"), (TSQUERY, '"\\')):
            question = spelling.write(query, marks=[], complete=lambda word: None)
            self.assertFalse(set(other) & set(question))
            self.assertEqual(question.count("'") % 2, 0)
            self.assertEqual(question.count('"') % 2, 0)
