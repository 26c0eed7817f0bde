"""What tickets do when something happens elsewhere, in the same transaction."""

from django.db.models import Exists, OuterRef

from otklik.journal.models import Event

from .bounced import mark_failing
from .models import Delivery, Message, Participant, Ticket

ABOUT_THE_ADDRESS = (Delivery.Trouble.BAD_ADDRESS, Delivery.Trouble.FULL, Delivery.Trouble.NO_ROUTE)


def follow_merged_person(event: Event) -> None:
    """Two clients became one: whatever was the duplicate's is the remaining one's."""
    keeper, duplicate = event.about_id, event.facts["duplicate"]
    Ticket.objects.filter(client=duplicate).update(client=keeper)
    Message.objects.filter(person=duplicate).update(person=keeper)
    Delivery.objects.filter(person=duplicate).update(person=keeper)
    both = Participant.objects.filter(ticket=OuterRef("ticket"), person=keeper)
    of_duplicate = Participant.objects.filter(person=duplicate)
    of_duplicate.filter(Exists(both)).delete()
    of_duplicate.update(person=keeper)
    # Nobody takes part in their own ticket besides being its client.
    Participant.objects.filter(person=keeper, ticket__client=keeper).delete()


def wake_for_failed_delivery(event: Event) -> None:
    """An answer did not arrive, so nobody can wait for what the client says to it: it is ours to act on."""
    message = Message.objects.select_related("ticket").get(pk=event.facts["message"])
    ticket = message.ticket
    if not message.is_automatic and ticket.state in (Ticket.State.WAITING_CLIENT, Ticket.State.RESOLVED):
        ticket.set_state(Ticket.State.OPEN, by=None, at=event.at)


def wake_for_failed_letter(event: Event) -> None:
    """A letter to a third party did not arrive, so nobody can wait for what they say to it."""
    letter = Message.objects.select_related("ticket", "aside").get(pk=event.facts["message"])
    ticket = letter.ticket
    if letter.aside and letter.aside.wakes and ticket.state == Ticket.State.WAITING_THIRD_PARTY:
        ticket.set_state(Ticket.State.OPEN, by=None, at=event.at)


def mark_refused_address(event: Event) -> None:
    """The recipient's server wants no mail for this address: whoever writes there next is to see that before."""
    delivery = Delivery.objects.get(pk=event.facts["delivery"])
    if delivery.reason in ABOUT_THE_ADDRESS:
        mark_failing(delivery.address, delivery.error, at=event.at)
