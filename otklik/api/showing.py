"""Rows as the shapes that go out. Nothing here asks the store for what a query could have brought along."""

from django.conf import settings
from django.db.models import Model, Prefetch
from django.urls import reverse

from otklik.clients.models import Address, Organisation, Person
from otklik.journal.models import Event
from otklik.lib.keyset import Page, page
from otklik.sla.models import Callback
from otklik.staff.models import Member
from otklik.tickets.models import Aside, Attachment, Message, Tag, Ticket
from otklik.tickets.models.conversation import MessageQuerySet

from .schemas import (
    AddressOut,
    AsideOut,
    Asleep,
    AttachmentOut,
    Author,
    CallbackOut,
    CallOut,
    Client,
    DeliveryOut,
    LinkOut,
    MessageOut,
    MessagePage,
    Named,
    OrganisationOut,
    PartyOut,
    PersonOut,
    TicketOut,
    TicketRead,
)

MESSAGES = 50
TAGS = Prefetch("tags", queryset=Tag.objects.order_by("name"))
ADDRESSES = Prefetch("addresses", queryset=Address.objects.order_by("pk"))


def named(row: Model | None) -> Named | None:
    return Named(id=row.pk, name=str(row)) if row else None


def show_client(person: Person) -> Client:
    return Client(id=person.pk, name=person.name, organisation=named(person.organisation))


def show_ticket(ticket: Ticket) -> TicketOut:
    """A ticket as a list shows it; wants `with_people()` and TAGS."""
    return TicketOut(
        number=ticket.pk,
        subject=ticket.subject,
        type=ticket.type,  # type: ignore[arg-type]
        state=ticket.state,  # type: ignore[arg-type]
        state_at=ticket.state_at,
        is_open=ticket.is_open,
        priority=Ticket.Priority(ticket.priority).name.lower(),  # type: ignore[arg-type]
        team=Named(id=ticket.team_id, name=str(ticket.team)),
        assignee=named(ticket.assignee),
        client=show_client(ticket.client),
        channel=named(ticket.channel),
        tags=[tag.name for tag in ticket.tags.all()],
        fields=ticket.fields,
        excerpt=ticket.excerpt,
        opened_at=ticket.opened_at,
        active_at=ticket.active_at,
        merged_into=ticket.merged_into_id,
        asleep=Asleep(until=ticket.sleep.until) if hasattr(ticket, "sleep") else None,
        url=settings.URL + ticket.get_absolute_url(),
    )


def read_ticket(ticket: Ticket, member: Member) -> TicketRead:
    """A ticket with all that belongs to it; linked tickets only as far as `member` may see them."""
    newest = Event.objects.about(ticket).values_list("pk", flat=True).last() or 0  # before what it may be newer than
    people = ticket.participants.select_related("person").order_by("pk")
    return TicketRead(
        **dict(show_ticket(ticket)),
        newest=newest,
        participants=[Named(id=row.person_id, name=str(row.person)) for row in people],
        links=[*_links(ticket, member)],
        callback=show_callback(last) if (last := last_callback(ticket)) else None,
        messages=message_page(ticket.messages.all()),
    )


def last_callback(ticket: Ticket) -> Callback | None:
    return Callback.objects.filter(ticket=ticket).prefetch_related("calls__member").order_by("-pk").first()


def show_callback(row: Callback) -> CallbackOut:
    return CallbackOut(
        phone=row.phone,
        asked_at=row.asked_at,
        wanted_at=row.wanted_at,
        ended_at=row.ended_at,
        outcome=row.outcome,  # type: ignore[arg-type]
        calls=[
            CallOut(at=call.at, reached=call.is_reached, note=call.note, member=named(call.member))
            for call in row.calls.all()
        ],
    )


def _links(ticket: Ticket, member: Member) -> list[LinkOut]:
    seen = Ticket.objects.visible_to(member)
    outgoing = ticket.links.filter(target__in=seen).select_related("target").order_by("pk")
    incoming = ticket.linked_from.filter(source__in=seen).select_related("source").order_by("pk")
    ends = [(link, link.target, True) for link in outgoing] + [(link, link.source, False) for link in incoming]
    return [
        LinkOut(number=other.pk, subject=other.subject, kind=link.kind, outgoing=out)  # type: ignore[arg-type]
        for link, other, out in ends
    ]


def message_page(messages: MessageQuerySet, *, cursor: str = "", size: int = MESSAGES) -> MessagePage:
    """The newest first: whoever wants the beginning follows `next`."""
    rows = messages.select_related("person", "member", "party").prefetch_related("attachments", "deliveries")
    found: Page[Message] = page(rows, order=("at", "id"), cursor=cursor, size=size)
    return MessagePage(items=[show_message(row) for row in found.rows], next=found.next or None)


def show_message(message: Message) -> MessageOut:
    author = message.author
    kind = "member" if message.is_ours else "third_party" if message.party_id else "person"
    return MessageOut(
        id=message.pk,
        ticket=message.ticket_id,
        is_note=message.is_note,
        is_automatic=message.is_automatic,
        author=Author(id=author.pk, name=str(author), kind=kind) if author else None,  # type: ignore[arg-type]
        text=message.text,
        rest=message.rest,
        html=message.html,
        via=message.via,
        at=message.at,
        revised_at=message.revised_at,
        corrects=message.corrects_id,
        aside=message.aside_id,
        attachments=[show_attachment(row) for row in message.attachments.all()],
        deliveries=[
            DeliveryOut(address=row.address, status=row.status, error=row.error)  # type: ignore[arg-type]
            for row in message.deliveries.all()
        ],
    )


def show_aside(row: Aside) -> AsideOut:
    """A side conversation; wants its parties and who began it."""
    return AsideOut(
        id=row.pk,
        ticket=row.ticket_id,
        subject=row.subject,
        is_open=row.is_open,
        wakes=row.wakes,
        opened_at=row.opened_at,
        opened_by=named(row.opened_by),
        parties=[
            PartyOut(address=party.address, name=party.name, is_asked=party.is_asked) for party in row.parties.all()
        ],
    )


def show_attachment(row: Attachment) -> AttachmentOut:
    url = settings.URL + reverse("api:attachment", args=[row.pk])
    return AttachmentOut(id=row.pk, name=row.name, type=row.type, size_bytes=row.size_bytes, url=url)


def show_person(person: Person) -> PersonOut:
    """A client; wants the organisation and ADDRESSES."""
    return PersonOut(
        **dict(show_client(person)),
        language=person.language,
        note=person.note,
        fields=person.fields,
        addresses=[AddressOut(kind=row.kind, value=row.value) for row in person.addresses.all()],
        created_at=person.created_at,
    )


def show_organisation(row: Organisation) -> OrganisationOut:
    names = ("name", "tax_id", "domain", "contract", "contract_begins", "contract_ends", "note", "fields")
    return OrganisationOut(id=row.pk, **{name: getattr(row, name) for name in names})
