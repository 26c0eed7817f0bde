"""Who may see which ticket without signing in: whoever holds a signed link and still takes part.

There are two links. The one in our mails went to the person's own address, and shows the ticket wherever it lives on.
The one that a form shows at once went to whoever typed that address: it shows what began with that form, and nothing
any more when the ticket is joined with another.
"""

from dataclasses import dataclass

from django.http import Http404

from otklik.clients.models import Address, Person
from otklik.lib.tokens import sign, unsign
from otklik.tickets.addressing import outgoing_channel
from otklik.tickets.models import Channel, Ticket
from otklik.tickets.models.conversation import takes_part

BY_MAIL, BY_FORM = "ticket.status", "ticket.form"  # what a token is signed for


@dataclass(frozen=True)
class Seat:
    """One person's place at one ticket. By a form's link nobody has proved to be that person."""

    ticket: Ticket
    person: Person
    link: str = BY_MAIL

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
        if self.link == BY_MAIL:
            return self.ticket.status_token(self.person)
        return sign(BY_FORM, f"{self.ticket.pk}.{self.person.pk}")

    @property
    def is_good(self) -> bool:
        """Whether the link still shows this ticket to this person."""
        if not takes_part(self.ticket, self.person):
            return False
        return self.link == BY_MAIL or not (self.ticket.merged_into_id or self.ticket.merged.exists())


def seat_or_404(token: str) -> Seat:
    """The place that a link gives. By mail, merged tickets and persons lead to those that remain."""
    by_mail, by_form = unsign(BY_MAIL, token), unsign(BY_FORM, token)
    ticket_pk, _dot, person_pk = (by_mail or by_form or "").partition(".")
    ticket = Ticket.objects.filter(pk=ticket_pk).first() if ticket_pk else None
    person = Person.objects.filter(pk=person_pk).first() if person_pk else None
    if ticket is None or person is None:
        raise Http404
    seat = Seat(ticket.survivor(), remaining(person)) if by_mail else Seat(ticket, remaining(person), BY_FORM)
    if not seat.is_good:
        raise Http404
    return seat


def remaining(person: Person) -> Person:
    """The person that this one was merged into at last."""
    seen = {person.pk}
    while person.merged_into and person.merged_into_id not in seen:
        person = person.merged_into
        seen.add(person.pk)
    return person
