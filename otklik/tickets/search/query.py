"""What somebody typed into the search box, understood without asking the store.

    query     = {["-"] (operator | phrase | number | phone | word)}
    operator  = name ":" (value | quoted value)      state:open  тег:"срочный возврат"
    phrase    = quoted words, which must stand so     "не печатает чеки"
    number    = ("#" | "№") digits                    #1042
    phone     = at least four digits with signs       +7 495 123-45-67, 45-67
    word      = anything else

Any form of a word will do. With "*" at its end, or as the last of all while it is being typed, so will anything
that begins with it.
"""

# cyrillic: operators have Russian names, too
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from otklik.lib.morphology import fold

from .words import digits_of, words_of

TEXT_MAX = 400  # letters
TERMS_MAX = 12
BEGUN_MIN = 4  # letters after which a beginning tells something
PHONE_MIN = 4  # digits
OPERATORS = {
    "state": ("state", "состояние", "статус"),
    "from": ("from", "от", "client", "клиент"),
    "team": ("team", "группа"),
    "assignee": ("assignee", "исполнитель"),
    "tag": ("tag", "тег", "метка"),
    "type": ("type", "тип"),
    "priority": ("priority", "приоритет"),
    "channel": ("channel", "канал"),
    "has": ("has", "есть"),
    "after": ("after", "после"),
    "before": ("before", "до"),
}
_NAMES = {name: operator for operator, names in OPERATORS.items() for name in names}
_OPEN, _CLOSE = '"«“„', '"»”“'
_TOKEN = re.compile(
    rf"""
    (?P<minus>-(?=[^\s-]))?
    (?:(?P<name>{"|".join(sorted(_NAMES, key=len, reverse=True))}):\s*
            (?:[{_OPEN}](?P<quoted>[^{_CLOSE}]*)[{_CLOSE}]?|(?P<value>[^\s{_OPEN}]*))
      |[{_OPEN}](?P<phrase>[^{_CLOSE}]*)[{_CLOSE}]?
      |[#№]\s?(?P<number>\d{{1,18}})(?!\w)
      |(?P<phone>[+(]{{0,2}}\d(?:[ ()-]*\d){{9,14}}|(?:\d[()-]*){{{PHONE_MIN},}})(?![\w@.])
      |(?P<word>[^\s{_OPEN}]+))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_UNKNOWN = re.compile(r"([^\W\d_]{2,20}):(?!//)\S")
# They stand in nearly every text, so they tell nothing.
_EMPTY = {
    *("и", "в", "во", "на", "не", "что", "с", "со", "по", "к", "ко", "у", "о", "об", "от", "до", "за", "из", "для"),
    *("как", "это", "а", "но", "же", "ли", "бы", "я", "вы", "мы", "the", "a", "an", "and", "or", "of", "to", "in"),
    *("on", "at", "for", "is", "are", "it", "be", "i", "we", "you"),
}


@dataclass(frozen=True)
class Term:
    """One thing that a text must have: a word in any form, or words that stand just so, or a phone number.

    `words` is one of the first kind unless `is_exact`. `is_begun`: the last word may go on. `phone`: a number that
    ends with these digits will do as well.
    """

    words: tuple[str, ...]
    is_exact: bool = False
    is_begun: bool = False
    phone: str = ""


@dataclass(frozen=True)
class Operator:
    """`name` is one of OPERATORS, `said` how it was called, `value` folded."""

    name: str
    said: str
    value: str
    is_excluded: bool = False


@dataclass(frozen=True)
class Query:
    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    operators: tuple[Operator, ...] = ()
    senders: tuple[tuple[Term, ...], ...] = ()  # any of these; each has all these words
    unwanted_senders: tuple[tuple[Term, ...], ...] = ()
    number: int | None = None
    unknown: tuple[str, ...] = ()  # names before a colon that are no operators; looked for as words
    is_cut: bool = False  # longer than anybody asks

    @property
    def is_empty(self) -> bool:
        return not (self.wanted or self.unwanted or self.operators or self.number)

    @property
    def asks_for_words(self) -> bool:
        return bool(self.wanted or self.senders)

    @property
    def narrows(self) -> bool:
        """Whether tickets with the words may be left out all the same."""
        return self.number is not None or any(operator.name != "from" for operator in self.operators)

    @property
    def leaves_out_words(self) -> bool:
        return bool(self.unwanted or self.unwanted_senders)

    @property
    def possible_number(self) -> int | None:
        """The ticket that is meant if there is one: its number may be typed without its sign."""
        alone = self.wanted[0].words if len(self.wanted) == 1 and not self.operators else ()
        return int(alone[0]) if len(alone) == 1 and re.fullmatch("[0-9]{1,18}", alone[0]) else None


def parse(text: str) -> Query:
    """Any text is a query; see above how it is read."""
    cut = text.strip()[:TEXT_MAX]
    is_cut = len(text.strip()) > TEXT_MAX
    tokens = list(_TOKEN.finditer(cut))
    operators = [_operator(token) for token in tokens if token["name"]]
    numbers = [int(token["number"]) for token in tokens if token["number"] and not token["minus"]]
    terms = [(bool(token["minus"]), term) for token in tokens for term in _terms(token, is_last=_is_last(token, text))]
    wanted, unwanted = ([term for minus, term in terms if minus is side] for side in (False, True))
    telling = [term for term in wanted if term.is_exact or term.words[0] not in _EMPTY] or wanted
    return Query(
        wanted=tuple(telling[:TERMS_MAX]),
        unwanted=tuple(unwanted[:TERMS_MAX]),
        operators=tuple(operators[:TERMS_MAX]),
        senders=tuple(_senders(operators, is_excluded=False)),
        unwanted_senders=tuple(_senders(operators, is_excluded=True)),
        number=numbers[0] if numbers else None,
        unknown=tuple(found[1] for token in tokens if token["word"] and (found := _UNKNOWN.match(token["word"]))),
        is_cut=is_cut or len(telling) > TERMS_MAX,
    )


def _is_last(token: re.Match[str], text: str) -> bool:
    """Whether it may still be being typed."""
    return token.end() == len(text.lstrip()) and not text[-1:].isspace()


def _operator(token: re.Match[str]) -> Operator:
    value = token["quoted"] if token["value"] is None else token["value"]
    said = token["name"]
    return Operator(_NAMES[said.lower()], said, " ".join(fold(value).split()), bool(token["minus"]))


def _senders(operators: list[Operator], *, is_excluded: bool) -> Iterator[tuple[Term, ...]]:
    for operator in operators[:TERMS_MAX]:
        if operator.name == "from" and operator.is_excluded is is_excluded:
            for name in operator.value.split(","):
                if words := words_of(name)[:TERMS_MAX]:
                    yield tuple(Term((word,), is_begun=len(word) >= BEGUN_MIN) for word in words)


def _terms(token: re.Match[str], *, is_last: bool) -> Iterator[Term]:
    if token["phrase"] is not None:
        if words := tuple(words_of(token["phrase"])):
            yield Term(words, is_exact=True)
    elif token["phone"]:
        digits = digits_of(token["phone"])
        words = tuple(words_of(token["phone"]))
        # Of a whole number the country's code may have been dialled as 8.
        yield Term(words, is_exact=True, is_begun=is_last, phone=digits[-10:] if len(digits) > 10 else digits)
    elif token["word"]:
        yield from _words(token["word"], is_last=is_last)


def _words(piece: str, *, is_last: bool) -> Iterator[Term]:
    """An address or a file's name is one thing; «чек-лист» and “and/or” are their words."""
    words = tuple(words_of(piece))
    is_begun = piece.endswith("*") or (is_last and piece[-1:].isalnum())
    if len(words) > 1 and re.search(r"\w[@.]\w", piece):
        yield Term(words, is_exact=True, is_begun=is_begun)
        return
    for place, word in enumerate(words, 1):
        yield Term((word,), is_begun=is_begun and place == len(words) and len(word) >= BEGUN_MIN)
