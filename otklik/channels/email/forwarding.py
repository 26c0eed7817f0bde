"""Mails that somebody passes on: who wrote them, and what; attached whole, or set into the text."""

# cyrillic: it reads what Russian programs write
import re
from collections.abc import Mapping
from typing import Any

from otklik.lib.inbound import Forwarded, InboundFile

from . import headers
from .addresses import senders, spellings
from .parts import body_of, parsed
from .quotes import without_marks

_SUBJECT = re.compile(r"^\s*(?:fwd?|пересл|пер)\s*:\s*", re.IGNORECASE)
_MARK = re.compile(
    r"^[->\s]*(?:Forwarded message|Begin forwarded message|Original message|Пересылаемое сообщение|"
    r"Пересланное сообщение|Исходное сообщение|Начало пере(?:адресованного|сылаемого|сланного) сообщения)\b.*$",
    re.IGNORECASE,
)
_END = re.compile(r"^-+\s*(?:Конец пересылаемого сообщения|End of forwarded message)\s*-+\s*$", re.IGNORECASE)
_FIELD = re.compile(
    r"^[>*\s]*(From|Sent|Date|To|Cc|Subject|Reply-To|От|От кого|Отправлено|Дата|Кому|Копия|Тема)\s*\*?\s*:\s*\*?(.*)$",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(r"(\d[\d.]+,? (?:в )?\d\d?:\d\d(?::\d\d)?), (.+@.+):")
_FROM, _TITLE = ("from", "от", "от кого"), ("subject", "тема")
_MOST_LINES = 2000  # of a cover that are searched
_MOST_FIELDS, _MOST_BLANKS = 20, 20  # below a mark
_LONGEST = 400


def forwarded_of(
    subject: str, text: str, files: tuple[InboundFile, ...], *, envelope: Mapping[str, Any]
) -> Forwarded | None:
    """The mail that this one passes on; None if it does not, or does not tell who wrote."""
    is_marked = bool(_SUBJECT.match(subject))
    letters = [file for file in files if file.type == "message/rfc822"]
    found = _attached(letters[0], text) if is_marked and len(letters) == 1 else _inline(subject, text, is_marked)
    ours = {address.lower() for address in envelope.get("own", ())}
    return found if found and ours.isdisjoint(spellings(found.sender.value)) else None


def _attached(letter: InboundFile, cover: str) -> Forwarded | None:
    mail = parsed(letter.content)
    people = senders(headers.raw(mail, "From"))
    body = body_of(mail)
    title, text = headers.text(mail, "Subject")[:250], without_marks(body.text)
    return Forwarded(people[0], title, text, body.html, cover) if people else None


def _inline(subject: str, text: str, is_marked: bool) -> Forwarded | None:
    """A mark and the fields below it; in a mail called “Fwd:”, the fields alone."""
    lines = text.split("\n")
    for at, line in enumerate(lines[:_MOST_LINES]):
        fields_at = at + 1 if len(line) < _LONGEST and _MARK.match(line) else at if is_marked else None
        fields, below = _fields(lines, fields_at) if fields_at is not None else ({}, at)
        if fields_at == at + 1 and not fields:
            fields, below = _attribution(lines, fields_at)
        people = senders(next((fields[name] for name in _FROM if name in fields), "")) if len(fields) > 1 else []
        if people:
            title = next((fields[name] for name in _TITLE if fields.get(name)), _SUBJECT.sub("", subject))
            said = "\n".join(re.sub(r"^> ?", "", each) for each in lines[below:] if not _END.match(each)).strip()
            return Forwarded(people[0], title.strip()[:250], said, cover="\n".join(lines[:at]).strip())
    return None


def _fields(lines: list[str], at: int) -> tuple[dict[str, str], int]:
    """The fields that begin here, blank lines before them aside, and the line behind them."""
    at = _behind_blanks(lines, at)
    fields: dict[str, str] = {}
    last = min(at + _MOST_FIELDS, len(lines))
    while at < last and len(lines[at]) < _LONGEST and (found := _FIELD.match(lines[at])):
        fields[found[1].lower()] = found[2].strip().strip("*")
        at += 1
    return fields, at


def _behind_blanks(lines: list[str], at: int) -> int:
    few = range(at, min(at + _MOST_BLANKS, len(lines)))
    return next((each for each in few if lines[each].strip("> ")), at)


def _attribution(lines: list[str], at: int) -> tuple[dict[str, str], int]:
    """Yandex tells all in one line: 05.05.2025, 11:00, "Carl" <carl@client.example>:"""
    at = _behind_blanks(lines, at)
    line = lines[at].strip() if at < len(lines) else ""
    found = _ATTRIBUTION.fullmatch(line) if len(line) < _LONGEST else None
    return ({"date": found[1], "from": found[2]}, at + 1) if found else ({}, at)
