"""From what somebody typed to the tickets that they see of it, the most useful first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.lib.layout import other_layout
from otklik.staff.models import Member
from otklik.tickets.models import Ticket
from otklik.tickets.models.ticket import TicketQuerySet

from . import store
from .marking import Marker
from .operators import BadQuery, conditions
from .query import Query, parse

NEWEST = 1000  # messages that are looked at; nobody reads further
LOOKED_THROUGH = 10_000  # when operators leave out some of them
NAMED = 4  # a ticket with all words in its subject counts as so many times younger


class NothingWanted(BadQuery):
    code = "search_nothing_wanted"
    message = _("A minus only leaves out. Say also what to look for.")


@dataclass(frozen=True)
class Found:
    """`tickets` in the order in which they are shown, each with those of its messages that matched, the newest first.

    `text` is what was looked for in the end. `is_capped`: there may be more than the newest that were looked at;
    `is_hurried`: with patience they would be found.
    """

    text: str
    query: Query
    tickets: dict[int, list[int]] = field(default_factory=dict)
    is_capped: bool = False
    is_hurried: bool = False
    is_other_layout: bool = False


@dataclass
class _Candidate:
    subject: str
    active_at: datetime
    messages: list[int] = field(default_factory=list)


def find(text: str, *, member: Member, is_patient: bool = False) -> Found:
    """All that a member sees of what a text means. What finds nothing is read as typed in the other layout.

    Without patience, what can be found soon, if there is something. Raises BadQuery.
    """
    found = _find(text, member, is_patient=is_patient)
    if found.tickets or found.query.is_empty or (other := other_layout(text)) == text:
        return found
    try:
        meant = _find(other, member, is_patient=is_patient, is_other_layout=True)
    except BadQuery:
        return found
    return meant if meant.tickets else found


def narrow(tickets: TicketQuerySet, text: str, *, member: Member) -> TicketQuerySet:
    """Those of `tickets` that a text means, for whoever sorts and pages them. Raises BadQuery."""
    return tickets.filter(pk__in=list(find(text, member=member, is_patient=True).tickets))


def _find(text: str, member: Member, *, is_patient: bool, is_other_layout: bool = False) -> Found:
    query = parse(text)
    tickets = Ticket.objects.visible_to(member).filter(conditions(query.operators, member=member))
    if query.number:
        tickets = tickets.filter(pk=_survivors([query.number])[query.number])
    newest = store.Newest()
    if query.asks_for_words:
        newest = _newest(query, member, is_patient=is_patient)
        found, is_capped = _by_words(query, tickets, newest)
    elif query.leaves_out_words:
        raise NothingWanted
    else:
        found, is_capped = ({}, False) if query.is_empty else _by_operators(tickets)
    return Found(text, query, found, is_capped, newest.is_hurried, is_other_layout)


def _by_operators(tickets: TicketQuerySet) -> tuple[dict[int, list[int]], bool]:
    keys = list(tickets.order_by("-active_at", "-pk").values_list("pk", flat=True)[: NEWEST + 1])
    return {key: [] for key in keys[:NEWEST]}, len(keys) > NEWEST


def _newest(query: Query, member: Member, *, is_patient: bool) -> store.Newest:
    teams = None if member.is_administrator else member.team_ids
    most = LOOKED_THROUGH if query.narrows else NEWEST
    return store.newest(query, teams=teams, most=most, is_patient=is_patient)


def _by_words(query: Query, tickets: TicketQuerySet, newest: store.Newest) -> tuple[dict[int, list[int]], bool]:
    candidates = _of_messages([key for key in newest.keys if key > 0], tickets)
    candidates = _of_bare([-key for key in newest.keys if key < 0], tickets) | candidates
    ranked = _ranked(candidates, query)
    if number := query.possible_number:
        meant = tickets.filter(pk=_survivors([number])[number]).values_list("pk", flat=True)
        ranked = {pk: ranked.get(pk, []) for pk in meant} | ranked
    return ranked, newest.is_cut or sum(len(one.messages) for one in candidates.values()) >= NEWEST


def _of_messages(keys: list[int], tickets: TicketQuerySet) -> dict[int, _Candidate]:
    """The tickets where these messages stand today."""
    rows = tickets.filter(messages__pk__in=keys).order_by("-messages__pk") if keys else tickets.none()
    found: dict[int, _Candidate] = {}
    for key, number, subject, active_at in rows.values_list("messages__pk", "pk", "subject", "active_at")[:NEWEST]:
        found.setdefault(number, _Candidate(subject, active_at)).messages.append(key)
    return found


def _of_bare(numbers: list[int], tickets: TicketQuerySet) -> dict[int, _Candidate]:
    """Tickets without messages; of the merged ones, those that they were merged into."""
    rows = tickets.filter(pk__in=_survivors(numbers).values()) if numbers else tickets.none()
    return {number: _Candidate(subject, at) for number, subject, at in rows.values_list("pk", "subject", "active_at")}


def _survivors(numbers: Iterable[int]) -> dict[int, int]:
    """Each ticket of these with the one that it lives on in."""
    ends = {number: number for number in numbers}
    merged = Ticket.objects.exclude(merged_into=None).values_list("pk", "merged_into")
    while moved := {source: into for source, into in merged.filter(pk__in=set(ends.values())) if into}:
        ends = {number: moved.get(end, end) for number, end in ends.items()}
    return ends


def _ranked(candidates: dict[int, _Candidate], query: Query) -> dict[int, list[int]]:
    """The youngest first, where a subject that has all the words makes a ticket younger."""
    marker, at = Marker(query), now()

    def age(number: int) -> tuple[float, int]:
        one = candidates[number]
        days = (at - one.active_at).total_seconds() / (NAMED if marker.covers(one.subject) else 1)
        return days, -number

    return {number: candidates[number].messages for number in sorted(candidates, key=age)}
