"""Macros: several deeds under one name, and what one would do to a ticket before it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from otklik.staff.models import Member
from otklik.tickets.deeds import deeds
from otklik.tickets.models import Macro, Ticket
from otklik.tickets.rehearsing import Foreseen, rehearse

from .bulk import in_words
from .sharing import SharedForm


@dataclass(frozen=True)
class Tried:
    """What each step of a macro would do, with the step in words."""

    steps: list[tuple[str, Foreseen]]

    @property
    def is_refused(self) -> bool:
        return any(foreseen.refused for _words, foreseen in self.steps)


def tried(macro: Macro, ticket: Ticket, *, by: Member, at: datetime) -> Tried:
    """Do what a macro does, look at it, and take everything back."""
    known = deeds()
    foreseen = rehearse(macro.steps, ticket, by=by, at=at, known=known)
    return Tried([(in_words(each.step, known, is_short=True), each) for each in foreseen])


class MacroForm(SharedForm[Macro]):
    class Meta:
        model = Macro
        fields = ["title", "whose"]

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        if not rest.get("initial"):  # while steps are laid out anew, the focus is theirs
            self.fields["title"].widget.attrs["autofocus"] = True

    def save(self, commit: bool = True) -> Macro:
        before = (self.instance.owner_id, self.instance.team_id) if self.instance.pk else None
        macro = super().save(commit=False)
        if (macro.owner_id, macro.team_id) != before:
            macro.put_last()
        return super().save(commit)
