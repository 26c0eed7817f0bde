"""Colleagues named in a note, “@Ana Belova” or “@Support”: they are told, and watch the ticket from then on.

A mention is plain text, so it survives every way a note can be written: the editor, plain text, mail, the API.
"""

from __future__ import annotations

# cyrillic: it folds letters
import re
from datetime import datetime

from otklik.journal.record import record
from otklik.staff.models import Member, Team

from .models import Message, Ticket
from .models.together import watch

_AT = re.compile(r"(?<![\w@])@(?=\w)")


def mentioned(text: str, ticket: Ticket) -> set[Member]:
    """Who is named, among those who may see the ticket. Of people with one name all are; the longest name counts."""
    marks = [found.end() for found in _AT.finditer(text)]
    if not marks:
        return set()
    able = list(Member.objects.seeing(ticket.team))
    named: dict[str, set[Member]] = {}
    for member in able:
        named.setdefault(folded(member.name), set()).add(member)
    for team, members in _teams(able).items():
        named.setdefault(folded(team), set()).update(members)
    names = sorted(named, key=len, reverse=True)
    told = folded(text)
    found = (next((name for name in names if _stands(told, name, mark)), None) for mark in marks)
    return {member for name in found if name for member in named[name]}


def mention(message: Message, ticket: Ticket, *, before: str = "", by: Member, at: datetime) -> None:
    """Tell whoever a note names and its text `before` did not; inside the transaction that writes it."""
    new = mentioned(message.text, ticket) - (mentioned(before, ticket) if before else set()) - {by}
    for member in sorted(new, key=lambda one: one.pk):
        watch(ticket, member, by=by, at=at)
        record("message.mentioned", ticket, by=by, at=at, message=message.pk, told=member.pk)


def folded(text: str) -> str:
    """The same length, so that places in the text stay where they are."""
    return text.lower().replace("ё", "е").replace("\xa0", " ") if len(text.lower()) == len(text) else text


def _teams(able: list[Member]) -> dict[str, set[Member]]:
    """The teams of those who may see the ticket, with just these of their members."""
    known = {member.pk: member for member in able}
    found: dict[str, set[Member]] = {}
    for name, pk in Team.objects.filter(members__in=known).values_list("name", "members"):
        if pk in known:
            found.setdefault(name, set()).add(known[pk])
    return found


def _stands(text: str, name: str, mark: int) -> bool:
    end = mark + len(name)
    return text.startswith(name, mark) and not text[end : end + 1].isalnum()
