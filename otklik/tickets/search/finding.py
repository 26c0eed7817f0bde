"""From what somebody typed to the tickets that they see of it, the most useful first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import perf_counter

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.lib.among import DAY, Days, among
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
SIFTED_AT_ONCE = 2500  # of these
SOON = timedelta(milliseconds=10)  # then whoever waits is shown the tickets that were found in them so far
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


def find(text: str, *, member: Member, is_patient: bool = False) -> Found:
    """All that a member sees of what a text means. What finds nothing is read as typed in the other layout.

    Without patience, what can be found soon, if there is something. Raises BadQuery.
    """
    found = _find(text, member, is_patient=is_patient)
    if found.tickets or found.query.is_empty or (other := other_layout(text)) == text:
        return found
    try:
        meant = _find(other, member, is_patient=is_patient)
    except BadQuery:
        return found
    return replace(meant, is_other_layout=True) if meant.tickets else found


def narrow(tickets: TicketQuerySet, text: str, *, member: Member) -> TicketQuerySet:
    """Those of `tickets` that a text means, for whoever sorts and pages them. Raises BadQuery."""
    return tickets.filter(pk__in=list(find(text, member=member, is_patient=True).tickets))


def _find(text: str, member: Member, *, is_patient: bool) -> Found:
    query = parse(text)
    tickets = Ticket.objects.visible_to(member).filter(conditions(query.operators, member=member))
    if query.number:
        tickets = tickets.filter(pk=_survivors([query.number])[query.number])
    if query.asks_for_words:
        newest = _newest(query, member, is_patient=is_patient)
        return _by_words(Found(text, query), tickets, newest, is_patient=is_patient)
    if query.leaves_out_words:
        raise NothingWanted
    found, is_capped = ({}, False) if query.is_empty else _by_operators(tickets)
    return Found(text, query, found, is_capped)


def _by_operators(tickets: TicketQuerySet) -> tuple[dict[int, list[int]], bool]:
    keys = list(tickets.order_by("-active_at", "-pk").values_list("pk", flat=True)[: NEWEST + 1])
    return {key: [] for key in keys[:NEWEST]}, len(keys) > NEWEST


def _newest(query: Query, member: Member, *, is_patient: bool) -> store.Newest:
    teams = None if member.is_administrator else member.team_ids
    most = LOOKED_THROUGH if query.narrows else NEWEST
    return store.newest(query, teams=teams, most=most, is_patient=is_patient)


def _by_words(asked: Found, tickets: TicketQuerySet, newest: store.Newest, *, is_patient: bool) -> Found:
    query = asked.query
    sifted = _sifted([key for key in newest.keys if key > 0], tickets, is_patient=is_patient)
    bare = _survivors(-key for key in newest.keys if key < 0).values()
    found = {number: sifted.tickets.get(number, []) for number in _ranked({*sifted.tickets, *bare}, tickets, query)}
    if number := query.possible_number:
        meant = tickets.filter(pk=_survivors([number])[number]).values_list("pk", flat=True)
        found = {pk: found.get(pk, []) for pk in meant} | found
    is_hurried = newest.is_hurried or sifted.is_hurried
    is_capped = is_hurried or newest.is_cut or sifted.messages >= NEWEST
    return replace(asked, tickets=found, is_capped=is_capped, is_hurried=is_hurried)


@dataclass
class _Sifted:
    """Tickets with those of their messages that matched. `is_hurried`: not all messages were looked at."""

    tickets: dict[int, list[int]] = field(default_factory=dict)
    messages: int = 0
    is_hurried: bool = False


def _sifted(keys: list[int], tickets: TicketQuerySet, *, is_patient: bool) -> _Sifted:
    """Those of `tickets` where these messages stand today, the newest first."""
    found, began = _Sifted(), perf_counter()
    for start in range(0, len(keys), SIFTED_AT_ONCE):
        some = keys[start : start + SIFTED_AT_ONCE]
        rows = tickets.filter(messages__pk__in=among(some)).order_by("-messages__pk")
        for key, number in rows.values_list("messages__pk", "pk")[: NEWEST - found.messages]:
            found.tickets.setdefault(number, []).append(key)
            found.messages += 1
        if found.messages >= NEWEST:
            break
        if found.messages and not is_patient and perf_counter() - began > SOON.total_seconds():
            found.is_hurried = start + SIFTED_AT_ONCE < len(keys)
            break
    return found


def _survivors(numbers: Iterable[int]) -> dict[int, int]:
    """Each ticket of these with the one that it lives on in."""
    ends = {number: number for number in numbers}
    merged = Ticket.objects.exclude(merged_into=None).values_list("pk", "merged_into")
    while moved := {source: into for source, into in merged.filter(pk__in=set(ends.values())) if into}:
        ends = {number: moved.get(end, end) for number, end in ends.items()}
    return ends


def _ranked(numbers: Collection[int], tickets: TicketQuerySet, query: Query) -> list[int]:
    """Those of them that are seen, the youngest first; a subject that has all the words makes a ticket younger."""
    marker, today = Marker(query), now().timestamp() / DAY

    def age(row: tuple[int, str, float]) -> tuple[float, int]:
        number, subject, day = row
        return (today - day) / (NAMED if marker.covers(subject) else 1), -number

    rows = tickets.filter(pk__in=among(numbers)).order_by() if numbers else tickets.none()
    return [number for number, *_rest in sorted(rows.values_list("pk", "subject", Days("active_at")), key=age)]
