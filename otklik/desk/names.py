"""Short lists that stand on a ticket's page, all of them in one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from otklik.staff.models import Member, Team
from otklik.tickets.models import DraftFile, Looking, Ticket


@dataclass(frozen=True)
class Listed:
    """One entry; `more` is what else is known of it, as text."""

    pk: int
    name: str
    more: str = ""

    @property
    def choice(self) -> tuple[str, str]:
        return str(self.pk), self.name


@dataclass(frozen=True)
class Names:
    """Each list in the order of its names.

    `teams` are all, with the line of each; `members` could answer the ticket; `reply` and `note` are the files of the
    looker's drafts, with their sizes in bytes; `drafts` are those of colleagues, with the kind of each. `watchers`
    are told of it, `looking` are the colleagues who have it open, each with what they do.
    """

    tags: list[Listed]
    teams: list[Listed]
    members: list[Listed]
    reply: list[Listed]
    note: list[Listed]
    drafts: list[Listed]
    watchers: list[Listed]
    looking: list[Listed]

    @property
    def lines(self) -> set[int]:
        """The lines that teams stand on; 0 for those that stand on none."""
        return {int(team.more or 0) for team in self.teams}


def names(ticket: Ticket, member: Member) -> Names:
    text = CharField()
    files = DraftFile.objects.filter(draft__ticket=ticket, draft__author=member, draft__place="", content_id="")
    is_letter = When(~Q(place=""), then=Value("aside"))
    kind = Case(is_letter, When(is_note=True, then=Value("note")), default=Value("reply"), output_field=text)
    sorts: dict[str, tuple[QuerySet[Any], str, Any]] = {
        "tags": (ticket.tags.all(), "name", Value("")),
        "teams": (Team.objects.all(), "name", Cast("line", text)),
        "members": (Member.objects.answering(ticket.team), "name", Value("")),
        "reply": (files.filter(draft__is_note=False), "name", Cast("size_bytes", text)),
        "note": (files.filter(draft__is_note=True), "name", Cast("size_bytes", text)),
        "watchers": (Member.objects.filter(watches__ticket=ticket), "name", Value("")),
        "looking": (Looking.objects.present().filter(ticket=ticket).exclude(member=member), "member__name", F("doing")),
        "drafts": (ticket.drafts.exclude(author=member), "author__name", kind),
    }
    arms = [rows.order_by().values_list(Value(sort), "pk", name, more) for sort, (rows, name, more) in sorts.items()]
    found: dict[str, list[Listed]] = {sort: [] for sort in sorts}
    for sort, pk, name, more in arms[0].union(*arms[1:], all=True).order_by("name"):
        found[sort].append(Listed(pk, name, more or ""))
    return Names(**found)
