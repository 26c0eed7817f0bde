"""Conditions as a table: kind of value, what the subject has, operator, what is wanted, the answer."""

from datetime import UTC, datetime, timedelta

from django.test import SimpleTestCase

from otklik.lib.ruling import Action, Condition, Parameter, Subject, ValueKind, WrongValue, contains

# cyrillic: it tells words of Russian texts
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SUBJECT = Subject(ticket=None, event=None, at=NOW)


def condition(kind: str, found: object) -> Condition:
    return Condition("x", "X", ValueKind(kind), lambda subject: found)


class ConditionTests(SimpleTestCase):
    def test_each_kind_of_value_is_compared_in_its_way(self):
        cases = (
            ("choice", {"a", "b"}, "is", "a", True),
            ("choice", {"a", "b"}, "is", "c", False),
            ("choice", {"a", "b"}, "is_not", "c", True),
            ("choice", set(), "is", "a", False),
            ("words", "The printer is on fire", "contains", "fire", True),
            ("words", "The printer is on fire", "contains_not", "water", True),
            ("words", "", "contains", "fire", False),
            ("hours", timedelta(hours=3), "more", "2,5", True),
            ("hours", timedelta(hours=3), "less", "2.5", False),
            ("hours", None, "less", "1", False),
            ("number", 7, "more", "6", True),
            ("number", 7, "more", "7", False),
            ("number", None, "less", "7", False),
        )
        for kind, found, operator, value, answer in cases:
            with self.subTest(kind=kind, found=found, operator=operator, value=value):
                self.assertIs(condition(kind, found).test(SUBJECT, operator, value), answer)

    def test_what_does_not_belong_to_the_kind_is_refused(self):
        for kind, operator, value in (("choice", "more", "1"), ("hours", "more", "soon"), ("words", "contains", " ")):
            with self.subTest(kind=kind), self.assertRaises(WrongValue):
                condition(kind, None).test(SUBJECT, operator, value)

    def test_words_are_found_whole_in_any_spelling(self):
        cases = (
            ("Принтер горит", "принтер", True),
            ("Принтеры горят", "принтер", False),
            ("Принтеры горят", "принтер*", True),
            ("Новый СЧЁТ на оплату", "счет", True),
            ("Отчёт", "счет", False),
            ("Where is my   invoice?", "my invoice", True),
            ("Where is my bill?", "invoice, bill", True),
            ("Where is my bill?", ", *", False),
            ("C++ is hard", "c++", True),
        )
        for text, wanted, answer in cases:
            with self.subTest(text=text, wanted=wanted):
                self.assertIs(contains(text, wanted), answer)


class ActionTests(SimpleTestCase):
    def test_every_blank_must_be_filled_with_what_it_allows(self):
        colour = Parameter("value", "Colour", lambda: [("red", "Red")])
        paint = Action("paint", "Paint", (colour, Parameter("text", "Text")), lambda *whatever: True)
        paint.check({"value": "red", "text": "x"})
        for given in ({"value": "blue", "text": "x"}, {"value": "red", "text": " "}, {}):
            with self.subTest(given=given), self.assertRaises(WrongValue):
                paint.check(given)
