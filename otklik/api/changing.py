"""A ticket made or changed by a machine: by the same verbs as by a person, all of it or nothing."""

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.timezone import now
from django.utils.translation import gettext as _

from otklik.approvals.asking import pending, refuse_if_pending
from otklik.clients.models import Address, Person, recognise
from otklik.journal.record import record
from otklik.staff.models import Member, Team
from otklik.tickets.errors import TicketMerged
from otklik.tickets.files import Kept, attach
from otklik.tickets.models import Channel, Message, Ticket, TicketField
from otklik.tickets.models.sleep import put_off, wake
from otklik.tickets.opening import Wish, excerpt, open_ticket

from .addresses import checked
from .schemas import Asleep, ClientGiven, TagChange, TicketChange, TicketIn

Row = TypeVar("Row", bound=Model)
FARTHEST_YEAR = 2200


@transaction.atomic
def open_for(wanted: TicketIn, *, by: Member, files: tuple[Kept, ...]) -> Ticket:
    """Open a ticket with the client's first message, which came by telephone, from a shop or any other way."""
    at = now()
    client, address = _client(wanted.client, by)
    channel = _channel(wanted.channel)
    wish = Wish(
        client=client,
        team=_team(wanted.team, channel, by),
        subject=wanted.subject,
        type=wanted.type,
        priority=Ticket.Priority[wanted.priority.upper()],
        channel=channel,
        address=address,
        tags=tuple(wanted.tags),
        excerpt=excerpt(wanted.text),
    )
    ticket = open_ticket(wish, by=by, at=at)
    message = Message.objects.create(ticket=ticket, person=client, text=wanted.text.strip(), at=at)
    attach(message, files)
    number = channel.pk if channel else None
    facts = {"message": message.pk, "channel": number, "via": "", "opened": True}
    record("message.received", ticket, by=client, at=at, **facts)
    _set_fields(ticket, wanted.fields, by=by)
    return ticket


def _client(given: ClientGiven, by: Member) -> tuple[Person, Address | None]:
    if given.id is not None:
        person = Person.objects.visible_to(by).filter(pk=given.id).first()
        if person is None:
            raise ValidationError({"client.id": _("There is no such client.")})
        return person, person.address("email")
    value = checked(given.kind, given.address or "", field="client.address")
    address = recognise(given.kind, value, name=given.name)
    return address.person, address


def _channel(number: int | None) -> Channel | None:
    if number is None:
        return None
    channel = Channel.objects.active().select_related("team").filter(pk=number).first()
    if channel is None:
        raise ValidationError({"channel": _("There is no such channel, or it is not in use.")})
    return channel


def _team(number: int | None, channel: Channel | None, by: Member) -> Team:
    """Where the ticket goes; always a team whose tickets the caller sees, or the answer could not be shown."""
    teams = Team.objects.all() if by.is_administrator else Team.objects.filter(pk__in=by.team_ids)
    wanted = number or (channel.team_id if channel else None)
    found = list((teams.filter(pk=wanted) if wanted else teams)[:2])
    if len(found) != 1:
        raise ValidationError({"team": _("Say which of your teams the ticket is for.")})
    return found[0]


class _Held(Exception):
    """A change of state waits for approval, so nothing of the whole is done."""


def change(ticket: Ticket, wanted: TicketChange, *, by: Member) -> None:
    """Change what was named, all of it or nothing.

    Raises ApprovalPending when the state waits for somebody; the approval is asked for then, and nothing else done.
    """
    try:
        _change(ticket, wanted, by=by)
    except _Held:
        ticket = Ticket.objects.with_people().get(pk=ticket.pk)
        ticket.set_state(str(wanted.state), by=by)
        refuse_if_pending(ticket, str(wanted.state))


@transaction.atomic
def _change(ticket: Ticket, wanted: TicketChange, *, by: Member) -> None:
    """Fields come before the team, which may want them, and the team before the assignee."""
    if ticket.merged_into_id:
        raise TicketMerged(ticket=ticket, into=ticket.survivor())
    if wanted.type:
        ticket.set_type(wanted.type, by=by)
    _set_fields(ticket, wanted.fields, by=by)
    if wanted.team is not None:
        team = known_row(Team, wanted.team, "team")
        ticket.hand_to(team, by=by, why=wanted.why, confirmed=wanted.confirmed)
    if "assignee" in wanted.model_fields_set:
        ticket.assign_to(known_row(Member, wanted.assignee, "assignee") if wanted.assignee else None, by=by)
    if wanted.subject:
        ticket.set_subject(wanted.subject, by=by)
    if wanted.priority:
        ticket.set_priority(Ticket.Priority[wanted.priority.upper()], by=by)
    _tag(ticket, wanted.tags, by=by)
    if wanted.state and not ticket.set_state(wanted.state, by=by) and pending(ticket, wanted.state):
        raise _Held
    if "asleep" in wanted.model_fields_set:
        _put_off(ticket, wanted.asleep, by=by)


def _tag(ticket: Ticket, wanted: TagChange, *, by: Member) -> None:
    for name in wanted.add:
        ticket.tag(name, by=by)
    for name in wanted.remove:
        ticket.untag(name, by=by)


def _put_off(ticket: Ticket, asleep: Asleep | None, *, by: Member) -> None:
    """Whoever gets a ticket, or ends it, finds it awake: so this comes last."""
    if asleep is None:
        wake(ticket, by=by)
    elif asleep.until and asleep.until.year > FARTHEST_YEAR:
        raise ValidationError({"asleep.until": _("This lies too far ahead.")})
    else:
        put_off(ticket, until=asleep.until, by=by)


def known_row(model: type[Row], number: int, field: str) -> Row:
    """Raises ValidationError about this field."""
    row = model._default_manager.filter(pk=number).first()
    if row is None:
        raise ValidationError({field: _("It does not exist.")})
    return row


def _set_fields(ticket: Ticket, values: dict[str, object], *, by: Member) -> None:
    known = {field.key: field for field in TicketField.objects.filter(key__in=values)}
    for key, value in values.items():
        if key not in known:
            raise ValidationError({f"fields.{key}": _("There is no such field.")})
        try:
            ticket.set_field(known[key], value, by=by)
        except ValidationError as refusal:
            raise ValidationError({f"fields.{key}": refusal.messages}) from None
