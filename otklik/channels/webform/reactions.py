"""What the form does when something happens, in the same transaction."""

from otklik.journal.models import Event
from otklik.tickets.models import Message, RawMessage

from .channel import KIND
from .models import Consent


def keep_consent(event: Event) -> None:
    """A form's message became a ticket's: whoever wrote it agreed to the text that stood in the form."""
    if event.facts["via"] != KIND:
        return
    message = Message.objects.get(pk=event.facts["message"])
    raw = RawMessage.objects.filter(channel=event.facts["channel"], digest=message.external_id)
    envelope = raw.values_list("envelope", flat=True).first() or {}
    if agreed := envelope.get("consent"):
        Consent.objects.create(
            person_id=message.person_id,
            channel_id=event.facts["channel"],
            message=message,
            text=agreed["text"],
            version=agreed["version"],
            at=event.at,
        )
