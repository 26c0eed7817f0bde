"""Conditions: what they mean in words, what is refused, what a text looks for."""

import re
from datetime import UTC, datetime

from django.db.models import Q
from django.test import SimpleTestCase
from django.utils import timezone, translation

from otklik.lib.asking import (
    Asker,
    Book,
    Choice,
    Moment,
    UnknownCriterion,
    Words,
    WrongCondition,
    check,
    compiled,
    in_words,
    pattern,
)

AT = datetime(2026, 5, 6, 9, 30, tzinfo=UTC)  # a Wednesday


def span(begin, end):
    return Q(begin=begin and begin.isoformat(), end=end and end.isoformat())


class AskingTests(SimpleTestCase):
    def setUp(self) -> None:
        self.enterContext(translation.override("en"))
        self.enterContext(timezone.override("UTC"))
        self.book = Book()
        self.book.of_rows = {}
        self.book.fixed = {
            "colour": Choice(
                key="colour",
                label="Colour",
                find=lambda values, _asker: Q(colour__in=values),
                choices=lambda: [("red", "Red"), ("blue", "Blue")],
            ),
            "text": Words(key="text", label="Text", find=lambda regex: Q(text__regex=regex)),
            "at": Moment(key="at", label="At", find=span, is_future=True),
        }

    def leaf(self, key: str, operator: str, *values: str):
        return {"if": key, "is": operator, "value": list(values)}

    def q(self, tree):
        return compiled(tree, self.book, Asker(None, AT))

    def test_all_and_any_become_and_and_or(self):
        red, text = self.leaf("colour", "is", "red"), self.leaf("text", "contains", "x")
        either = self.q({"all": [red, {"any": [text, self.leaf("colour", "is_not", "blue")]}]})
        self.assertEqual(either, Q(colour__in=["red"]) & (Q(text__regex="[xX]") | ~Q(colour__in=["blue"])))

    def test_no_conditions_are_no_bound(self):
        for tree in ({}, {"all": []}, {"any": []}, {"all": [{"any": []}]}):
            with self.subTest(tree):
                self.assertEqual(self.q(tree), Q())

    def test_times_are_counted_from_now_or_by_the_days_of_the_calendar(self):
        spans = {
            ("last", "2", "hours"): ("2026-05-06T07:30:00+00:00", "2026-05-06T09:30:00+00:00"),
            ("ago", "1", "days"): (None, "2026-05-05T09:30:00+00:00"),
            ("next", "3", "days"): ("2026-05-06T09:30:00+00:00", "2026-05-09T09:30:00+00:00"),
            ("later", "0", "hours"): ("2026-05-06T09:30:00+00:00", None),
            ("during", "today"): ("2026-05-06T00:00:00+00:00", "2026-05-07T00:00:00+00:00"),
            ("during", "week"): ("2026-05-04T00:00:00+00:00", "2026-05-11T00:00:00+00:00"),
            ("during", "last_week"): ("2026-04-27T00:00:00+00:00", "2026-05-04T00:00:00+00:00"),
            ("since", "2026-05-01"): ("2026-05-01T00:00:00+00:00", None),
            ("until", "2026-05-01"): (None, "2026-05-02T00:00:00+00:00"),
        }
        for (operator, *values), (begin, end) in spans.items():
            with self.subTest(operator, values=values):
                self.assertEqual(self.q(self.leaf("at", operator, *values)), Q(begin=begin, end=end))

    def test_what_nobody_could_have_built_is_refused(self):
        wrong = (
            self.leaf("colour", "more", "red"),
            self.leaf("colour", "is", "green"),
            self.leaf("colour", "is"),
            self.leaf("text", "contains", " "),
            self.leaf("text", "contains", "x" * 101),
            self.leaf("at", "last", "-1", "days"),
            self.leaf("at", "last", "1", "years"),
            self.leaf("at", "last", "10001", "days"),
            self.leaf("at", "last", "1"),
            self.leaf("at", "since", "0001-01-01"),
            self.leaf("at", "since", "soon"),
            self.leaf("at", "during", "ever"),
            {"all": [self.leaf("colour", "is", "red")] * 61},
        )
        for tree in wrong:
            with self.subTest(tree), self.assertRaises(WrongCondition):
                check(tree, self.book)
        with self.assertRaises(UnknownCriterion):
            check(self.leaf("size", "is", "1"), self.book)

    def test_they_read_as_a_sentence(self):
        either = {"any": [self.leaf("text", "contains", "x"), self.leaf("at", "next", "3", "days")]}
        tree = {"all": [self.leaf("colour", "is_not", "red", "blue"), either]}
        words = "Colour: not Red or Blue and (Text: contains “x” or At: within the next 3 days)"
        self.assertEqual(in_words(tree, self.book), words)
        self.assertIn("does not exist any more", in_words(self.leaf("size", "is", "1"), self.book))

    def test_a_text_is_found_in_any_letter_case_with_e_or_yo(self):
        for wanted, text in (("счет", "Нет СЧЁТА"), ("Ёлка", "елка"), ("a.b (c)", "A.B (C)"), ("straße", "STRAßE")):
            with self.subTest(wanted):
                self.assertRegex(text, pattern(wanted))
        self.assertIsNone(re.search(pattern("a.b"), "axb"))
