"""What views may ask of a ticket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Exists, JSONField, OuterRef, Q, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform, KeyTransformGt, KeyTransformLt
from django.db.models.lookups import GreaterThanOrEqual, In, LessThanOrEqual, Regex
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import Address, Organisation
from otklik.lib.asking import Asker, Choice, Criterion, Label, Moment, Number, Values, Words
from otklik.lib.fields import CustomField
from otklik.staff.models import Language, Member, Team

from .models import Channel, Delivery, Sleep, Tag, Ticket, TicketField, TicketTag
from .models.seen import unread
from .models.ticket import NEVER

ME, NOBODY, MINE = "me", "nobody", "mine"
OFFERED = 300  # entries of a list that people choose from


def _labels(choices: Any) -> Callable[[], list[tuple[str, Any]]]:
    return lambda: [(str(value), label) for value, label in choices.choices]


def _rows(rows: Callable[[], Any], *first: tuple[str, Label]) -> Callable[[], list[tuple[str, Any]]]:
    return lambda: [*first, *((str(row.pk), str(row)) for row in rows()[:OFFERED])]


def _tags() -> list[tuple[str, Any]]:
    return [(name, name) for name in Tag.objects.values_list("name", flat=True)[:OFFERED]]


def one_of(column: str) -> Callable[[Values, Asker], Q]:
    """Finds by a column’s own values."""
    return lambda values, _asker: Q(**{f"{column}__in": values})


def _reference(column: str) -> Callable[[Values, Asker], Q]:
    """Finds by a column that points at rows, by their numbers, or at none."""

    def find(values: Values, asker: Asker) -> Q:
        numbers = [int(each) for each in values if each not in (NOBODY, ME)]
        numbers += [asker.member.pk] if ME in values else []
        found = Q(**{f"{column}__in": numbers}) if numbers else Q(pk__in=[])
        return found | Q(**{column: None}) if NOBODY in values else found

    return find


def _team(values: Values, asker: Asker) -> Q:
    mine = asker.member.team_ids if MINE in values else []
    return Q(team__in=[*mine, *(int(each) for each in values if each != MINE)])


def _line(values: Values, _asker: Asker) -> Q:
    return Q(team__line__in=[int(each) for each in values])


def _lines() -> list[tuple[str, Any]]:
    return [(str(value), label) for value, label in Team.Line.choices]


def _tag(values: Values, _asker: Asker) -> Q:
    return Q(Exists(TicketTag.objects.filter(ticket=OuterRef("pk"), tag__name__in=values)))


def _promise(values: Values, asker: Asker) -> Q:
    known = {"late": Q(due_at__lt=asker.at), "running": Q(due_at__lt=NEVER), "none": Q(due_at=NEVER)}
    found = Q(pk__in=[])
    for each in values:
        found |= known[each] if each in known else Q(pk__in=[])
    return found


def _promises() -> list[tuple[str, Any]]:
    return [("late", _("overdue")), ("running", _("running")), ("none", _("none runs"))]


def _broke(values: Values, _asker: Asker) -> Q:
    failed = Delivery.objects.filter(message__ticket=OuterRef("pk"), failed_at__isnull=False)
    return _either(values, Q(Exists(failed)))


def _unread(values: Values, asker: Asker) -> Q:
    return _either(values, unread(asker.member, asker.at))


def _asleep(values: Values, _asker: Asker) -> Q:
    # Few sleep among many: they are looked for from their side, the others each by itself until there are enough.
    found, unless = Q(pk__in=Sleep.objects.values("ticket")), ~Q(Exists(Sleep.objects.filter(ticket=OuterRef("pk"))))
    return _either(values, found, unless)


def _either(values: Values, found: Q, unless: Q | None = None) -> Q:
    """Whether it is so, for a list of “yes” and “no”; `unless` says the contrary if it is better asked otherwise."""
    said = set(values)
    return Q() if len(said) != 1 else found if said == {"yes"} else unless or ~found


def yes_no() -> list[tuple[str, Any]]:
    return [("yes", _("yes")), ("no", _("no"))]


def _client(regex: str) -> Q:
    at = Address.objects.filter(person=OuterRef("client"), value__regex=regex)
    return Q(client__name__regex=regex) | Q(Exists(at))


def moment(column: str) -> Callable[[datetime | None, datetime | None], Q]:
    """Finds by a column’s time."""

    def find(begin: datetime | None, end: datetime | None) -> Q:
        return Q(**({f"{column}__gte": begin} if begin else {}), **({f"{column}__lt": end} if end else {}))

    return find


def _due(begin: datetime | None, end: datetime | None) -> Q:
    return moment("due_at")(begin, end) & Q(due_at__lt=NEVER)


def _answering() -> Any:
    return Member.objects.active().exclude(role=Member.Role.OBSERVER)


nobody, me = (NOBODY, _("nobody")), (ME, _("me"))
CRITERIA: tuple[Criterion, ...] = (
    Choice(key="state", label=_("State"), find=one_of("state"), choices=_labels(Ticket.State)),
    Choice(key="type", label=_("Type"), find=one_of("type"), choices=_labels(Ticket.Type)),
    Choice(key="priority", label=_("Priority"), find=one_of("priority"), choices=_labels(Ticket.Priority)),
    Choice(key="line", label=_("Line"), find=_line, choices=_lines),
    Choice(key="team", label=_("Team"), find=_team, choices=_rows(Team.objects.all, (MINE, _("one of mine")))),
    Choice(key="assignee", label=_("Assignee"), find=_reference("assignee"), choices=_rows(_answering, me, nobody)),
    Choice(key="tag", label=_("Tag"), find=_tag, choices=_tags),
    Words(key="subject", label=_("Subject"), find=lambda regex: Q(subject__regex=regex)),
    Words(key="client", label=_("Client’s name or address"), find=_client),
    Choice(
        key="organisation",
        label=_("Organisation"),
        find=_reference("client__organisation"),
        choices=_rows(Organisation.objects.all, (NOBODY, _("none"))),
    ),
    Choice(key="language", label=_("Client’s language"), find=one_of("client__language"), choices=_labels(Language)),
    Choice(
        key="channel",
        label=_("Channel"),
        find=_reference("channel"),
        choices=_rows(Channel.objects.all, (NOBODY, _("none"))),
    ),
    Moment(key="opened", label=_("Opened"), find=moment("opened_at")),
    Moment(key="active", label=_("Last message"), find=moment("active_at")),
    Moment(key="in_state", label=_("In this state since"), find=moment("state_at")),
    Choice(key="promise", label=_("Deadline"), find=_promise, choices=_promises),
    Moment(key="due", label=_("Deadline is"), find=_due, is_future=True),
    Choice(key="unread", label=_("Unread"), find=_unread, choices=yes_no),
    Choice(key="asleep", label=_("Put off"), find=_asleep, choices=yes_no),
    Choice(key="undelivered", label=_("An answer was not delivered"), find=_broke, choices=yes_no),
)


def criteria_of_rows() -> list[Criterion]:
    """The company’s own fields."""
    return [_of_field(field) for field in TicketField.objects.all()]


def _of_field(field: TicketField) -> Criterion:
    """A custom field, asked by its kind."""
    text, value = KeyTextTransform(field.key, "fields"), KeyTransform(field.key, "fields")
    named: dict[str, Any] = {"key": f"field:{field.key}", "label": field.label}
    match field.kind:
        case CustomField.Kind.CHOICE:
            return Choice(
                **named,
                find=lambda values, _asker: _sure(In(text, values)),
                choices=lambda: [(each, each) for each in field.choices],
            )
        case CustomField.Kind.YES_NO:
            # An empty field is a “no”: nobody said yes.
            return Choice(
                **named, find=lambda values, _asker: _either(values, _sure(In(text, ["true"]))), choices=yes_no
            )
        case CustomField.Kind.NUMBER:
            ways = {"gt": KeyTransformGt, "lt": KeyTransformLt}
            return Number(**named, find=lambda way, limit: Q(ways[way](value, Value(limit, JSONField()))))
        case CustomField.Kind.DATE:
            return Moment(**named, find=lambda begin, end: _day_between(text, begin, end), is_future=True)
    return Words(**named, find=lambda regex: _sure(Regex(text, regex)))


def _sure(found: Any) -> Q:
    """True or false, never NULL: so that “is not” finds tickets on which the field is empty."""
    return Q(Case(When(found, then=Value(True)), default=Value(False), output_field=BooleanField()))


def _day_between(text: KeyTextTransform, begin: datetime | None, end: datetime | None) -> Q:
    first = localtime(begin).date().isoformat() if begin else "0"
    found = Q(GreaterThanOrEqual(text, first))
    if end:
        last = localtime(end - timedelta(microseconds=1)).date()
        found &= Q(LessThanOrEqual(text, last.isoformat()))
    return found
