"""Whether a rule’s conditions hold, and in words: nothing here reads or writes a row by itself.

Conditions are a tree as JSON keeps it: {"all": […]}, {"any": […]}, and leaves {"if": key, "is": operator, "value": …}.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from .rulebook import Book
from .ruling import OPERATOR_LABELS, Subject, UnknownPart, WrongValue

Tree = dict[str, Any]


def first_failing(tree: Tree, subject: Subject, book: Book) -> Tree | None:
    """The first condition that keeps the whole from holding; None if it holds.

    Of an “any” of which nothing holds, the whole is the answer. Raises UnknownPart, WrongValue.
    """
    if not tree:
        return None
    if "all" in tree:
        return next((found for each in tree["all"] if (found := first_failing(each, subject, book))), None)
    if "any" in tree:
        holds = not tree["any"] or any(first_failing(each, subject, book) is None for each in tree["any"])
        return None if holds else tree
    condition = book.condition(tree.get("if", ""))
    return None if condition.test(subject, tree.get("is", ""), tree.get("value", "")) else tree


def check_tree(tree: Tree, book: Book) -> None:
    """Raise UnknownPart or WrongValue for conditions that could never be looked at."""
    for branch in ("all", "any"):
        if branch in tree:
            for each in tree[branch]:
                check_tree(each, book)
            return
    if not tree:
        return
    condition, value = book.condition(tree.get("if", "")), tree.get("value", "")
    condition.check(tree.get("is", ""), value)
    choices = condition.choices()
    if choices and value not in {key for key, _label in choices}:
        raise WrongValue(label=condition.label, value=value)


def check_actions(steps: list[Tree], book: Book) -> None:
    """Raise UnknownPart or WrongValue for actions that could not be done."""
    for step in steps:
        book.action(step["do"]).check(step)


def in_words(tree: Tree, book: Book) -> str:
    """Conditions as a person reads them."""
    if not tree:
        return ""
    if "all" in tree:
        return _(" and ").join(in_words(each, book) for each in tree["all"])
    if "any" in tree:
        return _(" or ").join(in_words(each, book) for each in tree["any"])
    try:
        condition = book.condition(tree["if"])
    except UnknownPart:
        return _("“%(key)s”, which does not exist any more") % {"key": tree["if"]}
    value = dict(condition.choices()).get(tree["value"], tree["value"])
    words = {"condition": condition.label, "operator": OPERATOR_LABELS[tree["is"]], "value": value}
    return _("%(condition)s %(operator)s “%(value)s”") % words
