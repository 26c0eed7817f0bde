"""What the chat does when something happens, in the same transaction."""

from django.db.models import Q

from otklik.clients.models import EMAIL, Address
from otklik.journal.models import Event
from otklik.tickets.models import Message, Ticket
from otklik.tickets.models.terms import Terms

from .models import KIND, Agreement, Shown, Visitor
from .talking import TalkBegun


def received(event: Event) -> None:
    """A visitor's message became a ticket's: their page shows it, and the talk goes on there.

    Raises TalkBegun if their ticket was begun by another message just now; this one is read again then.
    """
    if event.facts["via"] != KIND:
        return
    message = Message.objects.select_related("ticket__address").get(pk=event.facts["message"])
    visitor = _visitor(message)
    if visitor is None:
        return
    Shown.objects.create(visitor=visitor, message=message, at=event.at, read_at=event.at)
    Agreement.objects.filter(visitor=visitor, person=None).update(person=message.person)
    columns: dict[str, object] = {"ended_at": None, "typing_at": None}
    own = Address.objects.filter(kind=KIND, value=visitor.key, person=message.person_id).exists()
    if own:  # a message left for an answer by mail is no talk
        columns["ticket"] = message.ticket
        if event.facts["opened"] and not _may_begin(visitor):
            raise TalkBegun
    visitor.touch(**columns)


def _may_begin(visitor: Visitor) -> bool:
    """Whether no other message has begun a ticket since this one was read; the row is ours until the end then."""
    free = Q(ticket=None) | Q(ticket__in=Ticket.objects.filter(state=Ticket.State.CLOSED))
    return bool(Visitor.objects.filter(free, pk=visitor.pk).update(ended_at=None))


def _visitor(message: Message) -> Visitor | None:
    """Who sent it from their page, or from the page of the ticket that they reached by a mail of ours."""
    key = (message.external_id or "").partition(".")[0]
    address = message.ticket.address
    return Visitor.objects.filter(key=key).first() or (
        Visitor.objects.filter(key=address.value).first() if address and address.kind == KIND else None
    )


def handed_over(event: Event) -> None:
    """A talk went to a team that wants the client's e-mail: the answer goes there from now on."""
    ticket = Ticket.objects.select_related("channel", "client").get(pk=event.about_id)
    if ticket.channel is None or ticket.channel.kind != KIND:
        return
    if not Terms.objects.filter(team=event.facts["after"], wants_email=True).exists():
        return
    if address := ticket.client.address(EMAIL):
        ticket.answer_at(address, by=None, at=event.at)


def merged(event: Event) -> None:
    """The talk goes on where its ticket went."""
    Visitor.objects.filter(ticket=event.about_id).update(ticket=event.facts["into"])


def separated(event: Event) -> None:
    """The ticket is itself again: whoever wrote on it in a talk goes on there."""
    merging = Event.objects.filter(about=event.about, about_id=event.about_id, kind="ticket.merged").latest("id")
    wrote = Shown.objects.filter(message__in=merging.facts["messages"]).exclude(message__person=None)
    Visitor.objects.filter(pk__in=wrote.values("visitor"), ticket=event.facts["into"]).update(ticket=event.about_id)


def answered_at(event: Event) -> None:
    """The visitor's page says where the answer will come."""
    for visitor in Visitor.objects.filter(ticket=event.about_id):
        visitor.touch()


def revised(event: Event) -> None:
    """What a message says was changed: pages that show it show that."""
    for visitor in Visitor.objects.filter(shown__message=event.facts["message"]):
        visitor.touch()
