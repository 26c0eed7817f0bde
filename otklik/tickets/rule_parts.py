"""What rules may ask of a ticket and do to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from otklik.clients.models import EMAIL, Organisation, Person, identify
from otklik.journal.models import Event
from otklik.journal.record import record
from otklik.lib.fields import CustomField
from otklik.lib.prepared import Question
from otklik.lib.ruling import Action, Choices, Condition, Given, Label, Parameter, Subject, ValueKind, WrongValue
from otklik.staff.models import Company, Language, Member, Team

from .automatic import answer_automatically, check_words, note_automatically
from .dates import CAME, came, date_fields
from .lines import escalate
from .models import Channel, Message, Tag, Ticket, TicketField, TicketLink
from .models.channel import channel_kinds
from .models.conversation import add_participant, last_of_client

EVENTS: dict[str, Label] = {
    "ticket.opened": _("A ticket is opened"),
    "message.received": _("A client writes"),
    "message.sent": _("We answer"),
    "message.noted": _("A note is written"),
    "ticket.state_changed": _("The state changes"),
    "ticket.priority_changed": _("The priority changes"),
    "ticket.type_changed": _("The type changes"),
    "ticket.assigned": _("The assignee changes"),
    "ticket.handed_over": _("Another team gets it"),
    "ticket.tagged": _("A tag is put on"),
    "ticket.untagged": _("A tag is taken off"),
    "ticket.field_changed": _("A field changes"),
    "ticket.date_came": _("The date in a field comes"),
    "client.changed": _("The client changes"),
    "participant.added": _("Somebody begins to take part"),
    "delivery.failed": _("An answer is not delivered"),
}
NOBODY = "nobody"
OFFERED = 300  # entries of a list that people choose from

Do = Callable[[Subject, Given, Any, datetime], bool]


def conditions() -> list[Condition]:
    return [
        *TICKET,
        *CLIENT,
        *MESSAGE,
        *HISTORY,
        *TIME,
        *(_field_condition(field) for field in TicketField.objects.all()),
    ]


def actions() -> list[Action]:
    return [*ACTIONS, *(_field_action(field) for field in TicketField.objects.all())]


_MESSAGES = Question(lambda number: Message.objects.filter(pk=number).order_by(), int)


def message_of(subject: Subject) -> Message | None:
    """The message that the event is about, else the client's last one."""
    if subject.event and "message" in subject.event.facts:
        return _MESSAGES.first(subject.event.facts["message"])
    return last_of_client(subject.ticket.pk)


def _rows(rows: Callable[[], Any], *, none: Label | None = None) -> Choices:
    first = [(NOBODY, none)] if none else []
    return lambda: [*first, *((str(row.pk), str(row)) for row in rows()[:OFFERED])]


def _labels(choices: Any) -> Choices:
    return lambda: [(str(value), label) for value, label in choices.choices]


def _answering() -> Any:
    return Member.objects.active().exclude(role=Member.Role.OBSERVER)


def _key(pk: int | None) -> set[str]:
    return {str(pk) if pk else NOBODY}


types, states, priorities = _labels(Ticket.Type), _labels(Ticket.State), _labels(Ticket.Priority)


def lines() -> list[tuple[str, Any]]:
    return [(NOBODY, _("none")), *_labels(Team.Line)()]


def tags() -> list[tuple[str, Any]]:
    return [(tag.name, tag.name) for tag in Tag.objects.all()[:OFFERED]]


teams = _rows(Team.objects.all)
members = _rows(_answering, none=_("nobody"))

yes_no: Choices = lambda: [("yes", _("yes")), ("no", _("no"))]  # noqa: E731 a list beside the lists above
CHOICE, WORDS, HOURS, NUMBER = ValueKind.CHOICE, ValueKind.WORDS, ValueKind.HOURS, ValueKind.NUMBER


def _channel_kind(subject: Subject) -> set[str]:
    return _key(subject.ticket.channel.kind if subject.ticket.channel else None)


TICKET = [
    Condition("type", _("Type"), CHOICE, lambda subject: {subject.ticket.type}, types),
    Condition("state", _("State"), CHOICE, lambda subject: {subject.ticket.state}, states),
    Condition("priority", _("Priority"), CHOICE, lambda subject: {str(subject.ticket.priority)}, priorities),
    Condition("team", _("Team"), CHOICE, lambda subject: {str(subject.ticket.team_id)}, teams),
    Condition("line", _("Line"), CHOICE, lambda subject: _key(subject.ticket.team.line), lines),
    Condition("assignee", _("Assignee"), CHOICE, lambda subject: _key(subject.ticket.assignee_id), members),
    Condition(
        "channel", _("Channel"), CHOICE, lambda subject: _key(subject.ticket.channel_id), _rows(Channel.objects.all)
    ),
    Condition("channel_kind", _("Kind of channel"), CHOICE, _channel_kind, channel_kinds),
    Condition("tag", _("Tag"), CHOICE, lambda subject: {tag.name for tag in subject.ticket.tags.all()}, tags),
]


def _organisation(subject: Subject) -> set[str]:
    return _key(subject.ticket.client.organisation_id)


def _contract(subject: Subject) -> set[str]:
    """The level of the organisation's contract on the day, in the company's time zone."""
    firm = subject.ticket.client.organisation
    level = firm.contract_on(subject.at.astimezone(Company.current().zone).date()) if firm and firm.contract else ""
    return {level or NOBODY}


def contracts() -> list[tuple[str, Any]]:
    known = Organisation.objects.exclude(contract="").order_by("contract").values_list("contract", flat=True)
    return [(NOBODY, _("none")), *((level, level) for level in known.distinct()[:OFFERED])]


def _looked_after(subject: Subject) -> set[str]:
    member = subject.ticket.client.looked_after_by
    return _key(member.pk if member else None)


def _client_words(subject: Subject) -> str:
    client = subject.ticket.client
    return " ".join([client.name, *(address.value for address in client.addresses.all())])


CLIENT = [
    Condition("client", _("Client’s name or address"), WORDS, _client_words),
    Condition(
        "organisation",
        _("Organisation"),
        CHOICE,
        _organisation,
        _rows(Organisation.objects.all, none=_("none")),
    ),
    Condition("contract", _("Contract"), CHOICE, _contract, contracts),
    Condition("manager", _("Client’s personal manager"), CHOICE, _looked_after, members),
    Condition("region", _("Client’s region"), WORDS, lambda subject: subject.ticket.client.home_region),
    Condition(
        "language", _("Client’s language"), CHOICE, lambda subject: {subject.ticket.client.language}, _labels(Language)
    ),
]


def _text(subject: Subject) -> str:
    message = message_of(subject)
    return message.text if message else ""


def _author(subject: Subject) -> set[str]:
    message = message_of(subject)
    if message is None:
        return set()
    who = "client" if message.person_id else "staff" if message.member_id else "program"
    return {who, "program"} if message.is_automatic else {who}


def _doer(subject: Subject) -> set[str]:
    """Whose doing the event is; in a dry run nobody’s."""
    return {subject.event.by or "otklik"} if subject.event else set()


def authors() -> list[tuple[str, Any]]:
    return [("client", _("a client")), ("staff", _("a member of staff")), ("program", _("a program"))]


def doers() -> list[tuple[str, Any]]:
    return [
        (Person.journal_name, _("a client")),
        (Member.journal_name, _("a member of staff")),
        ("rule", _("a rule")),
        ("otklik", _("Otklik itself")),
    ]


def _answers(subject: Subject) -> int:
    """How often people of ours have answered."""
    return int(subject.ticket.messages.public().exclude(member=None).filter(is_automatic=False).count())


def _reopened(subject: Subject) -> set[str]:
    changes = Event.objects.about(subject.ticket).filter(kind="ticket.state_changed")
    ended = [str(state) for state in Ticket.ENDED]
    back = changes.filter(facts__before__in=ended).exclude(facts__after__in=ended)
    return {"yes" if back.exists() else "no"}


HISTORY = [
    Condition("answers", _("Number of our answers"), NUMBER, _answers),
    Condition("reopened", _("It was opened again"), CHOICE, _reopened, yes_no),
]
MESSAGE = [
    Condition("subject", _("Subject"), WORDS, lambda subject: subject.ticket.subject),
    Condition("text", _("Text of the message"), WORDS, _text),
    Condition("author", _("The message is from"), CHOICE, _author, authors),
    Condition("doer", _("It was done by"), CHOICE, _doer, doers),
]


def _date_came(subject: Subject) -> set[str]:
    """Where a date's coming is the event, that date alone; none if it was put off since."""
    found = came(subject.ticket, subject.at)
    return found & {subject.event.facts["field"]} if subject.event and subject.event.kind == CAME else found


def _date_choices() -> list[tuple[str, Any]]:
    return [(field.key, field.label) for field in date_fields()]


TIME = [
    Condition("date_came", _("The date has come in the field"), CHOICE, _date_came, _date_choices),
    Condition("age", _("Hours since it was opened"), HOURS, lambda subject: subject.at - subject.ticket.opened_at),
    Condition(
        "silence", _("Hours since the last message"), HOURS, lambda subject: subject.at - subject.ticket.active_at
    ),
    Condition("in_state", _("Hours in this state"), HOURS, lambda subject: subject.at - subject.ticket.state_at),
]


def _field_condition(field: TicketField) -> Condition:
    """A custom field, compared by its kind."""
    key, label = f"field:{field.key}", field.label

    def value(subject: Subject) -> Any:
        return subject.ticket.fields.get(field.key)

    match field.kind:
        case CustomField.Kind.CHOICE:
            return Condition(key, label, CHOICE, lambda subject: {value(subject)}, _field_choices(field))
        case CustomField.Kind.YES_NO:
            return Condition(key, label, CHOICE, lambda subject: {"yes" if value(subject) else "no"}, yes_no)
        case CustomField.Kind.NUMBER:
            return Condition(key, label, NUMBER, value)
    return Condition(key, label, WORDS, lambda subject: str(value(subject) or ""))


def _field_choices(field: TicketField) -> Choices:
    return lambda: [(choice, choice) for choice in field.choices]


def _field_action(field: TicketField) -> Action:
    lists = {CustomField.Kind.CHOICE: _field_choices(field), CustomField.Kind.YES_NO: yes_no}

    def fill_in(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
        return bool(subject.ticket.set_field(field, given["value"], by=by, at=at))

    def check(given: Given) -> None:
        try:
            field.clean_value(given["value"])
        except ValidationError:
            raise WrongValue(label=field.label, value=given["value"]) from None

    value = Parameter("value", field.label, lists.get(CustomField.Kind(field.kind)))
    return Action(f"field:{field.key}", field.label, (value,), fill_in, check)


def _verb(name: str) -> Do:
    """An action that is one verb of the ticket with one blank."""

    def do(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
        return bool(getattr(subject.ticket, name)(given["value"], by=by, at=at))

    return do


def _set_priority(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    return bool(subject.ticket.set_priority(int(given["value"]), by=by, at=at))


def _assign(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    member = None if given["value"] == NOBODY else Member.objects.get(pk=given["value"])
    return bool(subject.ticket.assign_to(member, by=by, at=at))


def _hand_over(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    team = Team.objects.get(pk=given["value"])
    return bool(subject.ticket.hand_to(team, by=by, at=at, why=given.get("why", "")))


def _escalate(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    return escalate(subject.ticket, by=by, at=at, why=given.get("why", ""))


def _raise_priority(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    return bool(subject.ticket.raise_priority(by=by, at=at))


def _tell(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    """Record that somebody should look; the notices read it. Who is assignee and head at once is told once."""
    ticket, whom = subject.ticket, given["value"]
    own = {ASSIGNEE: ticket.assignee_id, HEAD: ticket.team.head_id}
    told = own[whom] if whom in own else int(whom)
    by_rule = by.pk if by else None
    known = Event.objects.about(ticket).filter(kind="ticket.pointed_out", by_id=by_rule, at=at)
    if not told or known.filter(facts__told=told).exists():
        return False
    record("ticket.pointed_out", ticket, by=by, at=at, told=told)
    return True


def _add_participant(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    return add_participant(subject.ticket, identify(EMAIL, given["value"]), by=by, at=at)


def _note(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    return bool(note_automatically(subject.ticket, by=by, text=given["value"], at=at))


def _answer(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    return bool(answer_automatically(subject.ticket, by=by, text=given["value"], at=at))


def _link(subject: Subject, given: Given, by: Any, at: datetime) -> bool:
    other = Ticket.objects.get(pk=given["number"])
    return bool(subject.ticket.link(other, given["value"], by=by, at=at))


def check_text(given: Given) -> None:
    check_words(given["value"])


def _check_address(given: Given) -> None:
    try:
        validate_email(given["value"])
    except ValidationError:
        raise WrongValue(label=_("E-mail address"), value=given["value"]) from None


def _check_number(given: Given) -> None:
    number = given["number"]
    if not number.isdecimal() or len(number) > 18 or not Ticket.objects.filter(pk=number).exists():
        raise WrongValue(label=_("Ticket’s number"), value=number)


ASSIGNEE, HEAD = "assignee", "head"
WHY = Parameter("why", _("Why (may be left empty)"), is_optional=True)
WRITTEN = Parameter("value", _("Text; {client}, {number}, {subject}, {assignee}, {team} and {company} are filled in"),
                    is_long=True)  # fmt: skip


def told_choices() -> list[tuple[str, Any]]:
    return [(ASSIGNEE, _("the assignee")), (HEAD, _("the head of the team")), *_rows(_answering)()]


def one(label: Label, choices: Choices | None = None) -> tuple[Parameter, ...]:
    return (Parameter("value", label, choices),)


ACTIONS = [
    Action("state", _("Set the state"), one(_("State"), states), _verb("set_state")),
    Action("priority", _("Set the priority"), one(_("Priority"), priorities), _set_priority),
    Action("raise_priority", _("Raise the priority by one"), (), _raise_priority),
    Action("type", _("Set the type"), one(_("Type"), types), _verb("set_type")),
    Action("tag", _("Put a tag on"), one(_("Tag")), _verb("tag")),
    Action("untag", _("Take a tag off"), one(_("Tag")), _verb("untag")),
    Action("team", _("Hand over to a team"), (*one(_("Team"), teams), WHY), _hand_over),
    Action("next_line", _("Escalate to the next line"), (WHY,), _escalate),
    Action("assignee", _("Give to a member"), one(_("Assignee"), members), _assign),
    Action("tell", _("Tell a member"), one(_("Whom"), told_choices), _tell),
    Action("participant", _("Let somebody take part"), one(_("E-mail address")), _add_participant, _check_address),
    Action("note", _("Write a note"), (WRITTEN,), _note, check_text),
    Action("answer", _("Answer the client"), (WRITTEN,), _answer, check_text),
    Action(
        "link",
        _("Link with a ticket"),
        (Parameter("number", _("Ticket’s number")), Parameter("value", _("As"), _labels(TicketLink.Kind))),
        _link,
        _check_number,
    ),
]
