"""What a client writes on the status page: through the same door as their mail, once however often it is sent."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.channels.webform.forms import TEXT_MAX, OpenedForm
from otklik.channels.webform.limits import Origin, count, is_over
from otklik.channels.webform.submitting import TooMany
from otklik.channels.webform.uploads import FilesField
from otklik.lib.inbound import Inbound, InboundFile, Sender
from otklik.tickets.files import keep
from otklik.tickets.intake import receive
from otklik.tickets.models import Channel, Message

from .access import Seat


class AnswerForm(OpenedForm):
    text = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    attached = FilesField()

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = str(seat.ticket.pk)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.check_note(given.get("note", ""))
        if not self.errors and not given["text"].strip() and not given["attached"]:
            raise ValidationError(_("There is nothing to send. Write a text or choose a file."))
        return given


def answer(seat: Seat, written: dict[str, Any], *, network: str) -> Message:
    """File what was written in an AnswerForm; the message that came of it, now or the first time.

    Raises TooMany; never for what was taken already.
    """
    channel, address = seat.channel, seat.address
    if channel is None or address is None:
        raise LookupError("The page offers no answer to somebody who has no address or whom no channel reaches.")
    files = tuple(
        InboundFile(each.name, each.content_type or "application/octet-stream", each.read())
        for each in written["attached"]
    )
    text = written["text"].replace("\r\n", "\n").strip()
    inbound = Inbound(
        external_id=_external_id(written["note"], text, files),
        sender=Sender(address.kind, address.value, seat.person.name),
        text=text,
        subject=seat.ticket.subject,
        ticket_number=seat.ticket.pk,
    )
    taken = Message.objects.filter(via=channel.kind, external_id=inbound.external_id).select_related("ticket")
    if not taken.exists():
        _receive(inbound, files, channel, Origin(network, address.value))
    return taken.get()


def _receive(inbound: Inbound, files: tuple[InboundFile, ...], channel: Channel, origin: Origin) -> None:
    if is_over(origin):
        raise TooMany
    kept = tuple(keep(file) for file in files)
    receive(inbound, channel=channel, files=kept)
    count(origin)


def _external_id(note: str, text: str, files: tuple[InboundFile, ...]) -> str:
    """The same for the same submission; in the form of a Message-ID, since mails of the ticket refer to it."""
    digest = sha256(f"{note}\0{text}".encode())
    for file in files:
        digest.update(sha256(file.content).digest())
    return f"<{digest.hexdigest()[:40]}@{settings.SITE_HOST}>"
