"""Short lists that stand on a ticket's page, all of them in one query."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, JSONObject
from django.utils.timezone import now

from otklik.lib.prepared import Columns
from otklik.staff.models import Member, Team
from otklik.tickets.models import DraftFile, Looking, Ticket, TicketField
from otklik.tickets.models.together import PRESENT

SORTS = ("tags", "teams", "members", "reply", "note", "watchers", "looking", "drafts", "fields")
LISTS = ("choices", "types")
DECLARED = ("key", "kind", "position", *LISTS)  # what a page says of a custom field besides its label


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
    are told of it, `looking` are the colleagues who have it open, each with what they do. `fields` are all that a
    ticket can have, in their own order.
    """

    tags: list[Listed]
    teams: list[Listed]
    members: list[Listed]
    reply: list[Listed]
    note: list[Listed]
    drafts: list[Listed]
    watchers: list[Listed]
    looking: list[Listed]
    fields: list[TicketField]

    @property
    def lines(self) -> set[int]:
        """The lines that teams stand on; 0 for those that stand on none."""
        return {int(team.more or 0) for team in self.teams}


def names(ticket: Ticket, member: Member) -> Names:
    found: dict[str, list[Listed]] = {sort: [] for sort in SORTS}
    for sort, pk, name, more in _LISTS(ticket.pk, ticket.team_id, member.pk, now() - PRESENT):
        found[sort].append(Listed(pk, name, more or ""))
    declared = sorted((_field(each) for each in found.pop("fields")), key=lambda field: (field.position, field.pk))
    return Names(**found, fields=declared)


def _lists(number: int, team: int, who: int, since: datetime) -> QuerySet[Any]:
    """All lists as one, in the order of names: which list, key, name and what else is known."""
    ticket, member, text = Ticket(pk=number), Member(pk=who), CharField()
    files = DraftFile.objects.filter(draft__ticket=ticket, draft__author=member, draft__place="", content_id="")
    looking = Looking.objects.filter(ticket=ticket, seen_at__gt=since).exclude(member=member)
    is_letter = When(~Q(place=""), then=Value("aside"))
    kind = Case(is_letter, When(is_note=True, then=Value("note")), default=Value("reply"), output_field=text)
    sorts: dict[str, tuple[QuerySet[Any], str, Any]] = {
        "tags": (ticket.tags.all(), "name", Value("")),
        "teams": (Team.objects.all(), "name", Cast("line", text)),
        "members": (Member.objects.answering(Team(pk=team)), "name", Value("")),
        "reply": (files.filter(draft__is_note=False), "name", Cast("size_bytes", text)),
        "note": (files.filter(draft__is_note=True), "name", Cast("size_bytes", text)),
        "watchers": (Member.objects.filter(watches__ticket=ticket), "name", Value("")),
        "looking": (looking, "member__name", F("doing")),
        "drafts": (ticket.drafts.exclude(author=member), "author__name", kind),
        "fields": (TicketField.objects.all(), "label", Cast(JSONObject(**{name: name for name in DECLARED}), text)),
    }
    arms = [sorts[sort][0].order_by().values_list(Value(sort), "pk", *sorts[sort][1:]) for sort in SORTS]
    return arms[0].union(*arms[1:], all=True).order_by("name")


_LISTS = Columns(_lists, int, int, int, datetime)


def _field(listed: Listed) -> TicketField:
    """A field from its declaration as JSON, in which SQLite has the lists as texts."""
    declared = json.loads(listed.more)
    lists = {name: json.loads(declared[name]) for name in LISTS if isinstance(declared[name], str)}
    return TicketField(pk=listed.pk, label=listed.name, **declared | lists)
