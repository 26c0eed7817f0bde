"""What the form does when something happens, in the same transaction."""

from contextlib import suppress
from typing import Any

from otklik.journal.models import Event
from otklik.lib.errors import OtklikError
from otklik.sla.models.callback import promise_callback
from otklik.tickets.automatic import answer_automatically, note_automatically
from otklik.tickets.errors import NobodyToAnswer
from otklik.tickets.models import Channel, Message, RawMessage, Ticket

from .channel import KIND
from .models import Consent
from .options import parse


def keep_consent(event: Event) -> None:
    """A form's message became a ticket's: whoever wrote it agreed to the text that stood in the form."""
    message, envelope = _sent(event)
    if message and (agreed := envelope.get("consent")):
        Consent.objects.create(
            person_id=message.person_id,
            channel_id=event.facts["channel"],
            message=message,
            text=agreed["text"],
            version=agreed["version"],
            at=event.at,
        )


def promise_call(event: Event) -> None:
    """Whoever left a phone number in the form is called back."""
    message, envelope = _sent(event)
    if message and (phone := envelope.get("phone")):
        try:
            promise_callback(message.ticket, by=message.person, phone=phone, at=event.at)
        except OtklikError as refusal:  # one waits already; the number must not get lost
            note_automatically(message.ticket, by=None, text=f"{refusal}\n{phone}", at=event.at)


def confirm(event: Event) -> None:
    """Whoever sent the form gets the words of the form by mail, with the link to the ticket's page."""
    message, _envelope = _sent(event)
    if message is None or not event.facts["opened"]:
        return
    ticket = Ticket.objects.select_related("client", "team", "assignee", "channel").get(pk=message.ticket_id)
    if ticket.channel and (text := parse(ticket.channel.options).confirmation) and not _is_our_own(ticket):
        with suppress(NobodyToAnswer):  # no mailbox is set up yet; the page has shown the number
            answer_automatically(ticket, by=None, text=text, at=event.at)


def _is_our_own(ticket: Ticket) -> bool:
    """Whether the address typed in is a mailbox of ours, which would file the confirmation as mail."""
    address = ticket.address.value if ticket.address else ""
    return Channel.objects.filter(kind="email", address__iexact=address).exists()


def _sent(event: Event) -> tuple[Message | None, dict[str, Any]]:
    """The message, and what the form stored beside it; None if it did not come by a form."""
    if event.facts["via"] != KIND:
        return None, {}
    message = Message.objects.select_related("ticket", "person").get(pk=event.facts["message"])
    raw = RawMessage.objects.filter(channel=event.facts["channel"], digest=message.external_id)
    return message, raw.values_list("envelope", flat=True).first() or {}
