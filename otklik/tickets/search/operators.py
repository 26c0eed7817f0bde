"""What the operators of a query mean: conditions on tickets, or a sentence about what cannot be understood."""

# cyrillic: values have Russian names, too
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from otklik.lib.errors import OtklikError
from otklik.lib.morphology import fold
from otklik.staff.models import Company, Language, Member, Team
from otklik.tickets.models import Attachment, Channel, Tag, Ticket, TicketTag
from otklik.tickets.models.channel import channel_kinds

from .query import Operator

SHOWN_MAX = 12  # values named in an error
ME = ("me", "я", "мне", "мои", "моё")
NOBODY = ("nobody", "none", "никто", "нет")
FILE = ("file", "files", "attachment", "файл", "файлы", "вложение", "вложения")
DAY_FORMS = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d")
YEARS = range(1900, 2200)  # near the ends of the calendar, days of other zones do not exist


class BadQuery(OtklikError):
    """What an operator says cannot be understood."""


class NoValue(BadQuery):
    code = "search_no_value"
    message = _("What should stand after “%(said)s:”? For example: %(known)s.")


class UnknownValue(BadQuery):
    code = "search_unknown_value"
    message = _("“%(said)s:” does not know “%(value)s”. It knows: %(known)s.")


class UnknownDay(BadQuery):
    code = "search_unknown_day"
    message = _("“%(value)s” after “%(said)s:” is no day. Write it as 31.12.2026 or 2026-12-31.")


Meaning = Callable[[Operator, str, Member], Q]
Known = Sequence[tuple[Any, Iterable[Any]]]  # a value in the store, and what it is called


def conditions(operators: Iterable[Operator], *, member: Member) -> Q:
    """What tickets must be like. Several values of one operator mean any of them, several operators all.

    `from` is left to the index. Raises BadQuery.
    """
    wanted: dict[str, Q] = {}
    whole = Q()
    for operator in operators:
        if operator.name == "from":
            continue
        condition = Q()
        for value in [*filter(None, operator.value.split(","))] or [""]:
            condition |= MEANINGS[operator.name](operator, value.strip(), member)
        if operator.is_excluded:
            whole &= ~condition
        elif operator.name in CUMULATIVE:
            whole &= condition
        else:
            wanted[operator.name] = wanted.get(operator.name, Q()) | condition
    for condition in wanted.values():
        whole &= condition
    return whole


def _chosen(operator: Operator, value: str, known: Known) -> list[Any]:
    """The values whose name is said, or else those whose name begins so."""
    if not value:
        raise NoValue(said=operator.said, known=_listed(known))
    named = [(row, [fold(str(name)) for name in names]) for row, names in known]
    found = [row for row, names in named if value in names]
    found = found or [row for row, names in named if any(name.startswith(value) for name in names)]
    found = found or [row for row, names in named if any(f" {value}" in name for name in names)]
    if not found:
        raise UnknownValue(said=operator.said, value=value, known=_listed(known))
    return found


def _listed(known: Known) -> str:
    first = [next(iter(names)) for _value, names in known]
    return ", ".join(str(name) for name in first[:SHOWN_MAX]) + ("…" if len(first) > SHOWN_MAX else "")


def _labels(choices: Any) -> Known:
    """Each by its label in the reader’s language first, then in all others, and by its code."""
    known = []
    for value, label in choices:
        names = [str(label)]
        for language in Language.values:
            with override(language):
                names.append(str(label))
        known.append((value, [*names, str(value).replace("_", " ")]))
    return known


def _choice(column: str, choices: Any) -> Meaning:
    return lambda operator, value, member: Q((f"{column}__in", _chosen(operator, value, _labels(choices))))


def _team(operator: Operator, value: str, member: Member) -> Q:
    teams = Team.objects.all() if member.is_administrator else Team.objects.filter(pk__in=member.team_ids)
    return Q(team__in=_chosen(operator, value, [(team.pk, [team.name]) for team in teams]))


def _assignee(operator: Operator, value: str, member: Member) -> Q:
    if value in ME:
        return Q(assignee=member)
    if value in NOBODY:
        return Q(assignee=None)
    staff = Member.objects.order_by("-is_active", "name").values_list("pk", "name", "email")
    return Q(assignee__in=_chosen(operator, value, [(pk, names) for pk, *names in staff]))


def _tag(operator: Operator, value: str, member: Member) -> Q:
    """Tags of tickets that the member sees: those of others may tell something."""
    put = TicketTag.objects.filter(tag=OuterRef("pk"), ticket__in=Ticket.objects.visible_to(member))
    tags = Tag.objects.all() if member.is_administrator else Tag.objects.filter(Exists(put))
    chosen = _chosen(operator, value, [(pk, [name]) for pk, name in tags.values_list("pk", "name")])
    return Q(Exists(TicketTag.objects.filter(ticket=OuterRef("pk"), tag__in=chosen)))


def _channel(operator: Operator, value: str, member: Member) -> Q:
    kinds = dict(_labels(channel_kinds()))
    channels = [(row.pk, [row.name, row.address, *kinds.get(row.kind, ())]) for row in Channel.objects.all()]
    return Q(channel__in=_chosen(operator, value, channels))


def _has(operator: Operator, value: str, member: Member) -> Q:
    _chosen(operator, value, [("file", [_("file"), *FILE])])
    return Q(Exists(Attachment.objects.filter(message__ticket=OuterRef("pk"))))


def _after(operator: Operator, value: str, member: Member) -> Q:
    return Q(opened_at__gte=_midnight(operator, value))


def _before(operator: Operator, value: str, member: Member) -> Q:
    return Q(opened_at__lt=_midnight(operator, value))


def _midnight(operator: Operator, value: str) -> datetime:
    """When the day begins where the company is."""
    for form in DAY_FORMS:
        try:
            day = datetime.strptime(value, form)  # noqa: DTZ007 a day, not a moment
        except ValueError:
            continue
        if day.year in YEARS:
            return day.replace(tzinfo=Company.current().zone)
    raise UnknownDay(said=operator.said, value=value)


MEANINGS: dict[str, Meaning] = {
    "state": _choice("state", Ticket.State.choices),
    "team": _team,
    "assignee": _assignee,
    "tag": _tag,
    "type": _choice("type", Ticket.Type.choices),
    "priority": _choice("priority", Ticket.Priority.choices),
    "channel": _channel,
    "has": _has,
    "after": _after,
    "before": _before,
}
# Said twice, they must hold both; of other operators a ticket has only one value.
CUMULATIVE = {"tag", "has", "after", "before"}
