"""Trees of conditions: which of them keeps the whole from holding, and how they read."""

from datetime import UTC, datetime

from django.test import SimpleTestCase

from otklik.lib.judging import check_tree, first_failing, in_words
from otklik.lib.rulebook import Book
from otklik.lib.ruling import Condition, Subject, UnknownPart, ValueKind, WrongValue

SUBJECT = Subject(ticket=None, event=None, at=datetime(2026, 3, 2, tzinfo=UTC))
BOOK = Book(
    {"tag": Condition("tag", "Tag", ValueKind.CHOICE, lambda subject: {"a"}, lambda: [("a", "Alpha"), ("b", "Beta")])},
    {},
    {},
)
YES, NO = ({"if": "tag", "is": "is", "value": value} for value in "ab")


class JudgingTests(SimpleTestCase):
    def test_the_first_condition_that_fails_is_named(self):
        either = {"any": [NO, NO]}
        cases = (
            ({}, None),
            ({"all": []}, None),
            ({"any": []}, None),
            ({"all": [YES, YES]}, None),
            ({"all": [YES, NO]}, NO),
            ({"any": [NO, YES]}, None),
            (either, either),
            ({"all": [YES, {"any": [NO, {"all": [YES, YES]}]}]}, None),
            ({"all": [YES, either]}, either),
        )
        for tree, failing in cases:
            with self.subTest(tree=tree):
                self.assertEqual(first_failing(tree, SUBJECT, BOOK), failing)

    def test_a_part_that_is_gone_is_told_by_name(self):
        with self.assertRaisesRegex(UnknownPart, "field:colour"):
            first_failing({"if": "field:colour", "is": "is", "value": "red"}, SUBJECT, BOOK)

    def test_a_choice_that_is_not_offered_is_refused(self):
        with self.assertRaises(WrongValue):
            check_tree({"all": [{"any": [YES | {"value": "c"}]}]}, BOOK)

    def test_conditions_read_as_sentences(self):
        self.assertEqual(
            in_words({"all": [YES, {"any": [NO, YES]}]}, BOOK), "Tag is “Alpha” and Tag is “Beta” or Tag is “Alpha”"
        )
        self.assertIn("does not exist", in_words({"if": "gone", "is": "is", "value": "x"}, BOOK))
