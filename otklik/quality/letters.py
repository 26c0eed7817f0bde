"""What a survey says: in its mail, above its questions, and when they are answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from otklik.tickets.automatic import filled
from otklik.tickets.models import Message, Ticket

from .models import Invitation, Question, Survey

# The texts of a survey by name: what each is for, and the words that come with the program.
WORDS: dict[str, tuple[Any, Callable[[], str]]] = {
    "subject": (gettext_lazy("Subject of the mail"), lambda: _("How did we do? Ticket #{number}")),
    "letter": (
        gettext_lazy("Text of the mail, above the first question"),
        lambda: _(
            "Hello, {client}!\n\nYou wrote to us: “{subject}”. Please tell us how we did; it takes half a minute."
        ),
    ),
    "title": (gettext_lazy("Heading of the page"), lambda: _("How did we do?")),
    "intro": (
        gettext_lazy("Text below the heading"),
        lambda: _("Your ticket: “{subject}”. Your answers show us what to do better."),
    ),
    "thanks": (
        gettext_lazy("Thanks, when it is answered"),
        lambda: _("Thank you! We read every answer."),
    ),
}
ON_BUTTONS = (Question.Kind.SATISFACTION, Question.Kind.RECOMMENDATION, Question.Kind.RESOLVED)


@dataclass(frozen=True)
class Choice:
    """One way to answer the first question; its link opens the page with it chosen, and records nothing."""

    value: str
    word: str
    link: str

    @property
    def sign(self) -> str:
        """What stands on the button: the mark, or the word where the value is a code."""
        return self.value if self.value.isdecimal() else self.word


def words(survey: Survey, language: str, ticket: Ticket | None = None) -> dict[str, str]:
    """All texts of a survey in a language; the words in braces are filled in for a ticket, if there is one."""
    own = survey.texts.get(language) or {}
    with override(language):
        said = {name: own.get(name) or shipped() for name, (_label, shipped) in WORDS.items()}
    return {name: filled(text, ticket) for name, text in said.items()} if ticket else said


def added_to(message: Message, *, language: str) -> tuple[str, str]:
    """What the mail of a survey says below its words, as text and as HTML; nothing for any other message.

    It is not kept on the ticket: whoever reads that, a colleague or a participant, must not answer for the client.
    """
    invitation = Invitation.objects.select_related("survey").filter(message=message).first()
    if invitation is None:
        return "", ""
    return first_question(invitation.questions(), invitation.link, language=language)


def first_question(questions: list[Question], link: str, *, language: str) -> tuple[str, str]:
    """The way to the page: by the answers to the first question, where they fit on buttons."""
    first = questions[0] if questions and questions[0].kind in ON_BUTTONS else None
    with override(language):
        choices = _choices(first, link, language) if first else []
        asked = {"question": first.text(language) if first else "", "choices": choices, "link": link}
        lines = [f"{_line(each)}: {each.link}" for each in choices] or [
            _("To the questions: %(link)s") % {"link": link}
        ]
        return "\n".join([str(asked["question"]), *lines]).strip(), render_to_string("quality/letter.html", asked)


def _choices(question: Question, link: str, language: str) -> list[Choice]:
    return [
        Choice(value, str(word), f"{link}?a={question.pk}.{value}#q{question.pk}")
        for value, word in question.choices(language)
    ]


def _line(choice: Choice) -> str:
    return f"{choice.value} – {choice.word}" if choice.value.isdecimal() and choice.word else choice.sign
