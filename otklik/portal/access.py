"""Who may see which ticket without signing in: whoever holds a signed link and still takes part."""

from dataclasses import dataclass

from django.http import Http404

from otklik.clients.models import Address, Person
from otklik.lib.tokens import unsign
from otklik.tickets.models import Channel, Ticket
from otklik.tickets.models.conversation import takes_part
from otklik.tickets.replying import outgoing_channel


@dataclass(frozen=True)
class Seat:
    """One person's place at one ticket."""

    ticket: Ticket
    person: Person

    @property
    def address(self) -> Address | None:
        """What the person is known by here: the address they wrote from, else their e-mail if there is one.

        Not another address of theirs: whoever fills in a form under somebody’s address must not learn the rest.
        """
        written_from = self.ticket.address
        if written_from and written_from.person_id == self.person.pk:
            return written_from
        return self.person.address("email") or self.person.addresses.order_by("pk").first()

    @property
    def channel(self) -> Channel | None:
        """The channel that what they write here counts to."""
        return self.ticket.channel or outgoing_channel(self.ticket)

    @property
    def token(self) -> str:
        return self.ticket.status_token(self.person)


def seat_or_404(token: str) -> Seat:
    """The place that a link gives. Merged tickets and persons lead to those that remain."""
    numbers = unsign("ticket.status", token)
    if numbers is None:
        raise Http404
    ticket_pk, _dot, person_pk = numbers.partition(".")
    ticket = Ticket.objects.filter(pk=ticket_pk).first()
    person = Person.objects.filter(pk=person_pk).first()
    if ticket is None or person is None:
        raise Http404
    seat = Seat(ticket.survivor(), remaining(person))
    if not takes_part(seat.ticket, seat.person):
        raise Http404
    return seat


def remaining(person: Person) -> Person:
    """The person that this one was merged into at last."""
    seen = {person.pk}
    while person.merged_into and person.merged_into_id not in seen:
        person = person.merged_into
        seen.add(person.pk)
    return person
